"""The id that a button carries, read without trusting it."""

from bot.errors import UserError
from bot.listeners.reply import Body
from bot.views.account_select import account_id as read_id

_OUT_OF_DATE = "That button is out of date. Please open the account again with /cmi account."
_LONGEST_NUMBER = 18  # what the database takes as an id


def account_id(action: Body) -> int:
    """The account's (or episode's) id. UserError for a button of an earlier version."""
    found = read_id(action.get("value"))
    if found is None:
        raise UserError(_OUT_OF_DATE)
    return found


def id_and_text(action: Body) -> tuple[int, str]:
    """The account's id and what a person typed before. UserError as above."""
    first, _, text = str(action.get("value") or "").partition(":")
    return account_id({"value": first}), text


def pair(action: Body) -> tuple[int, int]:
    """The account's id and a second number: a page, or another row's id. UserError as above."""
    first, _, second = str(action.get("value") or "").partition(":")
    found = read_id(first)
    if found is None or not (second.isascii() and second.isdigit() and len(second) <= _LONGEST_NUMBER):
        raise UserError(_OUT_OF_DATE)
    return found, int(second)
