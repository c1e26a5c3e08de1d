"""Declaring health sources, and which of them counts."""

from slack_bolt import Ack, App

from bot.flows import sources
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, notes, sources_form


def press(ack: Ack, call: Call) -> None:
    """The button "Health sources" of the settings."""
    call.show(sources_form.build(sources.read(call.db, call.actor)), again=buttons.health_sources())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = sources_form.parse(view)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return
    sources.write(call.db, call.now(), call.actor, entered)
    ack(response_action="update", view=notes.settings_saved_modal())


def register(app: App) -> None:
    app.action(buttons.SOURCES)(press)
    app.view(sources_form.CALLBACK)(submit)
