"""Messages in Slack that were attached to an account, to be at hand when it is rated next."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from bot.errors import UserError
from bot.views import account_select, blocks, buttons, limits
from bot.views.message import Block, Data
from bot.views.standing import Standing
from bot.views.state import State
from bot.views.text import clip, count, day, inert, mention, quoted

CALLBACK = "attach_evidence"
SHORTCUT = "attach_message"
LINK = "read_evidence"
_NOTE = "evidence_note"
_EXCERPT = 400  # with its longest escapes it still fits into a button's value
_SHOWN = 5
_URL = 3000


class Source(Data):
    """The message that somebody chose. ``excerpt`` is a part of its text, as people read it."""

    channel: str
    ts: str
    author: str | None = None
    excerpt: str


class Attached(Data):
    """What the form gave: the message, the account it is for, and what the person says to it."""

    source: Source
    account_id: int
    note: str = ""


class Evidence(Data):
    """A message that waits for the next rating, or was there for an earlier one."""

    excerpt: str
    author: str | None = None
    added_by: str
    added_on: datetime
    permalink: str = ""
    note: str = ""


def excerpt(text: str) -> str:
    """As much of a message as is kept: only its beginning, whatever it says."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return clip("\n".join(filter(None, lines)), _EXCERPT) or "(a message without text)"


def build(source: Source) -> Block:
    """The form: what is kept of the message, for which account, and room for a note."""
    note = blocks.text_input(_NOTE, longest=limits.NOTE, lines=True)
    body = [
        blocks.section(f"Kept from the message{_of(source.author)}:\n{quoted(source.excerpt, _EXCERPT)}"),
        account_select.field(),
        blocks.field("Note", _NOTE, note, hint="Why it matters.", optional=True),
        blocks.context("It is shown when the account is rated next, to everybody who can see the account."),
    ]
    return blocks.modal(
        "Attach to an account",
        body,
        callback_id=CALLBACK,
        submit="Attach",
        close="Cancel",
        metadata=source.model_dump_json(),
    )


def parse(view: Block) -> Attached | dict[str, str]:
    """What was entered, or what is missing by block id."""
    state = State(view)
    account_id = account_select.parse(state)
    if account_id is None:
        return {account_select.BLOCK: "Please choose an account."}
    note = state.text(_NOTE, _NOTE)
    return Attached(source=read_source(view.get("private_metadata")), account_id=account_id, note=note)


def read_source(written: object) -> Source:
    """The message as windows and buttons carry it. UserError for what another version wrote."""
    try:
        return Source.model_validate_json(str(written))
    except ValidationError as error:
        raise UserError("This window is too old. Please choose “Attach to an account” on the message again.") from error


def again(source: Source) -> Block:
    """The button that opens the form after all."""
    return blocks.button("Attach to an account", CALLBACK, source.model_dump_json(), style="primary")


def attached_modal(standing: Standing, *, before: bool) -> Block:
    """The answer; ``before`` says that the same message was attached already."""
    text = f"*{standing.title}*: the message is kept for its next rating."
    if before:
        text = f"*{standing.title}*: this message was attached before. It is there for the next rating, with your note."
    account = (standing.account_id, standing.name)
    body = [blocks.section(text), blocks.actions(buttons.rate(*account), buttons.open_account(*account))]
    return blocks.modal("Attached", body, callback_id=CALLBACK, close="Done")


def show(found: Sequence[Evidence], title: str) -> list[Block]:
    """The messages, the latest first, each with a way to read it where it was said."""
    if not found:
        return []
    body = [blocks.section(f"*{title}*"), *(_block(each) for each in found[:_SHOWN])]
    hidden = len(found) - _SHOWN
    return [*body, blocks.context(f"{count(hidden, 'more message')} attached.")] if hidden > 0 else body


def line(evidence: Evidence) -> str:
    """The same on one line."""
    note = f" ({inert(evidence.note, 300)})" if evidence.note else ""
    return f"Attached{_of(evidence.author)}: “{inert(evidence.excerpt, 300)}”{note}"


def _block(evidence: Evidence) -> Block:
    lines = [quoted(evidence.excerpt, _EXCERPT)]
    if evidence.note:
        lines.append(inert(evidence.note, limits.NOTE))
    lines.append(
        f"Said{_of(evidence.author) or ' in Slack'}, attached by {mention(evidence.added_by)}, {day(evidence.added_on)}"
    )
    if not evidence.permalink:
        return blocks.section("\n".join(lines))
    button = blocks.button("Read", LINK, label=f"Read the message in Slack: {evidence.excerpt}")
    return blocks.section("\n".join(lines), {**button, "url": evidence.permalink[:_URL]})


def _of(author: str | None) -> str:
    return f" by {mention(author)}" if author else ""


def example() -> Evidence:
    return Evidence(
        excerpt="We hired a new head of support, she starts in June.",
        author="U02BERT",
        added_by="U01ANNA",
        added_on=datetime.fromisoformat("2026-08-10T09:00:00+00:00"),
        permalink="https://acme.slack.com/archives/C01/p1786352400000100",
        note="This changes the People questions.",
    )
