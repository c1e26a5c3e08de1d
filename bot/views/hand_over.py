"""Handing accounts over: what would go, and what went."""

from bot.errors import UserError
from bot.views import blocks
from bot.views.message import Block, Data, Message, message
from bot.views.state import State
from bot.views.text import count, inert, mention, without_bold

CALLBACK, CHOOSE = "hand_over", "hand_over_to"
_OWNER = "owner"
_TOO_OLD = "This window is too old. Please close it and start again with /cmi assign @old @new"


class HandOver(Data):
    """Accounts that go to ``new``, with the open requests about them; all of ``old``'s, or those chosen.

    ``alerts`` counts those of them with an open alert. ``names`` are those of the first few that were chosen,
    ``before`` their owners until now.
    """

    new: str
    accounts: int
    prompts: int
    alerts: int = 0
    old: str | None = None
    names: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


class HandedOver(Data):
    """All accounts of a person went to another, and ``by`` whom."""

    given: HandOver
    by: str


class Chosen(Data):
    """Whose accounts, and who gets them; ``new`` is None where nobody was chosen."""

    old: str
    new: str | None = None


def choose(owned: HandOver) -> Block:
    """The form for all accounts of a person; ``new`` may be empty."""
    text = f"{mention(owned.old or '')} owns *{count(owned.accounts, 'account')}*.{_with_them(owned)}"
    chosen = blocks.person_select(_OWNER, owned.new or None)
    hint = "They hear of the open requests in their working hours. The history stays as it is."
    return blocks.modal(
        "Hand over accounts",
        [blocks.section(text), blocks.field("Who gets all of them", _OWNER, chosen, hint=hint)],
        callback_id=CHOOSE,
        submit="Hand over",
        close="Cancel",
        metadata=owned.old or "",
    )


def chosen(view: Block) -> Chosen:
    return Chosen(old=str(view.get("private_metadata")), new=State(view).user(_OWNER, _OWNER))


def block_of(_field: str) -> str:
    """The block under which an error is shown: there is one."""
    return _OWNER


def build(preview: HandOver) -> Block:
    """The question before all accounts of a person go to another."""
    whose = mention(preview.old or "")
    text = f"*{count(preview.accounts, 'account')}* of {whose} would go to {mention(preview.new)}.{_with_them(preview)}"
    note = f"{mention(preview.new)} hears of the open requests in their working hours. The history stays as it is."
    return blocks.modal(
        "Hand over accounts",
        [blocks.section(text), blocks.context(note)],
        callback_id=CALLBACK,
        submit="Hand over",
        close="Cancel",
        metadata=f"{preview.old}:{preview.new}",
    )


def _with_them(owned: HandOver) -> str:
    """What goes along, as sentences after another; empty where nothing does."""
    requests = f" {count(owned.prompts, 'open request')} would go along." if owned.prompts else ""
    return requests + (f" {owned.alerts} of them {_stand(owned.alerts)} in an open alert." if owned.alerts else "")


def _stand(number: int) -> str:
    return "stands" if number == 1 else "stand"


def parse(view: Block) -> tuple[str, str]:
    """Whose accounts, and who gets them. UserError for a window of an earlier version."""
    old, new = pair(str(view.get("private_metadata")))
    if not new:
        raise UserError(_TOO_OLD)
    return old, new


def pair(text: str) -> tuple[str, str]:
    """Whose accounts; and who gets them, empty where that is to be chosen yet."""
    old, _, new = text.partition(":")
    if not old:
        raise UserError(_TOO_OLD)
    return old, new


def done(given: HandOver) -> Message:
    """What went where, for the person who did it."""
    text = _went(given)
    return message(without_bold(text), [blocks.section(text)])


def told(handed: HandedOver) -> Message:
    """The report to whoever did it and to the admins: what went where, and what waits there."""
    text = f"{_went(handed.given)} {mention(handed.by)} handed them over."
    return message(without_bold(text), [blocks.section(text)])


def _went(given: HandOver) -> str:
    came = f" {count(given.prompts, 'open request')} went along." if given.prompts else ""
    named = ", ".join(f"*{inert(name)}*" for name in given.names)
    more = given.accounts - len(given.names)
    if named:
        what = f"{named} and {count(more, 'other')}" if more else named
        verb = "belongs" if given.accounts == 1 else "belong"
        return f"{what} now {verb} to {mention(given.new)}.{came}"
    of = f" of {mention(given.old)}" if given.old else ""
    verb = "belongs" if given.accounts == 1 else "belong"
    alerts = f" {given.alerts} of them {_stand(given.alerts)} in an open alert." if given.alerts else ""
    return f"{count(given.accounts, 'account')}{of} now {verb} to {mention(given.new)}.{came}{alerts}"


def done_modal(given: HandOver) -> Block:
    return blocks.modal("Handed over", done(given).blocks, callback_id="handed_over", close="Done")


def example() -> HandOver:
    return HandOver(old="U01ANNA", new="U02BERT", accounts=12, prompts=3, alerts=2)
