"""Declaring health sources, and which of them counts."""

from slack_bolt import Ack, App

from bot.flows import settings, sources
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, notes, sources_form, versioned
from bot.views.message import Block


def press(ack: Ack, call: Call) -> None:
    """The button "Health sources" of the settings."""
    version = settings.version(call.db, call.actor)
    form = sources_form.build(sources.read(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.health_sources())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    entered = sources_form.parse(view)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return

    def store() -> Block:
        sources.write(call.db, call.now(), call.actor, entered, seen=seen)
        return notes.settings_saved_modal()

    saving.save(ack, store, lambda: sources_form.build(entered))


def register(app: App) -> None:
    app.action(buttons.SOURCES)(press)
    app.view(sources_form.CALLBACK)(submit)
