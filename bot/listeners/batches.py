"""The alerts of a batch: opening one of a summary, and deciding about a batch that was held."""

from slack_bolt import Ack, App

from bot.flows import batches
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons


def open_alert(ack: Ack, action: Body, call: Call) -> None:
    """The button "Open alert": the alert comes as a message of its own."""
    batch_id, episode_id = button_value.pair(action)
    batches.open_alert(call.db, call.now(), call.actor, batch_id, episode_id)
    ack()


def release(ack: Ack, action: Body, call: Call) -> None:
    batches.decide(call.db, call.now(), call.actor, button_value.account_id(action), "released")
    ack()


def drop(ack: Ack, action: Body, call: Call) -> None:
    batches.decide(call.db, call.now(), call.actor, button_value.account_id(action), "dropped")
    ack()


def register(app: App) -> None:
    app.action(buttons.OPEN_ALERT)(open_alert)
    app.action(buttons.RELEASE)(release)
    app.action(buttons.DROP)(drop)
