"""The app's Home: opening it, and choosing what it shows."""

from slack_bolt import Ack, App

from bot.flows import home
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import home_state, home_words
from bot.views.account_select import account_id as read_number
from bot.views.home_state import HomeState


def opened(event: Body, call: Call) -> None:
    if event.get("tab") == "home":
        call.show_home()


def choose_tab(ack: Ack, action: Body, body: Body, call: Call) -> None:
    _show(call, _state(body).changed(tab=_chosen(action)))
    ack()


def choose_list(ack: Ack, action: Body, body: Body, call: Call) -> None:
    _show(call, _state(body).changed(only=_chosen(action)))
    ack()


def choose_scope(ack: Ack, action: Body, body: Body, call: Call) -> None:
    _show(call, _state(body).changed(scope=_chosen(action)))
    ack()


def turn(ack: Ack, action: Body, body: Body, call: Call) -> None:
    """The buttons "Next" and "Back"; each names its page."""
    _show(call, _state(body).changed(page=read_number(action.get("value"))))
    ack()


def show_all(ack: Ack, body: Body, call: Call) -> None:
    _show(call, _state(body).changed(only="all"))
    ack()


def show_words(ack: Ack, call: Call) -> None:
    call.show(home_words.modal(), again=home_words.button())
    ack()


def _state(body: Body) -> HomeState:
    """What the Home showed where something was pressed."""
    return home_state.read(body["view"].get("private_metadata"))


def _chosen(action: Body) -> object:
    return (action.get("selected_option") or {}).get("value")


def _show(call: Call, state: HomeState) -> None:
    home.choose(call.db, call.now(), call.actor, state)
    call.show_home()


def register(app: App) -> None:
    app.event("app_home_opened")(opened)
    app.action(home_state.TAB)(choose_tab)
    app.action(home_state.ONLY)(choose_list)
    app.action(home_state.SCOPE)(choose_scope)
    app.action(home_state.NEXT)(turn)
    app.action(home_state.BACK)(turn)
    app.action(home_state.ALL)(show_all)
    app.action(home_words.WORDS)(show_words)
