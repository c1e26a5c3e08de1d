"""When all that a conversation caused is done: also its Homes and messages, and however busy this machine is."""

import time

from sqlalchemy import ColumnElement, func, or_, select

from bot.clock import real_now
from bot.listeners.later import MOST_WAITING
from bot.store.tables import Message
from tests.listeners.conftest import Office

LONGEST_SECONDS = 60.0
_LOOK_SECONDS = 0.02


def wait_until_quiet(office: Office) -> None:
    """Come back when nothing is under way to the bot, in it, or from it.

    Nothing may be between two of these places unseen: who hands something on is done afterwards. So one look at a time
    when all is done would do; the second makes up for those that are not taken at one moment.
    """
    deadline = time.monotonic() + LONGEST_SECONDS
    looks = 0
    while looks < 2:
        looks = 0 if _busy(office) else looks + 1
        assert time.monotonic() < deadline, f"still at work after {LONGEST_SECONDS} s"
        time.sleep(_LOOK_SECONDS)


def _busy(office: Office) -> bool:
    return _delivered_to(office) or _at_work(office) or _owing(office)


def _delivered_to(office: Office) -> bool:
    courier = office.sandbox.courier
    return bool(courier._tasks or courier.sockets._waiting)


def _at_work(office: Office) -> bool:
    later = office.later
    begun = any(room._value < MOST_WAITING for room in (later._room, later._room_beside))
    return begun or any(turn.under_way or turn.waiting for turn in list(later._newest._turns.values()))


def _owing(office: Office) -> bool:
    """Whether a message is being said, or should be by now."""
    now: ColumnElement[bool] = (Message.ready_at <= real_now()) & (Message.not_before <= office.now())
    with office.db.read() as session:
        under_way = Message.state.in_(("sending", "unknown"))
        owed = or_(under_way, (Message.state == "owed") & now)
        return bool(session.scalar(select(func.count()).select_from(Message).where(owed)))
