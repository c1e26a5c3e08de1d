"""Pausing the asking: a window of the settings."""

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import pausing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, pause_form


def press(ack: Ack, call: Call) -> None:
    """The button "Pause asking" of the settings."""
    call.show(pause_form.build(pausing.read(call.db, call.now(), call.actor)), again=buttons.pauses())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = pause_form.parse(view)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return
    try:
        shown = pausing.pause(call.db, call.now(), call.actor, entered)
    except FieldError as error:
        ack(response_action="errors", errors={pause_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=pause_form.build(shown))
    call.refresh_home()


def resume(ack: Ack, action: Body, call: Call) -> None:
    """The button "Ask again" beside a pause."""
    manager = str(action.get("value"))
    shown = pausing.resume(call.db, call.now(), call.actor, None if manager == buttons.EVERYBODY else manager)
    call.show(pause_form.build(shown), again=buttons.pauses())
    ack()
    call.refresh_home()


def register(app: App) -> None:
    app.action(buttons.PAUSES)(press)
    app.action(buttons.RESUME_ASKING)(resume)
    app.view(pause_form.CALLBACK)(submit)
