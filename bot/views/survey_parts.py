"""The pieces of which the survey's pages are made: questions, notes, what was said last time, the score so far."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from pydantic import Field

from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.text import cmi_text, day, health_text, inert, mention
from cmi_core import Category, Criterion, Framework, Level, score

ANSWER = "answer"
NOTE = "survey_note"
HEALTH = "survey_health"
UNKNOWN = "unknown"
_NOTE_SHOWN = 300


class HealthAsk(Data):
    """The health score last known, where the survey asks for a new one. ``value`` is 0-100."""

    value: Fraction | None = None
    as_of: datetime | None = None
    source: str = ""


class LastTime(Data):
    """The assessment before: levels by criterion id, scores and notes by category id, the note on the whole, by whom.

    What was asked in other words since is left out.
    """

    ratings: dict[str, int | None] = Field(default_factory=dict)
    scores: dict[str, Fraction | None] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    note: str = ""
    by: str | None = None
    on: datetime | None = None


def question(criterion: Criterion, answers: Mapping[str, int | None], last: LastTime) -> Block:
    """One question with its levels, what is chosen already, and last time's answer below."""
    options = [_option(level) for level in criterion.levels]
    options.append(blocks.option("Not known", UNKNOWN))
    initial = None
    if criterion.id in answers:
        wanted = _value(answers[criterion.id])
        initial = next((option for option in options if option["value"] == wanted), None)
    return blocks.field(
        f"{criterion.name}: {criterion.question}",
        question_id(criterion),
        blocks.choice(ANSWER, options, initial),
        hint=_hint(criterion, last),
    )


def heading(framework: Framework, category: Category, last: LastTime) -> list[Block]:
    """The category's name and share, and what was said of it last time."""
    found = [blocks.header(f"{category.name} · {_share(framework, category)}")]
    score_then, note = last.scores.get(category.id), last.notes.get(category.id, "")
    said = [f"Last time {cmi_text(score_then)}"] if score_then is not None else []
    if note:
        said.append(f"“{inert(note, _NOTE_SHOWN)}”{_by(last)}")
    return [*found, blocks.context(" · ".join(said))] if said else found


def last_note(last: LastTime) -> list[Block]:
    """The note on the whole of the assessment before."""
    if not last.note:
        return []
    return [blocks.context(f"Note of last time: “{inert(last.note, _NOTE_SHOWN)}”{_by(last)}")]


def so_far(framework: Framework, answers: Mapping[str, int | None], asked: Iterable[Category]) -> str:
    """Charter 2.3 · People 4.0 · so far 2.8: the categories that were asked already, and their weighted mean."""
    categories = list(asked)
    known = {each.id: answers[each.id] for part in categories for each in part.criteria if each.id in answers}
    means = score(framework, known).categories
    rated = [(each, mean) for each in categories if (mean := means[each.id]) is not None]
    weight = sum((each.weight for each, _ in rated), Fraction(0))
    if not weight:
        return ""
    total = sum((each.weight * mean for each, mean in rated), Fraction(0)) / weight
    shown = [f"{inert(each.name)} {cmi_text(mean)}" for each, mean in rated]
    return " · ".join([*shown, f"*so far {cmi_text(total)}*"])


def category_note(category: Category, typed: str) -> Block:
    """Room for a few words on a category."""
    field = blocks.text_input(NOTE, typed, longest=limits.NOTE, lines=True, placeholder="What did you see?")
    return blocks.field(f"Note on {category.name}", note_id(category), field, optional=True)


def note(typed: str) -> Block:
    field = blocks.text_input(NOTE, typed, longest=limits.NOTE, lines=True)
    return blocks.field("Note", NOTE, field, hint="What made the difference? Kept with the rating.", optional=True)


def reason(typed: str) -> Block:
    field = blocks.text_input(NOTE, typed, longest=limits.NOTE, lines=True)
    return blocks.field("Reason", NOTE, field, hint="Why is it corrected? Kept with the rating.")


def health(ask: HealthAsk, typed: str) -> Block:
    number = blocks.text_input(HEALTH, typed, longest=20, placeholder="0 to 100")
    return blocks.field("Health score, 0 to 100", HEALTH, number, hint=_health_hint(ask), optional=True)


def question_id(criterion: Criterion) -> str:
    return f"question:{criterion.id}"


def note_id(category: Category) -> str:
    return f"note:{category.id}"


def level(criterion: Criterion, chosen: str | None) -> int | None:
    """The level that an option stands for. ValueError where nothing, or nothing of this scale, was chosen."""
    if chosen == UNKNOWN:
        return None
    for each in criterion.levels:
        if chosen == str(each.value):
            return each.value
    raise ValueError("Please choose a level, or “Not known”.")


def _option(level: Level) -> Block:
    text = f"{level.value} · {level.name}" if level.name else str(level.value)
    return blocks.option(text, str(level.value), level.text)


def _value(answer: int | None) -> str:
    return UNKNOWN if answer is None else str(answer)


def _hint(criterion: Criterion, last: LastTime) -> str:
    if criterion.id not in last.ratings:
        return ""
    answer = last.ratings[criterion.id]
    before = "not known" if answer is None else str(answer)
    return f"Last time: {before}, {day(last.on)}" if last.on else f"Last time: {before}"


def _share(framework: Framework, category: Category) -> str:
    percent = 100 * category.weight / sum(each.weight for each in framework.categories)
    shown = percent.numerator if percent.denominator == 1 else round(float(percent), 1)
    return f"{shown} % of the score"


def _by(last: LastTime) -> str:
    return f" ({mention(last.by)})" if last.by else ""


def _health_hint(ask: HealthAsk) -> str:
    if ask.value is None:
        return "There is none yet. Without it the account has no place on the map."
    when = f" on {day(ask.as_of)}" if ask.as_of else ""
    source = f", {ask.source}" if ask.source else ""
    return f"Last: {health_text(ask.value)}{when}{source}. Leave it empty to keep that."
