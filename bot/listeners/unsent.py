"""Messages that could not be sent: seen, sent again or dropped by an admin."""

from slack_bolt import Ack, App

from bot.flows import unsent as flow
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, unsent


def press(ack: Ack, call: Call) -> None:
    """The button "Not sent" of the settings and of the daily note."""
    _show(call)
    ack()


def turn(ack: Ack, action: Body, call: Call) -> None:
    """The buttons "Newer" and "Older"."""
    _show(call, unsent.read(action.get("value"))[0])
    ack()


def send_again(ack: Ack, action: Body, call: Call) -> None:
    number, message_id = unsent.read(action.get("value"))
    flow.send_again(call.db, call.now(), call.actor, message_id)
    _show(call, number)
    ack()


def send_all_again(ack: Ack, call: Call) -> None:
    flow.send_all_again(call.db, call.now(), call.actor)
    _show(call)
    ack()


def drop(ack: Ack, action: Body, call: Call) -> None:
    number, message_id = unsent.read(action.get("value"))
    flow.drop(call.db, call.now(), call.actor, message_id)
    _show(call, number)
    ack()


def _show(call: Call, number: int = 0) -> None:
    call.show(unsent.build(flow.page(call.db, call.actor, number)), again=buttons.unsent())


def register(app: App) -> None:
    app.action(buttons.UNSENT)(press)
    app.action(unsent.NEWER)(turn)
    app.action(unsent.OLDER)(turn)
    app.action(unsent.SEND)(send_again)
    app.action(unsent.SEND_ALL)(send_all_again)
    app.action(unsent.DROP)(drop)
