"""Why an account stands where it stands: the sum, the cuts, what would move it, what is open, and what changed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction

from pydantic import Field

from bot.views import blocks, buttons, compare
from bot.views.card import Moved
from bot.views.cells import cause_text, cell_name
from bot.views.compare import Comparison, Rater
from bot.views.message import Block, Data
from bot.views.picture import ShownPicture, optional
from bot.views.standing import Standing, gaps, headline, interval, provisional
from bot.views.standing import example as standing_example
from bot.views.text import change, cmi_text, count, day, health_text, inert, mention
from cmi_core import Framework, MapSettings, load_framework
from cmi_core.display import two_decimals
from cmi_core.explain import Explanation, OpenRange, Outcome
from cmi_core.explain import explain as explained
from cmi_core.health import Label
from cmi_core.matrix import Distance, on_scale

CALLBACK = "explain"
_LINES = 20
_NAMED = 3
_NOTE_SHOWN = 300


class Drift(Data):
    """The last sheet of one owner against the first of the next: the mean change per criterion, in levels."""

    before: Rater
    after: Rater
    mean: Fraction


class Second(Data):
    """A second rating, by the id of its assessment."""

    assessment_id: int
    comparison: Comparison


class Explain(Data):
    """One account explained. ``told`` is None before its first rating. ``notes`` are by the category's id.

    ``previous`` is the rating before, None where there is none or it answered other questions; ``moved`` is the last
    change of cell, made ``by`` under version ``placed_under`` of the workspace's settings, now at ``settings_version``.
    """

    standing: Standing
    framework: Framework
    map: MapSettings
    told: Explanation | None = None
    ratings: dict[str, int | None] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    rated: Rater | None = None
    kind: str = "rated"
    previous: Rater | None = None
    moved: Moved | None = None
    by: str | None = None
    placed_under: int | None = None
    settings_version: int = 1
    seconds: tuple[Second, ...] = ()
    drift: Drift | None = None


def modal(explain: Explain, picture: ShownPicture | None = None) -> Block:
    """The window, with one section a question that people ask."""
    standing = explain.standing
    lines = (*gaps(standing), provisional(standing), interval(standing).capitalize())
    head = [f"*{standing.title}*", f"*{headline(standing)}*", *lines]
    body = [blocks.section("\n".join(filter(None, head))), *optional(picture)]
    if explain.told is None:
        body.append(blocks.section("It has not been rated yet, so there is nothing to explain."))
    else:
        body += _rated(explain, explain.told)
    body += [_second(standing, each) for each in explain.seconds]
    if explain.drift:
        body.append(blocks.section(_drift(explain.drift)))
    body.append(blocks.section("\n".join(_in_force(explain))))
    account = (standing.account_id, standing.name)
    body.append(blocks.actions(buttons.history(*account), buttons.open_account(*account)))
    return blocks.modal("Why it stands there", body, callback_id=CALLBACK)


def _rated(explain: Explain, told: Explanation) -> list[Block]:
    sections = [*_sum(explain, told), "\n".join(_distances(explain, told)), _nearest(told), _open(explain, told)]
    sections.append("\n".join(_changes(explain, told)))
    return [blocks.section(section) for section in sections if section]


def _sum(explain: Explain, told: Explanation) -> list[str]:
    """One text a category (Slack takes a hundred blocks; no framework has that many), then the sum."""
    texts = []
    for category, part in zip(explain.framework.categories, told.contributions, strict=True):
        levels = (f"{inert(each.name)} {_level(explain.ratings.get(each.id))}" for each in category.criteria)
        mean = "nothing known" if part.mean is None else two_decimals(part.mean)
        line = f"*{inert(part.name)}*: {mean} × {_percent(part.share)} = {two_decimals(part.points)}"
        note = explain.notes.get(category.id)
        said = f"\n“{inert(note, _NOTE_SHOWN)}”" if note else ""
        texts.append(f"{line}\n{' · '.join(levels)}{said}")
    score = told.score
    total = sum((part.points for part in told.contributions), Fraction(0))
    asked = f"{score.rated} of {count(score.asked, 'question')} answered"
    if score.cmi is None:
        needed = _percent(explain.framework.minimum_coverage)
        last = f"*No CMI:* {asked}, and {needed} are needed."
    else:
        last = f"*Sum: {two_decimals(total)}, shown as CMI {cmi_text(score.cmi)}*; {asked}."
    return [*texts[:60], last]


def _percent(share: Fraction) -> str:
    percent = 100 * share
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{two_decimals(percent)} %"


def _level(level: int | None) -> str:
    return "not known" if level is None else str(level)


def _distances(explain: Explain, told: Explanation) -> list[str]:
    if explain.standing.subject != "customer" or not told.distances:
        return []
    lines = ["*Distance to the cuts*", *(_distance(each) for each in told.distances)]
    low, high = explain.framework.scale
    margin = on_scale(explain.map.cmi_margin + 1, (low, high)) - low
    if margin or explain.map.chs_margin:
        lines.append(
            f"To change its band it must pass a cut by {two_decimals(margin)} CMI "
            f"or {health_text(explain.map.chs_margin)} points of health."
        )
    return [*lines, *(f"The margin holds it: {inert(held.text)}." for held in told.placement.held)]


def _distance(distance: Distance) -> str:
    name, show = ("CMI", two_decimals) if distance.axis == "cmi" else ("Health", health_text)
    if not distance.by:
        return f"{name} is right on the cut at {show(distance.cut)}, which counts as over."
    side = "over" if distance.by > 0 else "under"
    return f"{name} is {show(abs(distance.by))} {side} the cut at {show(distance.cut)}."


def _nearest(told: Explanation) -> str:
    if told.placement.cell is None:
        return ""
    move = told.nearest_move
    if move is None:
        return "*Nearest move*\nNo single answer would move it to another cell."
    return (
        f"*Nearest move*\nIf {inert(move.name)} were {move.to_level} instead of {move.from_level}, "
        f"the CMI would be {cmi_text(move.cmi)} and the cell {cell_name(move.cell.id)}."
    )


def _open(explain: Explain, told: Explanation) -> str:
    opened = told.open_range
    if opened is None:
        return ""
    names = {each.id: each.name for each in explain.framework.criteria}
    unknown = [inert(names[each]) for each in opened.unknown]
    listed = ", ".join(unknown[:_NAMED]) + (f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else "")
    span = f"{cmi_text(opened.lowest)} to {cmi_text(opened.highest)}"
    lines = ["*What is open*", f"Not known: {listed}. With these answers the CMI could be {span}."]
    if explain.standing.subject == "customer" and opened.outcomes:
        lines.append(_outcomes(opened, told, names))
    return "\n".join(lines)


def _outcomes(opened: OpenRange, told: Explanation, names: Mapping[str, str]) -> str:
    """Save, or Retain if Clarity of Charter is really 2."""
    ids = [outcome.cell.id for outcome in opened.outcomes]
    present = told.placement.cell.id if told.placement.cell else ids[0]
    if ids == [present]:
        return f"Whatever they are, it is {cell_name(present)}."
    here = ids.index(present) if present in ids else 0
    others = [
        f"{cell_name(outcome.cell.id)} if {_answers(outcome, names, lower=place < here)}"
        for place, outcome in enumerate(opened.outcomes)
        if outcome.cell.id != present
    ]
    return f"{cell_name(present)}, or {', or '.join(others)}."


def _answers(outcome: Outcome, names: Mapping[str, str], *, lower: bool) -> str:
    """The answers nearest to today's that lead there."""
    answers = list((outcome.best_answers if lower else outcome.answers).items())
    shown = " and ".join(f"{inert(names[key])} is really {level}" for key, level in answers[:_NAMED])
    return shown + (f" (and {len(answers) - _NAMED} more)" if len(answers) > _NAMED else "")


