"""A window over many accounts: a menu of what to show, pages, and the filters that came with the command."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from slack_bolt import Ack, App

from bot.listeners import filters
from bot.listeners.call import Call
from bot.listeners.picturing import Pictured
from bot.listeners.reply import Body
from bot.views import query
from bot.views.message import Block
from bot.views.query import Query


@dataclass(frozen=True)
class Ids:
    """The window's action ids: the button that opens it after all, its menu, and its two page buttons."""

    open: str
    show: str
    next: str
    back: str


@dataclass(frozen=True)
class Paged:
    """One such conversation. `draw` reads and builds, `again` is its button; `first` is what of `shown` comes first;
    `pictured` reads the picture that follows.
    """

    title: str
    ids: Ids
    shown: Collection[str]
    first: str
    draw: Callable[[Call, Query], Block]
    again: Callable[[Query], Block]
    pictured: Callable[[Call, Query], Pictured | None] = lambda _, __: None

    def command(self, ack: Ack, call: Call, argument: str) -> None:
        self.show(call, filters.parse(argument, call.actor.user).showing(self.first))
        ack()

    def press(self, ack: Ack, action: Body, call: Call) -> None:
        self.show(call, query.read(action.get("value")))
        ack()

    def choose(self, ack: Ack, action: Body, body: Body, call: Call) -> None:
        chosen = str((action.get("selected_option") or {}).get("value"))
        self.show(call, query.of_view(body["view"]).showing(chosen if chosen in self.shown else self.first))
        ack()

    def next_page(self, ack: Ack, body: Body, call: Call) -> None:
        self.show(call, query.of_view(body["view"]).turned(1))
        ack()

    def page_before(self, ack: Ack, body: Body, call: Call) -> None:
        self.show(call, query.of_view(body["view"]).turned(-1))
        ack()

    def register(self, app: App) -> None:
        app.action(self.ids.open)(self.press)
        app.action(self.ids.show)(self.choose)
        app.action(self.ids.next)(self.next_page)
        app.action(self.ids.back)(self.page_before)

    def show(self, call: Call, asked: Query) -> None:
        """Open the window on what a query asks for."""
        call.show_when_ready(
            self.title,
            lambda: self.draw(call, asked),
            again=self.again(asked),
            picturing=lambda: self.pictured(call, asked),
        )
