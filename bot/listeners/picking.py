"""Choosing an account: the window, the menu that searches, and the global shortcut that begins with it."""

from collections.abc import Callable, Mapping

from slack_bolt import Ack, App

from bot.flows import accounts, explaining, looking_back, putting_off, rating
from bot.listeners import health, whatif
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import (
    account_select,
    assign_form,
    buttons,
    card,
    cover_form,
    explain,
    history,
    not_now_form,
    picker,
    survey,
)
from bot.views.message import Block


def open_from_shortcut(ack: Ack, call: Call) -> None:
    _open(call, "score")
    ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button that opens the window after all."""
    _open(call, picker.purpose_of(action.get("value")))
    ack()


def _open(call: Call, purpose: picker.Purpose) -> None:
    found = accounts.find(call.db, call.now(), call.actor, "")
    call.show(picker.build(purpose, matches=found.matches), again=buttons.pick(purpose))


def search(ack: Ack, payload: Body, call: Call) -> None:
    found = accounts.search(call.db, call.now(), call.actor, payload.get("value") or "")
    ack(options=account_select.options(found))


def submit(ack: Ack, view: Body, call: Call) -> None:
    purpose, chosen = picker.parse(view)
    if isinstance(chosen, dict):
        ack(response_action="errors", errors=chosen)
    else:
        ack(response_action="update", view=_next(call, purpose, chosen))


def _next(call: Call, purpose: picker.Purpose, account_id: int) -> Block:
    """The window for what the account was chosen for."""
    db, now, actor = call.db, call.now(), call.actor
    made: Mapping[picker.Purpose, Callable[[], Block]] = {
        "score": lambda: survey.build(rating.open_survey(db, now, actor, account_id)),
        "explain": lambda: explain.modal(explaining.account(db, now, actor, account_id)),
        "history": lambda: history.modal(looking_back.page(db, now, actor, account_id)),
        "whatif": lambda: whatif.form(call, account_id),
        "health": lambda: health.form(call, accounts.card(db, now, actor, account_id).standing),
        "assign": lambda: assign_form.build(accounts.card(db, now, actor, account_id).standing),
        "snooze": lambda: not_now_form.build(putting_off.read(db, now, actor, account_id)),
        "cover": lambda: cover_form.build(accounts.card(db, now, actor, account_id).standing),
        "account": lambda: card.modal(accounts.card(db, now, actor, account_id), now),
    }
    return made[purpose]()


def register(app: App) -> None:
    app.shortcut(picker.SHORTCUT)(open_from_shortcut)
    app.action(buttons.PICK)(press)
    app.options(account_select.SEARCH)(search)
    app.view(picker.CALLBACK)(submit)
