"""The digest for a manager or the fallback channel: accounts unrated ten working days after the prompt."""

from bot.views import blocks, buttons, limits
from bot.views.message import Block, Data, Message, message
from bot.views.prompt import PromptItem, item_text
from bot.views.prompt import example as prompt_example
from bot.views.text import count, mention, without_bold

_OWNERS = 10


class Overdue(Data):
    """The overdue accounts of one day, owner by owner. ``more`` counts those not in ``items``."""

    items: tuple[PromptItem, ...]
    more: int = 0


def render(overdue: Overdue) -> Message:
    """An observation with a way to help, not a complaint."""
    shown = overdue.items[: limits.PROMPT_ITEMS]
    hidden = overdue.more + len(overdue.items) - len(shown)
    intro = _intro(overdue, hidden + sum(item.done_on is None for item in shown))
    closing = f"{count(hidden, 'more account')} not shown here." if hidden > 0 else ""
    body, lines = [blocks.section(intro)], [intro]
    owner: str | None = ""
    several = len({item.owner for item in overdue.items}) > 1
    for item in shown:
        if several and item.owner != owner:
            owner = item.owner
            body.append(blocks.context(_whose(owner)))
            lines.append(_whose(owner))
        line = item_text(item, owner=False)
        lines.append(line)
        body.append(blocks.section(line, _button(item)))
    if closing:
        body.append(blocks.context(closing))
    return message(without_bold("\n".join(filter(None, [*lines, closing]))), body)


def _intro(overdue: Overdue, accounts: int) -> str:
    owners = list(dict.fromkeys(item.owner for item in overdue.items))
    if owners == [None]:
        whose = f"{count(accounts, 'account')} without an owner"
    else:
        named = [mention(owner) for owner in owners if owner][:_OWNERS]
        others = len(owners) - len(named)
        more = f" and {count(others, 'other')}" if others else ""
        whose = f"{count(accounts, 'account')} of {', '.join(named)}{more}"
    return f"{whose} could not be rated yet, after a prompt and two reminders. You can rate or reassign them."


def _whose(owner: str | None) -> str:
    return f"Owner: {mention(owner)}" if owner else "Without an owner"


def _button(item: PromptItem) -> Block | None:
    return None if item.done_on else buttons.open_account(item.account_id, item.name)


def example() -> Overdue:
    items = prompt_example().items
    return Overdue(items=(*items, items[1].model_copy(update={"account_id": 10, "owner": "U02BERT"})), more=2)
