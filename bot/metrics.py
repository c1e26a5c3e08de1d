"""Figures for whoever watches the program, read from the database when they are asked for.

They are the same whichever process is asked: those that send keep their counts in the database.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import real_now
from bot.store import messages, senders
from bot.store.database import Database
from bot.store.messages import Priority, Waiting

# What becomes of calls: taken; too fast; no word; it had arrived, or not, or nobody can tell; no; set aside.
OUTCOMES = ("sent", "retried", "unknown", "found", "absent", "unseen", "refused", "failed")
_OPEN = frozenset({"owed", "sending", "unknown"})


class OutboxFigures(Collector):
    """How much is owed to Slack, how long the oldest of it has waited, and what became of what was tried."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def collect(self) -> Iterator[Metric]:
        now = real_now()
        with self._db.read() as session:
            waiting = messages.waiting(session, now)
            counts = senders.counts(session)
        yield _by_state(waiting)
        yield _backlog(waiting)
        yield _oldest(waiting, now)
        yield _outcomes(counts)


def _by_state(waiting: list[Waiting]) -> Metric:
    figures = GaugeMetricFamily("cmi_messages", "Messages that are not said yet, by state.", labels=["state"])
    states = Counter[str]()
    for each in waiting:
        states[each.state] += each.number
    for state, number in states.items():
        figures.add_metric([state], number)
    return figures


def _backlog(waiting: list[Waiting]) -> Metric:
    figures = GaugeMetricFamily(
        "cmi_backlog", "Messages that could be sent now or are under way, by how urgent they are.", labels=["priority"]
    )
    ready = Counter[int]()
    for each in waiting:
        ready[each.priority] += each.ready if each.state in _OPEN else 0
    for priority in Priority:
        figures.add_metric([priority.name.lower()], ready[priority])
    return figures


def _oldest(waiting: list[Waiting], now: datetime) -> Metric:
    oldest = GaugeMetricFamily(
        "cmi_oldest_owed_seconds", "Since when the oldest owed message could have been sent, 0 where there is none."
    )
    since = [each.since for each in waiting if each.state == "owed" and each.since is not None]
    oldest.add_metric([], max(0.0, (now - min(since)).total_seconds()) if since else 0.0)
    return oldest


def _outcomes(counts: Counter[str]) -> Metric:
    figures = CounterMetricFamily("cmi_delivery", "What became of messages that were tried.", labels=["outcome"])
    for outcome in OUTCOMES:
        figures.add_metric([outcome], counts[outcome])
    return figures


def registry(db: Database) -> CollectorRegistry:
    """A registry of its own: nothing of the program is kept at module level."""
    made = CollectorRegistry()
    made.register(OutboxFigures(db))
    return made
