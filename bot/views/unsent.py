"""What could not be sent: the daily note to the admins, and the window in which they send or drop it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.views import blocks, buttons
from bot.views.message import Block, Data, Message, message
from bot.views.text import count, day, inert, mention

CALLBACK = "unsent"
SEND, DROP, SEND_ALL = "send_unsent", "drop_unsent", "send_all_unsent"
NEWER, OLDER = "newer_unsent", "older_unsent"
PAGE = 10

_KINDS: Mapping[str, str] = {
    "alert": "Alert",
    "episode_note": "Line in an alert's thread",
    "channel_trouble": "Note on a channel",
    "unsent_note": "Note on what could not be sent",
    "progress": "Progress of a rating",
    "escalation": "Escalated alert",
    "prompt": "Request to rate",
    "disowned": "Note on an account without an owner",
    "leavers": "Note on somebody who left",
    "handed_over": "Note on accounts handed over",
    "review": "Review of a decision",
    "result": "Result of a rating",
    "batch": "Summary of alerts",
    "batch_held": "Alerts held for an admin",
    "summary": "Summary of changes",
    "overdue": "Digest of overdue accounts",
    "report": "Report",
}
_GONE = "This person has left Slack, or can't be reached there. Give their accounts to somebody else, then drop this."
_FAULT = "Slack doesn't accept its form: a fault of CMI Bot. Tell the people who run it; send it again after an update."
_WHY: Mapping[str, str] = {
    "user_not_found": _GONE,
    "users_not_found": _GONE,
    "user_disabled": _GONE,
    "user_not_visible": _GONE,
    "cannot_dm_bot": "This is a bot, and bots can't be written to. Give the account to a person, then drop this.",
    "channel_not_found": "The channel is gone, or CMI Bot can't see it. Choose another one, then send this again.",
    "is_archived": "The channel is archived, so nothing there can be changed. Drop this, or unarchive the channel.",
    "invalid_blocks": _FAULT,
    "invalid_arguments": _FAULT,
    "msg_too_long": _FAULT,
    "metadata_too_large": _FAULT,
}
_BEGINNINGS: Mapping[str, str] = {
    "restricted_action": "A rule of your Slack keeps apps from posting there. Change that, then send this again.",
    "can't be rendered": "CMI Bot can't show it: what is stored doesn't fit this version. Tell the people who run it.",
    "ended its sender": "The program ended several times while it was sent. It may be there: look there first.",
    "nobody can tell": "Nobody can tell whether it arrived, since CMI Bot may not read there. Look there first.",
}


class UnsentNote(Data):
    """Some message was set aside: said once a day, whatever their number."""


class Unsent(Data):
    """A message set aside: to whom (a channel's or a person's id), since when, and Slack's code or our own words."""

    id: int
    kind: str
    to: str
    since: datetime
    error: str


class UnsentPage(Data):
    """One page, from 0; ``total`` are set aside in all."""

    messages: tuple[Unsent, ...] = ()
    page: int = 0
    total: int = 0


def render(_note: UnsentNote) -> Message:
    text = "CMI Bot could not send something and has set it aside; nothing is lost. See what it is: send or drop it."
    return message(text, [blocks.section(text), blocks.actions(buttons.unsent())])


def build(page: UnsentPage) -> Block:
    """The window: a section and its two buttons for each message, the newest first."""
    if not page.total:
        return blocks.modal("Not sent", [blocks.section("Everything was sent.")], callback_id=CALLBACK)
    is_are = "was" if page.total == 1 else "were"
    intro = f"*{count(page.total, 'message')}* could not be sent and {is_are} set aside, the newest first."
    everything = blocks.button("Send all again", SEND_ALL, label="Send all of them again")
    body = [blocks.section(intro, everything if page.total > 1 else None), blocks.divider()]
    for each in page.messages:
        value = f"{page.page}:{each.id}"
        body.append(blocks.section(line(each)))
        body.append(
            blocks.actions(
                blocks.button("Send again", SEND, value, label=f"Send the message of {day(each.since)} again"),
                blocks.button("Drop", DROP, value, label=f"Drop the message of {day(each.since)}"),
            )
        )
    turns = []
    if page.page:
        turns.append(blocks.button("Newer", NEWER, str(page.page - 1), label="Newer messages"))
    if (page.page + 1) * PAGE < page.total:
        turns.append(blocks.button("Older", OLDER, str(page.page + 1), label="Older messages"))
    if turns:
        body.append(blocks.actions(*turns))
    return blocks.modal("Not sent", body, callback_id=CALLBACK)


def line(unsent: Unsent) -> str:
    """What it is, for whom, since when, why it could not be sent and what to do, as mrkdwn."""
    kind = _KINDS.get(unsent.kind) or inert(unsent.kind.replace("_", " ").capitalize())
    title = f"*{kind}* to {_recipient(unsent.to)}, {day(unsent.since)}, {unsent.since:%H:%M}"
    return f"{title}\n{reason(unsent.error)}"


def reason(error: str) -> str:
    """An error as stored, in words that say what to do."""
    begun = next((words for beginning, words in _BEGINNINGS.items() if error.startswith(beginning)), None)
    known = _WHY.get(error) or begun
    return known or f"Slack answered “{inert(error, 80)}”. Mend that, then send it again, or drop it."


def _recipient(to: str) -> str:
    if not to:
        return "a channel that isn't chosen yet"
    return f"<#{inert(to)}>" if to[:1] in ("C", "G", "D") else mention(to)


def read(value: object) -> tuple[int, int]:
    """The page and the message that a button names; zeros for what can't be read."""
    page, _, number = str(value).partition(":")
    return _number(page), _number(number)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def example() -> UnsentPage:
    at = datetime(2026, 8, 12, 14, 5, tzinfo=UTC)
    errors = (("prompt", "U01ANNA", "user_disabled"), ("alert", "C01ALERTS", "can't be rendered: no such cell"))
    shown = tuple(
        Unsent(id=number, kind=kind, to=to, since=at, error=error) for number, (kind, to, error) in enumerate(errors, 1)
    )
    return UnsentPage(messages=shown, total=2)
