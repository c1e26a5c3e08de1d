"""Somebody who was asked for a rating says that the account isn't theirs any more: a manager gives it to another."""

from datetime import date

from bot.views import blocks, buttons
from bot.views.message import Data, Message, message
from bot.views.text import day, inert, mention, without_bold


class Disowned(Data):
    """The account, who says so, whose it is in the books, and since when its rating is due."""

    account_id: int
    name: str
    by: str
    owner: str | None = None
    due: date


def render(disowned: Disowned) -> Message:
    whose = "nobody" if disowned.owner is None else mention(disowned.owner)
    text = (
        f"{mention(disowned.by)} says that *{inert(disowned.name)}* isn't theirs any more. "
        f"Its owner so far is {whose}. A rating is due since {day(disowned.due)}. "
        "Please give it to whoever looks after it now."
    )
    account = (disowned.account_id, disowned.name)
    body = [blocks.section(text), blocks.actions(buttons.assign(*account), buttons.open_account(*account))]
    return message(without_bold(text), body)


def example() -> Disowned:
    return Disowned(account_id=7, name="Acme, Inc.", by="U01ANNA", owner="U01ANNA", due=date(2026, 11, 12))