def _changes(explain: Explain, told: Explanation) -> list[str]:
    if explain.previous is None:
        return []
    title = f"*Since the rating of {day(explain.previous.on)}*"
    if not told.changes:
        return [title, "No answer changed."]
    lines = [f"{inert(each.name)}: {change(_level(each.after), _level(each.before))}" for each in told.changes]
    hidden = len(lines) - _LINES
    return [title, *lines[:_LINES], *([f"{count(hidden, 'more answer')} changed."] if hidden > 0 else [])]


def _second(standing: Standing, second: Second) -> Block:
    comparison = second.comparison
    whose = "The customer's own rating" if comparison.second.source == "customer" else "Second rating"
    text = f"*{whose}*: {compare.rater_text(comparison.second)}, CMI {cmi_text(comparison.second.cmi)}"
    return blocks.section(
        f"{text}\n{compare.agreement_text(comparison)}",
        buttons.compare(standing.account_id, standing.name, second.assessment_id),
    )


def _drift(drift: Drift) -> str:
    new = f"{mention(drift.after.user)} ({day(drift.after.on)})"
    former = f"{mention(drift.before.user)} ({day(drift.before.on)})"
    if not drift.mean:
        return f"*New owner*\nOn average {new} rated just as {former} did."
    direction = "higher" if drift.mean > 0 else "lower"
    return f"*New owner*\n{new} rated on average {two_decimals(abs(drift.mean))} levels {direction} than {former}."


