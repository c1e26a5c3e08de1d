"""Adding an account."""

import secrets

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import accounts
from bot.listeners import parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import account_form, buttons, notes


def command(ack: Ack, call: Call, argument: str) -> None:
    _open(call, parsing.name(argument))
    ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The buttons "Add it" and "Add an account"."""
    _open(call, action.get("value") or "")
    ack()


def _open(call: Call, name: str) -> None:
    again = buttons.add(name) if name else buttons.add_first()
    call.show(account_form.build(name, call.actor.user, secrets.token_urlsafe(16)), again=again)


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = account_form.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    try:
        added = accounts.create(call.db, call.now(), call.actor, entered)
    except FieldError as error:
        ack(response_action="errors", errors={account_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=notes.added_modal(added))
    call.refresh_home(added.account_id)


def register(app: App) -> None:
    app.action(buttons.ADD)(press)
    app.view(account_form.CALLBACK)(submit)
