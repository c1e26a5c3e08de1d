"""Noting that something changed at a customer."""

import secrets

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import account_events
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, event_form


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Something changed…" in the card's window "More"."""
    account_id = button_value.account_id(action)
    standing, today = account_events.read(call.db, call.now(), call.actor, account_id)
    form = event_form.build(standing, secrets.token_urlsafe(16), today)
    call.show(form, again=buttons.note_event(standing.account_id, standing.name))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = event_form.parse(view)
    if entered.event is None:
        ack(response_action="errors", errors=entered.errors)
        return
    try:
        noted = account_events.note(call.db, call.now(), call.actor, entered.event)
    except FieldError as error:
        ack(response_action="errors", errors={event_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=event_form.noted_modal(noted))
    call.refresh_home(noted.standing.account_id)


def register(app: App) -> None:
    app.action(buttons.NOTE_EVENT)(press)
    app.view(event_form.CALLBACK)(submit)
