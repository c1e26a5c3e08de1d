"""The weekly report: stopping it for oneself, getting it again, and when it is sent."""

from slack_bolt import Ack, App

from bot.flows import settings, weekly_settings
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, notes, versioned, weekly_form
from bot.views.message import Block


def stop(ack: Ack, body: Body, call: Call) -> None:
    """The button below the report, and on the Home."""
    weekly_settings.want(call.db, call.actor, wanted=False)
    _answer(call, body, "You get no weekly report any more. On the Home, under Portfolio, you can have it again.")
    ack()


def start(ack: Ack, body: Body, call: Call) -> None:
    weekly_settings.want(call.db, call.actor, wanted=True)
    _answer(call, body, "You get the weekly report again.")
    ack()


def _answer(call: Call, body: Body, text: str) -> None:
    """On the Home the button itself changes; anywhere else it has to be said."""
    if (body.get("view") or {}).get("type") == "home":
        call.show_home()
    else:
        call.tell(notes.note(text))


def press(ack: Ack, call: Call) -> None:
    """The button "Weekly report" of the settings."""
    version = settings.version(call.db, call.actor)
    form = weekly_form.build(weekly_settings.read(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.weekly())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    form = weekly_form.parse(view, weekly_settings.working_hours(call.db, call.actor))
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return

    def store() -> Block:
        weekly_settings.write(call.db, call.now(), call.actor, form, seen=seen)
        return notes.settings_saved_modal()

    saving.save(ack, store, lambda: weekly_form.build(form))


def register(app: App) -> None:
    app.action(buttons.STOP_WEEKLY)(stop)
    app.action(buttons.START_WEEKLY)(start)
    app.action(buttons.WEEKLY)(press)
    app.view(weekly_form.CALLBACK)(submit)
