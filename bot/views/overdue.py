"""The digest for a manager or the fallback channel: accounts unrated ten working days after the prompt."""

from bot.views import blocks, buttons
from bot.views.message import Block, Data, Message, message
from bot.views.prompt import PromptItem, item_text
from bot.views.prompt import example as prompt_example
from bot.views.text import count, mention, without_bold

_OWNERS = 10
# Each takes two blocks, and its owner's line one.
_SHOWN = 15


class Overdue(Data):
    """The overdue accounts of one day, owner by owner. ``more`` counts those not in ``items``."""

    items: tuple[PromptItem, ...]
    more: int = 0


def render(overdue: Overdue) -> Message:
    """An observation with ways to help, not a complaint: each owner can be asked again, each account given away."""
    shown = overdue.items[:_SHOWN]
    hidden = overdue.more + len(overdue.items) - len(shown)
    intro = _intro(overdue, hidden + sum(item.done_on is None for item in shown))
    closing = f"{count(hidden, 'more account')} not shown here. See all with /cmi due round." if hidden > 0 else ""
    owners = list(dict.fromkeys(item.owner for item in shown))
    alone = owners[0] if len(owners) == 1 else None
    body, lines = [blocks.section(intro, _again(alone))], [intro]
    for owner in owners:
        if len(owners) > 1:
            body.append(blocks.section(_whose(owner), _again(owner)))
            lines.append(_whose(owner))
        for item in (each for each in shown if each.owner == owner):
            lines.append(item_text(item, owner=False))
            body += _item(item, lines[-1])
    if closing:
        body.append(blocks.context(closing))
    return message(without_bold("\n".join(filter(None, [*lines, closing]))), body)


def _again(owner: str | None) -> Block | None:
    return buttons.ask_again(owner) if owner else None


def _item(item: PromptItem, line: str) -> list[Block]:
    if item.done_on:
        return [blocks.section(line)]
    account = (item.account_id, item.name)
    return [blocks.section(line), blocks.actions(buttons.assign(*account), buttons.open_account(*account))]


def _intro(overdue: Overdue, accounts: int) -> str:
    owners = list(dict.fromkeys(item.owner for item in overdue.items))
    if owners == [None]:
        whose = f"{count(accounts, 'account')} without an owner"
    else:
        named = [mention(owner) for owner in owners if owner][:_OWNERS]
        others = len(owners) - len(named)
        more = f" and {count(others, 'other')}" if others else ""
        whose = f"{count(accounts, 'account')} of {', '.join(named)}{more}"
    why = "" if any(item.orphan for item in overdue.items) else ", after a prompt and two reminders"
    ways = "You can ask again, rate them yourself, or give them to somebody else."
    return f"{whose} could not be rated yet{why}. {ways}"


def _whose(owner: str | None) -> str:
    return f"Owner: {mention(owner)}" if owner else "Without an owner"


def example() -> Overdue:
    items = prompt_example().items
    return Overdue(
        items=(*items, items[1].model_copy(update={"account_id": 10, "owner": "U02BERT", "orphan": True})), more=2
    )
