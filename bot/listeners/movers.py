"""Looking at who moved up and down."""

from bot.flows import movers
from bot.listeners.call import Call
from bot.listeners.paged import Ids, Paged
from bot.views import movers as window
from bot.views.message import Block
from bot.views.query import Query


def _draw(call: Call, asked: Query) -> Block:
    return window.build(movers.look(call.db, call.now(), call.actor, asked))


_IDS = Ids(window.OPEN, window.SHOW, window.NEXT, window.BACK)
_conversation = Paged("Movers", _IDS, window.SHOWN, window.UP, _draw, window.open_button)
command, register = _conversation.command, _conversation.register
