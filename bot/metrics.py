"""Figures for whoever watches the program, read from the database when they are asked for."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text

from bot.clock import real_now
from bot.store.database import Database
from bot.store.tables import UNSAID, Message


class OutboxFigures(Collector):
    """How much is owed to Slack, by state, and how long the oldest of it has waited."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def collect(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("cmi_messages", "Messages that are not said yet, by state.", labels=["state"])
        oldest = GaugeMetricFamily(
            "cmi_oldest_owed_seconds", "Since when the oldest owed message could have been sent."
        )
        with self._db.read() as session:
            unsaid = select(Message.state, func.count()).where(text(UNSAID)).group_by(Message.state)
            for state, number in session.execute(unsaid):
                waiting.add_metric([state], number)
            ready = session.execute(
                select(func.min(Message.ready_at)).where(text(UNSAID), Message.state == "owed")
            ).scalar()
        oldest.add_metric([], max(0.0, (real_now() - ready).total_seconds()) if ready else 0.0)
        yield waiting
        yield oldest


def registry(db: Database) -> CollectorRegistry:
    """A registry of its own: nothing of the program is kept at module level."""
    made = CollectorRegistry()
    made.register(OutboxFigures(db))
    return made
