"""The form for health sources: what each one's scale is, and which of them counts."""

import re

from pydantic import Field, ValidationError

from bot.views import blocks, limits
from bot.views.map_form import number_text
from bot.views.message import Block, Data
from bot.views.state import State
from cmi_core.cells import Band
from cmi_core.sources import HealthSource
from cmi_core.values import complaint

CALLBACK = "sources_form"
_VALUE = "value"
_ANY = "any"
_TYPED, _RATED, _IMPORTED = "typed", "questions", "import"
_NUMBER = r"-?\d+(?:[.,]\d+)?"
_SCALE = re.compile(rf"({_NUMBER})\s*(?:to|–|-|\.\.)\s*({_NUMBER})(\s+descending)?", re.IGNORECASE)
_LABEL = re.compile(r"([^=,]+)=\s*(low|medium|high)", re.IGNORECASE)


class SourcesForm(Data):
    """The sources, and the name of the one that counts (None: the latest of any).

    ``framework`` is the one whose questions give a health score, out of ``frameworks``, names by id. ``errors`` are by
    block id.
    """

    sources: tuple[HealthSource, ...] = ()
    counts: str | None = None
    framework: str = "health-six"
    frameworks: dict[str, str] = Field(default_factory=dict)
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: SourcesForm) -> Block:
    """The form, filled in with what holds."""
    lines = "\n".join(map(_line, form.sources))
    entered = blocks.text_input(_VALUE, lines, longest=limits.INPUT, lines=True)
    names = {
        _ANY: "The latest of any",
        _TYPED: "What people type",
        _RATED: "What people answer",
        _IMPORTED: "Files without a source",
    }
    names |= {source.name: source.name for source in form.sources}
    options = [blocks.option(text, value) for value, text in names.items()]
    chosen = next((option for option in options if option["value"] == form.counts), options[0])
    body = [
        blocks.section(
            "One source a line: its name, then its scale or its labels.\n"
            "`CRM: 0 to 10`\n`Churn model: 0 to 1 descending`\n`Lights: green = high, yellow = medium, red = low`\n"
            "Labels name bands, whatever the cuts. On a map of four quadrants medium counts as high."
        ),
        blocks.field("Sources", "sources", entered, hint="Files name them in the column health_source.", optional=True),
        blocks.field(
            "Which counts",
            "counts",
            blocks.choice(_VALUE, options, chosen),
            hint="What the others say is kept as history. A new source can be chosen once it is saved.",
        ),
    ]
    asked = [blocks.option(name, key) for key, name in form.frameworks.items()]
    if asked:
        chosen = next((option for option in asked if option["value"] == form.framework), asked[0])
        hint = "Asked with the button “Answer questions” beside the health score."
        body.append(blocks.field("Questions", "framework", blocks.choice(_VALUE, asked, chosen), hint=hint))
    return blocks.modal("Health sources", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block) -> SourcesForm:
    state = State(view)
    found: list[HealthSource] = []
    for number, line in enumerate(state.text("sources", _VALUE).splitlines(), 1):
        if line.strip():
            source = _source(line)
            if isinstance(source, str) or source.name.casefold() in {each.name.casefold() for each in found}:
                wrong = source if isinstance(source, str) else f"“{source.name}” stands twice."
                return SourcesForm(errors={"sources": f"Line {number}: {wrong}"})
            found.append(source)
    counts = state.option("counts", _VALUE)
    known = {_TYPED, _RATED, _IMPORTED, *(source.name for source in found)}
    if counts not in (None, _ANY) and counts not in known:
        return SourcesForm(errors={"counts": f"“{counts}” isn't among the sources any more. Please choose another."})
    framework = state.option("framework", _VALUE) or "health-six"
    return SourcesForm(sources=tuple(found), counts=None if counts == _ANY else counts, framework=framework)


def _source(line: str) -> HealthSource | str:
    name, colon, rest = (part.strip() for part in line.partition(":"))
    scale = _SCALE.fullmatch(rest)
    labels = [_LABEL.fullmatch(part.strip()) for part in rest.split(",")]
    if not name or not colon or (scale is None and not all(labels)):
        return "please write it as “CRM: 0 to 10” or “Lights: green = high, red = low”."
    if name.casefold() in {_ANY, _TYPED, _RATED, _IMPORTED}:
        return f"“{name}” is taken. Please choose another name."
    try:
        if scale is None:
            bands = {found[1].strip(): Band(found[2].lower()) for found in labels if found}
            return HealthSource(name=name, labels=bands)
        low, high = (end.replace(",", ".") for end in scale.group(1, 2))
        direction = "descending" if scale[3] else "ascending"
        return HealthSource.model_validate({"name": name, "lowest": low, "highest": high, "direction": direction})
    except ValidationError as error:
        return f"{complaint(error)[1]}."


def _line(source: HealthSource) -> str:
    if source.labels:
        return f"{source.name}: " + ", ".join(f"{label} = {band}" for label, band in source.labels.items())
    direction = " descending" if source.direction == "descending" else ""
    return f"{source.name}: {number_text(source.lowest)} to {number_text(source.highest)}{direction}"


def example() -> SourcesForm:
    return SourcesForm(
        sources=(
            HealthSource(name="CRM", highest=10),
            HealthSource.model_validate({"name": "Churn model", "highest": 1, "direction": "descending"}),
            HealthSource(name="Lights", labels={"green": Band.HIGH, "yellow": Band.MEDIUM, "red": Band.LOW}),
        ),
        counts="CRM",
        frameworks={"health-six": "Health in six measures", "gainsight-2016": "Common health criteria"},
    )
