"""The page between a form and its effect: what would move, with “Apply” and “Back”."""

from typing import Any

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, config_summary
from bot.views.config_summary import ConfigSummary
from bot.views.message import Block, Data
from bot.views.text import count

CALLBACK = "config_preview"


class Pending(Data):
    """The change that waits for its "Apply", carried unseen: a map, or weights by category of a framework.

    ``version`` is that of the settings which the form showed.
    """

    map: dict[str, Any] | None = None
    framework: str = ""
    weights: dict[str, str] = Field(default_factory=dict)
    version: int | None = None


def build(effect: ConfigSummary, pending: Pending) -> Block:
    body = [*effect_blocks(effect), blocks.actions(buttons.back_to_form())]
    return blocks.modal(
        "Preview", body, callback_id=CALLBACK, submit="Apply", close="Cancel", metadata=pending.model_dump_json()
    )


def effect_blocks(effect: ConfigSummary) -> list[Block]:
    """What a change would do."""
    parts = [
        f"*{config_summary.sentence(effect, done=False)}*",
        config_summary.transitions(effect.transitions),
        config_summary.accounts(effect.shifts, effect.moved),
    ]
    body = [blocks.section(part) for part in parts if part]
    if effect.opened:
        stand = "would stand in an alert cell" if effect.opened == 1 else "would stand in alert cells"
        body.append(blocks.context(f"{count(effect.opened, 'account')} more {stand}. Nobody is paged for it."))
    return body


def parse(view: Block) -> Pending:
    """The change that waits. UserError for a window of an earlier version."""
    try:
        return Pending.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old. Please open the settings again.") from error


def counting_modal() -> Block:
    return blocks.modal("Preview", [blocks.section("Counting what would move…")], callback_id="counting")


def applying_modal() -> Block:
    text = "Placing all accounts anew… You may close this window: a message says when it is done."
    return blocks.modal("Settings", [blocks.section(text)], callback_id="applying")


def applied_modal(effect: ConfigSummary) -> Block:
    return blocks.modal(
        "Saved", [blocks.section(config_summary.sentence(effect, done=True))], callback_id="applied", close="Done"
    )
