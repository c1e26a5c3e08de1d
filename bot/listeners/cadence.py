"""What admins set about rhythm and limits."""

from slack_bolt import Ack, App

from bot.flows import accounts, cadence, settings
from bot.listeners import button_value, saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, cadence_form, card, interval_form, versioned
from bot.views.message import Block
from bot.workspace_settings import LONGEST_INTERVAL


def press(ack: Ack, call: Call) -> None:
    """The button "Cadence and limits" of the settings."""
    version = settings.version(call.db, call.actor)
    form = cadence_form.build(cadence.read(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.cadence())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    form = cadence_form.parse(view)
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return

    def store() -> Block:
        return cadence_form.saved_modal(cadence.write(call.db, call.now(), call.actor, form, seen=seen))

    saving.save(ack, store, lambda: cadence_form.build(form))


def press_interval(ack: Ack, action: Body, call: Call) -> None:
    """The button "Interval" in the card's window "More"."""
    interval = cadence.read_interval(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(interval_form.build(interval), again=buttons.interval(interval.account_id, interval.name))
    ack()


def submit_interval(ack: Ack, view: Body, call: Call) -> None:
    entered = interval_form.parse(view, LONGEST_INTERVAL)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return
    now = call.now()
    cadence.write_interval(call.db, now, call.actor, entered)
    ack(response_action="update", view=card.modal(accounts.card(call.db, now, call.actor, entered.account_id), now))
    call.refresh_home(entered.account_id)


def register(app: App) -> None:
    app.action(buttons.INTERVAL)(press_interval)
    app.view(interval_form.CALLBACK)(submit_interval)
    app.action(buttons.CADENCE)(press)
    app.view(cadence_form.CALLBACK)(submit)