def _instead(explain: Explain) -> str:
    """Why a label stands in another band than its own."""
    label = explain.standing.chs
    if not isinstance(label, Label) or label.band in explain.map.bands:
        return ""
    return f" Four quadrants have no {label.band} band: it counts as {explain.map.band_of(label)}."


def _in_force(explain: Explain) -> list[str]:
    standing, framework = explain.standing, explain.framework
    lines = ["*What it rests on*"]
    if explain.rated:
        word = {"renewed": "Confirmed as unchanged", "corrected": "Corrected"}.get(explain.kind, "Rated")
        who = f"{mention(explain.rated.user)} ({inert(explain.rated.source)})"
        lines.append(f"{word} by {who} on {day(explain.rated.on)}.")
    lines.append(f"Framework: {inert(framework.name)}, version {framework.version}.")
    if standing.subject != "customer":
        return lines
    if standing.chs is not None:
        source = f", {inert(standing.chs_source)}" if standing.chs_source else ""
        lines.append(f"Health {health_text(standing.chs)} of {day(standing.chs_on)}{source}.{_instead(explain)}")
    if explain.moved:
        who = f" by {mention(explain.by)}" if explain.by else ""
        place = f"In {cell_name(standing.cell)}" if standing.cell else "Off the map"
        lines.append(f"{place} since {day(explain.moved.on)}: {cause_text(explain.moved.cause)}{who}.")
    kind = "four quadrants" if explain.map.kind == "quadrants" else "nine cells"
    under = explain.placed_under
    earlier = f" (placed under version {under})" if under and under != explain.settings_version else ""
    lines.append(f"Map: {kind}, settings version {explain.settings_version}{earlier}.")
    return lines


def example() -> Explain:
    framework = load_framework("maor-wittgen")
    levels: tuple[int | None, ...] = (None, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1)
    ratings = dict(zip((each.id for each in framework.criteria), levels, strict=True))
    before = {**ratings, "use_of_tools": 3}
    settings = MapSettings()
    standing = standing_example()
    second = compare.example()
    customer = second.second.model_copy(update={"source": "customer"})
    return Explain(
        standing=standing,
        framework=framework,
        map=settings,
        told=explained(framework, ratings, settings, standing.chs, previous=before),
        ratings=ratings,
        notes={"people": "Two more hires are planned."},
        rated=second.first,
        previous=second.first.model_copy(update={"on": datetime(2026, 5, 12, 9, tzinfo=UTC)}),
        moved=Moved(from_cell="retain", on=datetime(2026, 8, 12, 9, tzinfo=UTC), cause="health_reading"),
        by="U02BERT",
        placed_under=2,
        settings_version=3,
        seconds=(
            Second(assessment_id=5, comparison=second),
            Second(assessment_id=6, comparison=second.model_copy(update={"second": customer})),
        ),
        drift=Drift(before=second.first, after=second.second, mean=Fraction(5, 12)),
    )
