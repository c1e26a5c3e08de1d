"""Why an account stands where it stands, and what happened to it."""

from functools import partial

from slack_bolt import Ack, App

from bot.flows import account_pictures, accounts, explaining, looking_back
from bot.listeners import button_value, parsing
from bot.listeners.call import Call
from bot.listeners.picturing import Pictured
from bot.listeners.reply import Body
from bot.views import buttons, explain, history, notes, picker


def command(ack: Ack, call: Call, argument: str) -> None:
    """/cmi explain."""
    _command(ack, call, argument, "explain")


def history_command(ack: Ack, call: Call, argument: str) -> None:
    """/cmi history."""
    _command(ack, call, argument, "history")


def _command(ack: Ack, call: Call, argument: str, purpose: picker.Purpose) -> None:
    name = parsing.name(argument)
    found = accounts.find(call.db, call.now(), call.actor, name)
    if found.one and purpose == "explain":
        _explain(call, found.one.account_id)
        ack()
    elif found.one:
        _history(call, found.one.account_id, 0)
        ack()
    elif name:
        ack(**notes.not_found(purpose, name, found.matches).as_answer())
    else:
        call.show(picker.build(purpose, matches=found.matches), again=buttons.pick(purpose))
        ack()


def _explain(call: Call, account_id: int) -> None:
    told = explaining.account(call.db, call.now(), call.actor, account_id)

    def pictured() -> Pictured | None:
        drawing = account_pictures.categories(call.db, call.now(), call.actor, account_id)
        return Pictured(drawing, partial(explain.modal, told)) if drawing else None

    again = buttons.explain(account_id, told.standing.name)
    call.show(explain.modal(told), again=again, picturing=pictured)


def _history(call: Call, account_id: int, page: int) -> None:
    shown = looking_back.page(call.db, call.now(), call.actor, account_id, page)

    def pictured() -> Pictured | None:
        if page:
            return None
        drawing = account_pictures.trend(call.db, call.now(), call.actor, account_id)
        return Pictured(drawing, partial(history.modal, shown)) if drawing else None

    call.show(history.modal(shown), again=buttons.history(account_id, shown.name), picturing=pictured)


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Why?"."""
    _explain(call, button_value.account_id(action))
    ack()


def press_history(ack: Ack, action: Body, call: Call) -> None:
    """The button "History"."""
    _history(call, button_value.account_id(action), 0)
    ack()


def turn(ack: Ack, action: Body, call: Call) -> None:
    """The buttons "Newer" and "Older"."""
    _history(call, *button_value.pair(action))
    ack()


def register(app: App) -> None:
    app.action(buttons.EXPLAIN)(press)
    app.action(buttons.HISTORY)(press_history)
    app.action(buttons.NEWER)(turn)
    app.action(buttons.OLDER)(turn)
