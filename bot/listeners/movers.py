"""Looking at who moved up and down."""

from slack_bolt import Ack, App

from bot.flows import movers
from bot.listeners import filters
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import movers as window
from bot.views import query
from bot.views.message import Block
from bot.views.query import Query


def command(ack: Ack, call: Call, argument: str) -> None:
    _show(call, filters.parse(argument, call.actor.user).showing(window.UP))
    ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button that opens the window after all."""
    _show(call, query.read(action.get("value")))
    ack()


def choose(ack: Ack, action: Body, body: Body, call: Call) -> None:
    """The menu "Show"."""
    chosen = str((action.get("selected_option") or {}).get("value"))
    _show(call, query.of_view(body["view"]).showing(chosen if chosen in window.SHOWN else window.UP))
    ack()


def next_page(ack: Ack, body: Body, call: Call) -> None:
    _show(call, query.of_view(body["view"]).turned(1))
    ack()


def page_before(ack: Ack, body: Body, call: Call) -> None:
    _show(call, query.of_view(body["view"]).turned(-1))
    ack()


def _show(call: Call, asked: Query) -> None:
    def work() -> Block:
        return window.build(movers.look(call.db, call.now(), call.actor, asked))

    call.show_when_ready("Movers", work, again=window.open_button(asked))


def register(app: App) -> None:
    app.action(window.OPEN)(press)
    app.action(window.SHOW)(choose)
    app.action(window.NEXT)(next_page)
    app.action(window.BACK)(page_before)
