"""What is waiting for a rating."""

from slack_bolt import Ack

from bot.flows import accounts
from bot.listeners.call import Call
from bot.views import due


def command(ack: Ack, call: Call, _argument: str) -> None:
    now = call.now()
    ack(**due.render(accounts.due(call.db, now, call.actor), now).as_answer())
