"""Looking at the whole portfolio."""

from functools import partial

from slack_bolt import App

from bot.flows import pictures, portfolio
from bot.listeners.call import Call
from bot.listeners.paged import Ids, Paged
from bot.listeners.picturing import Pictured
from bot.views import portfolio as window
from bot.views import query
from bot.views.message import Block
from bot.views.query import Query


def _draw(call: Call, asked: Query) -> Block:
    return window.build(portfolio.look(call.db, call.now(), call.actor, asked))


def _pictured(call: Call, asked: Query) -> Pictured | None:
    shown = portfolio.look(call.db, call.now(), call.actor, asked)
    drawing = pictures.of_portfolio(call.db, call.now(), call.actor, shown)
    return Pictured(drawing, partial(window.build, shown)) if drawing else None


_IDS = Ids(window.OPEN, window.SHOW, window.NEXT, window.BACK)
_conversation = Paged("Portfolio", _IDS, window.SHOWN, query.MAP, _draw, window.open_button, _pictured)
command, show = _conversation.command, _conversation.show


def register(app: App) -> None:
    _conversation.register(app)
    app.action(window.OPEN_ROUND)(_conversation.press)
