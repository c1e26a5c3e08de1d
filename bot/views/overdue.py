"""The digest for a manager or the fallback channel: accounts unrated ten working days after the prompt."""

from bot.views import blocks, buttons, limits
from bot.views.message import Data, Message, message
from bot.views.prompt import PromptItem, item_text
from bot.views.prompt import example as prompt_example
from bot.views.text import count, mention, without_bold


class Overdue(Data):
    """One owner's overdue accounts, nobody's where ``owner`` is None. ``more`` counts those not in ``items``."""

    owner: str | None = None
    items: tuple[PromptItem, ...]
    more: int = 0


def render(overdue: Overdue) -> Message:
    """An observation with a way to help, not a complaint."""
    shown = overdue.items[: limits.PROMPT_ITEMS]
    hidden = overdue.more + len(overdue.items) - len(shown)
    accounts = count(hidden + sum(item.done_on is None for item in shown), "account")
    whose = f"{accounts} of {mention(overdue.owner)}" if overdue.owner else f"{accounts} without an owner"
    intro = f"{whose} could not be rated yet, after a prompt and two reminders. You can rate or reassign them."
    closing = f"{count(hidden, 'more account')} not shown here." if hidden > 0 else ""
    lines = [item_text(item, owner=False) for item in shown]
    body = [blocks.section(intro)]
    for item, line in zip(shown, lines, strict=True):
        body.append(blocks.section(line, None if item.done_on else buttons.open_account(item.account_id, item.name)))
    if closing:
        body.append(blocks.context(closing))
    return message(without_bold("\n".join(filter(None, [intro, *lines, closing]))), body)


def example() -> Overdue:
    return Overdue(owner="U01ANNA", items=prompt_example().items, more=2)
