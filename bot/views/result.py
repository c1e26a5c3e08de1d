"""What came of a rating or a health score: shown in the window at once, and sent to the owner."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Literal

from pydantic import Field

from bot.views import blocks, buttons
from bot.views.cells import cell_name, plain_play, play
from bot.views.message import Block, Data, Message, message
from bot.views.standing import Standing, gaps, headline, provisional
from bot.views.standing import example as standing_example
from bot.views.text import change, cmi_change, cmi_text, count, day, health_change, inert, mention, quoted, without_bold
from cmi_core.health import Health

CALLBACK = "result"

_HISTORY_ONLY = {
    "": "",
    "old": "The health score is kept as history: it is older than {days} days.",
    "earlier": "The health score is kept as history: there is a later one.",
    "other": "The health score is kept as history: another source is the one that counts here.",
}


class CategoryScore(Data):
    """One category's mean on the framework's scale, now and in the assessment before."""

    name: str
    score: Fraction | None = None
    before: Fraction | None = None


class Meanwhile(Data):
    """Somebody else's rating of the same account, stored while this one was being filled in."""

    by: str
    on: datetime
    cmi: Fraction | None = None


class NextDue(Data):
    """The next account in the queue of who rated; ``left`` wait behind it. ``today`` is the workspace's day."""

    account_id: int
    name: str
    due: date | None
    today: date
    left: int = 0


class Result(Data):
    """The account after the change. ``duplicate`` marks a second delivery of what was stored already.

    ``rated`` of ``asked`` questions had an answer, ``minimum`` (0..1) of them are needed for a CMI. ``history_only``:
    the health score moved nothing, since it was over ``limit_days`` old or earlier than the present one.
    """

    standing: Standing
    cmi_before: Fraction | None = None
    chs_before: Health | None = None
    from_cell: str | None = None
    moved: bool = False
    categories: tuple[CategoryScore, ...] = ()
    rated: int = 0
    asked: int = 0
    minimum: Fraction = Field(default=Fraction(3, 4))
    by: str
    next_due: date | None = None
    note: str = ""
    duplicate: bool = False
    history_only: Literal["", "old", "earlier", "other"] = ""
    limit_days: int = 90
    meanwhile: Meanwhile | None = None
    next: NextDue | None = None


def render(result: Result) -> Message:
    """The direct message to the owner."""
    standing = result.standing
    intro = f"New scores for *{standing.title}*, entered by {mention(result.by)}."
    parts = [intro, f"*{headline(standing)}*", *_facts(result)]
    body = [blocks.section("\n".join(parts))]
    text = [*parts, *_details(result)]
    if result.note:
        body.append(blocks.section(quoted(result.note)))
        text.append(quoted(result.note))
    body += _advice(result)
    if standing.cell:
        text.append(plain_play(standing.cell, steps=3))
    body.append(blocks.actions(buttons.open_account(standing.account_id, standing.name)))
    return message(without_bold("\n".join(text)), body)


def modal(result: Result) -> Block:
    """What the window shows once the change is stored."""
    standing = result.standing
    body = [blocks.section(f"*{standing.title}*"), blocks.header(headline(standing))]
    facts = _facts(result)
    if result.duplicate:
        facts.insert(0, "This was saved before; nothing was changed.")
    if facts:
        body.append(blocks.section("\n".join(facts)))
    body += _advice(result)
    body.append(blocks.actions(buttons.open_account(standing.account_id, standing.name)))
    if result.next:
        body += [blocks.divider(), _next(result.next)]
    return blocks.modal("Saved", body, callback_id=CALLBACK, close="Done")


def saving_modal(name: str) -> Block:
    """Shown while a save waits for its turn; it is replaced by the result."""
    body = [
        blocks.section(f"Saving *{inert(name)}*…"),
        blocks.context("This takes a moment. The result comes here, and to you as a message."),
    ]
    return blocks.modal("Saving…", body, callback_id=CALLBACK)


def _facts(result: Result) -> list[str]:
    """What moved, what is missing, what comes next: one sentence a line."""
    standing = result.standing
    facts = [
        _HISTORY_ONLY[result.history_only].format(days=result.limit_days),
        _meanwhile(result.meanwhile) if result.meanwhile else "",
        _movement(result),
        *gaps(standing),
        *(inert(held) for held in standing.held),
    ]
    if result.asked and result.rated < result.asked:
        facts.append(_coverage(result))
    old = provisional(standing)
    if old:
        facts.append(f"{old[0].upper()}{old[1:]}.")
    if result.next_due:
        facts.append(f"Next rating due {day(result.next_due)}.")
    return [fact for fact in facts if fact]


def _next(following: NextDue) -> Block:
    late = (following.today - following.due).days if following.due else 0
    when = f"{count(late, 'day')} overdue" if late > 0 else "due today" if late == 0 else f"due {day(following.due)}"
    left = f" {following.left} more after it." if following.left else " It is the last one."
    text = f"*Next: {inert(following.name)}*, {when}.{left}"
    return blocks.section(text, buttons.rate(following.account_id, following.name, "primary"))


def _meanwhile(meanwhile: Meanwhile) -> str:
    value = f" (CMI {cmi_text(meanwhile.cmi)})" if meanwhile.cmi is not None else ""
    return (
        f"{mention(meanwhile.by)} rated it too while you did{value}. "
        "Both ratings are in the history; yours, the later, counts now."
    )


def _movement(result: Result) -> str:
    standing = result.standing
    parts = []
    if standing.cmi is not None and result.cmi_before is not None:
        parts.append(f"CMI {cmi_change(standing.cmi, result.cmi_before)}")
    if standing.chs is not None and result.chs_before is not None:
        parts.append(f"health {health_change(standing.chs, result.chs_before)}")
    if result.moved:
        here, start = cell_name(standing.cell), result.from_cell
        parts.append(f"moved from {cell_name(start)} to {here}" if start else f"first place on the map: {here}")
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _coverage(result: Result) -> str:
    answered = f"{result.rated} of {count(result.asked, 'question')} answered"
    needed = -(-result.minimum * result.asked // 1)
    if result.rated < needed:
        return f"{answered}; a CMI needs at least {needed}."
    return f"{answered}; the rest is left out of the score."


def _details(result: Result) -> list[str]:
    return [
        f"{inert(category.name)}: {_category(category)}" for category in result.categories if category.score is not None
    ]


def _category(category: CategoryScore) -> str:
    if category.score is None:
        return "not known"
    return change(cmi_text(category.score), None if category.before is None else cmi_text(category.before))


def _advice(result: Result) -> list[Block]:
    found = []
    if result.categories:
        found.append(blocks.fields([f"*{inert(each.name)}*\n{_category(each)}" for each in result.categories]))
    if result.standing.cell:
        found.append(blocks.section(play(result.standing.cell, steps=3)))
    return found


def example() -> Result:
    standing = standing_example()
    return Result(
        standing=standing.model_copy(update={"cmi_on": datetime(2026, 8, 12, 9, tzinfo=UTC)}),
        cmi_before=Fraction(21, 10),
        chs_before=Fraction(58),
        from_cell="retain",
        moved=True,
        categories=(
            CategoryScore(name="Charter", score=Fraction(7, 3), before=Fraction(2)),
            CategoryScore(name="People", score=Fraction(2), before=Fraction(2)),
            CategoryScore(name="Process", score=Fraction(3), before=Fraction(2)),
            CategoryScore(name="Technology", score=None),
        ),
        rated=9,
        asked=12,
        by="U01ANNA",
        next_due=date(2026, 11, 12),
        note="New head of the function since June.",
    )
