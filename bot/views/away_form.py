"""Out of office: the form, and what it means for the ratings that come due meanwhile."""

from datetime import date

from pydantic import Field

from bot.views import blocks, buttons
from bot.views.message import Block, Data, Message, message
from bot.views.state import State
from bot.views.text import count, day, mention, without_bold

CALLBACK = "away"
_PERSON, _FIRST, _LAST = "person", "first", "last"


class Away(Data):
    """Somebody's absence: its days are None while they are here.

    ``by_status`` says that Slack's status told of it; ``accounts`` counts what they own, ``covered`` what of it
    somebody covers, and ``manager`` is asked at last. ``others`` says that who asks may tell of others' absences too.
    """

    user: str
    first: date | None = None
    last: date | None = None
    by_status: bool = False
    accounts: int = 0
    covered: int = 0
    manager: str | None = None
    me: bool = True
    others: bool = False


class AwayEntry(Data):
    """What was entered; ``errors`` are by block id."""

    user: str | None = None
    first: date | None = None
    last: date | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def build(away: Away, today: date) -> Block:
    """The form, filled in with what holds; who is away finds a button that ends it."""
    body: list[Block] = []
    if away.last:
        body.append(blocks.section(sentence(away), buttons.back(away.user)))
    if away.others:
        body.append(blocks.field("Who", _PERSON, blocks.person_select(_PERSON, away.user)))
    first = blocks.date_select(_FIRST, away.first or today)
    body += [
        blocks.field("First day away", _FIRST, first, optional=True),
        blocks.field("Last day away", _LAST, blocks.date_select(_LAST, away.last)),
        blocks.context("Until then who covers your accounts is asked. To name somebody: `/cmi cover all @who`."),
    ]
    return blocks.modal("Away", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=away.user)


def parse(view: Block) -> AwayEntry:
    state = State(view)
    user = state.user(_PERSON, _PERSON) or str(view.get("private_metadata") or "") or None
    first, last = _date(state.date(_FIRST, _FIRST)), _date(state.date(_LAST, _LAST))
    errors = {} if last else {_LAST: "Please choose the last day of the absence."}
    return AwayEntry(user=user, first=first, last=last, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return _FIRST if field == "first" else _LAST


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def sentence(away: Away) -> str:
    """You are away from 20 Dec 2026 until 3 Jan 2027."""
    who = "You are" if away.me else f"{mention(away.user)} is"
    if away.last is None:
        return f"{who} at work, and asked for ratings as usual."
    begins = f" from {day(away.first)}" if away.first else ""
    said = ", as Slack's status says" if away.by_status else ""
    return f"*{who} away{begins} until {day(away.last)}*{said}."


def told(away: Away) -> Message:
    """What holds now, and who is asked meanwhile."""
    text = "\n".join(filter(None, (sentence(away), _meanwhile(away) if away.last else "")))
    return message(without_bold(text), [blocks.section(text)])


def _meanwhile(away: Away) -> str:
    if not away.accounts:
        return ""
    manager = mention(away.manager) if away.manager else "the fallback channel"
    waits = f"requests wait for the return, at most 10 working days, then {manager} is asked."
    name = "To name somebody who covers: /cmi cover all @who"
    if not away.covered:
        return f"Nobody covers {'your' if away.me else 'their'} {count(away.accounts, 'account')}: {waits} {name}"
    if away.covered < away.accounts:
        covered = f"{away.covered} of {count(away.accounts, 'account')} {'is' if away.covered == 1 else 'are'}"
        return f"{covered} covered. For the others {waits} {name}"
    return "Meanwhile whoever covers is asked."


def told_modal(away: Away) -> Block:
    return blocks.modal("Away", told(away).blocks, callback_id="away_told", close="Done")


def example() -> Away:
    return Away(
        user="U01ANNA",
        first=date(2026, 12, 20),
        last=date(2027, 1, 3),
        accounts=12,
        covered=3,
        manager="U02BERT",
        others=True,
    )
