"""Handing accounts over: what would go, and what went."""

from bot.errors import UserError
from bot.views import blocks
from bot.views.message import Block, Data, Message, message
from bot.views.text import count, inert, mention, without_bold

CALLBACK = "hand_over"


class HandOver(Data):
    """Accounts that go to ``new``, with the open requests about them; all of ``old``'s, or those chosen.

    ``names`` are those of the first few that were chosen, ``before`` their owners until now.
    """

    new: str
    accounts: int
    prompts: int
    old: str | None = None
    names: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def build(preview: HandOver) -> Block:
    """The question before all accounts of a person go to another."""
    whose = mention(preview.old or "")
    text = (
        f"*{count(preview.accounts, 'account')}* of {whose} would go to {mention(preview.new)}, "
        f"and {count(preview.prompts, 'open request')} with them."
    )
    note = f"{mention(preview.new)} hears of the open requests in their working hours. The history stays as it is."
    return blocks.modal(
        "Hand over accounts",
        [blocks.section(text), blocks.context(note)],
        callback_id=CALLBACK,
        submit="Hand over",
        close="Cancel",
        metadata=f"{preview.old}:{preview.new}",
    )


def parse(view: Block) -> tuple[str, str]:
    """Whose accounts, and who gets them. UserError for a window of an earlier version."""
    return pair(str(view.get("private_metadata")))


def pair(text: str) -> tuple[str, str]:
    old, _, new = text.partition(":")
    if not old or not new:
        raise UserError("This window is too old. Please close it and start again with /cmi assign @old @new")
    return old, new


def done(given: HandOver) -> Message:
    """What went where, for the person who did it."""
    came = f" {count(given.prompts, 'open request')} went along." if given.prompts else ""
    named = ", ".join(f"*{inert(name)}*" for name in given.names)
    more = given.accounts - len(given.names)
    if named:
        what = f"{named} and {count(more, 'other')}" if more else named
        verb = "belongs" if given.accounts == 1 else "belong"
        text = f"{what} now {verb} to {mention(given.new)}.{came}"
    else:
        of = f" of {mention(given.old)}" if given.old else ""
        text = f"{count(given.accounts, 'account')}{of} now belong{'s' if given.accounts == 1 else ''} to "
        text += f"{mention(given.new)}.{came}"
    return message(without_bold(text), [blocks.section(text)])


def done_modal(given: HandOver) -> Block:
    return blocks.modal("Handed over", done(given).blocks, callback_id="handed_over", close="Done")


def example() -> HandOver:
    return HandOver(old="U01ANNA", new="U02BERT", accounts=12, prompts=3)
