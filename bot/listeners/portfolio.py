"""Looking at the whole portfolio."""

from bot.flows import portfolio
from bot.listeners.call import Call
from bot.listeners.paged import Ids, Paged
from bot.views import portfolio as window
from bot.views import query
from bot.views.message import Block
from bot.views.query import Query


def _draw(call: Call, asked: Query) -> Block:
    return window.build(portfolio.look(call.db, call.now(), call.actor, asked))


_IDS = Ids(window.OPEN, window.SHOW, window.NEXT, window.BACK)
_conversation = Paged("Portfolio", _IDS, window.SHOWN, query.MAP, _draw, window.open_button)
command, register = _conversation.command, _conversation.register
