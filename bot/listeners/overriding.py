"""Putting an account into another cell by hand, and back."""

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import accounts, overrides
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, card, override_form


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Override"."""
    standing, cells = overrides.choices(call.db, call.now(), call.actor, button_value.account_id(action))
    form = override_form.build(standing.account_id, standing.name, cells)
    call.show(form, again=buttons.override(standing.account_id, standing.name))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entry = override_form.parse(view)
    if entry.errors:
        ack(response_action="errors", errors=entry.errors)
        return
    now = call.now()
    try:
        overrides.begin(call.db, now, call.actor, entry)
    except FieldError as error:
        ack(response_action="errors", errors={override_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=card.modal(accounts.card(call.db, now, call.actor, entry.account_id), now))
    call.refresh_home(entry.account_id)


def end(ack: Ack, action: Body, call: Call) -> None:
    """The button "End override"."""
    now = call.now()
    standing = overrides.end(call.db, now, call.actor, button_value.account_id(action))
    shown = card.modal(accounts.card(call.db, now, call.actor, standing.account_id), now)
    call.show(shown, again=buttons.open_account(standing.account_id, standing.name))
    ack()
    call.refresh_home(standing.account_id)


def register(app: App) -> None:
    app.action(buttons.OVERRIDE)(press)
    app.view(override_form.CALLBACK)(submit)
    app.action(buttons.END_OVERRIDE)(end)
