"""Taking an alert on."""

from slack_bolt import Ack, App

from bot.flows import alerts
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons


def claim(ack: Ack, action: Body, call: Call) -> None:
    """The button "I'm on it". The alert itself is changed by delivery, which owns that message."""
    alert = alerts.claim(call.db, call.now(), call.actor, button_value.account_id(action))
    ack()
    call.refresh_home(alert.account_id)


def register(app: App) -> None:
    app.action(buttons.CLAIM)(claim)
