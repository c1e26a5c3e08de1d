"""The id that a button carries, read without trusting it."""

from bot.errors import UserError
from bot.listeners.reply import Body
from bot.views.account_select import account_id as read_id


def account_id(action: Body) -> int:
    """The account's (or episode's) id. UserError for a button of an earlier version."""
    found = read_id(action.get("value"))
    if found is None:
        raise UserError("That button is out of date. Please open the account again with /cmi account.")
    return found
