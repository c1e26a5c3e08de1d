"""What admins set about rhythm and limits."""

from slack_bolt import Ack, App

from bot.flows import cadence
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, cadence_form


def press(ack: Ack, call: Call) -> None:
    """The button "Cadence and limits" of the settings."""
    call.show(cadence_form.build(cadence.read(call.db, call.actor)), again=buttons.cadence())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    form = cadence_form.parse(view)
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return
    moved = cadence.write(call.db, call.now(), call.actor, form)
    ack(response_action="update", view=cadence_form.saved_modal(moved))


def register(app: App) -> None:
    app.action(buttons.CADENCE)(press)
    app.view(cadence_form.CALLBACK)(submit)
