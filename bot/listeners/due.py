"""What is waiting for a rating."""

from slack_bolt import Ack

from bot.flows import accounts
from bot.listeners import filters, portfolio
from bot.listeners.call import Call
from bot.views import due
from bot.views.query import ROUND


def command(ack: Ack, call: Call, argument: str) -> None:
    """`/cmi due`; `/cmi due round` opens how far the quarter's round is, with the portfolio's filters."""
    word, _, rest = argument.strip().partition(" ")
    if word.casefold() == "round":
        portfolio.show(call, filters.parse(rest, call.actor.user).showing(ROUND))
        ack()
        return
    now = call.now()
    ack(**due.render(accounts.due(call.db, now, call.actor), now).as_answer())
