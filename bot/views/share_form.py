"""Sharing a window's figures: to oneself, or in a channel of one's choice."""

from pydantic import ValidationError

from bot.errors import UserError
from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.query import Query
from bot.views.state import State

SEND, POST, CALLBACK = "send_figures", "share_figures", "share"
_CHANNEL, _VALUE = "channel", "value"


class Shared(Data):
    """What is shared: a part of the portfolio, or one account over time."""

    query: Query | None = None
    account_id: int | None = None


class ShareEntry(Data):
    """What was chosen; ``error`` is said below the channel."""

    shared: Shared
    channel: str = ""
    error: str = ""


def buttons(shared: Shared) -> Block:
    value = shared.model_dump_json(exclude_none=True)
    return blocks.actions(
        blocks.button("Send to me", SEND, value, label="Send these figures to me as a message"),
        post_button(shared),
    )


def post_button(shared: Shared) -> Block:
    """Opens the form."""
    value = shared.model_dump_json(exclude_none=True)
    return blocks.button("Post in a channel…", POST, value, label="Post these figures in a channel")


def build(shared: Shared, channel: str | None = None) -> Block:
    body = [
        blocks.section("The figures are posted as they are at that moment, with a picture where this Slack shows one."),
        blocks.field(
            "Channel",
            _CHANNEL,
            blocks.channel_select(_VALUE, channel),
            hint="Everybody in it will see them. CMI Bot has to be in it: /invite @CMI Bot",
        ),
    ]
    metadata = shared.model_dump_json(exclude_none=True)
    return blocks.modal("Share", body, callback_id=CALLBACK, submit="Post", close="Cancel", metadata=metadata)


def read(written: object) -> Shared:
    """What a button or the form carries. UserError for one that an earlier version wrote."""
    try:
        return Shared.model_validate_json(written if isinstance(written, str) else "")
    except ValidationError as error:
        raise UserError("This window is too old. Please close it and open it again.") from error


def parse(view: Block) -> ShareEntry:
    channel = State(view).conversation(_CHANNEL, _VALUE)
    error = "" if channel else "Please choose a channel."
    return ShareEntry(shared=read(view.get("private_metadata")), channel=channel or "", error=error)


def errors(text: str) -> dict[str, str]:
    """What is wrong with the channel, by block id."""
    return {_CHANNEL: text}
