"""Settings and frameworks are read once in a transaction, and never as they were before."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event

from bot.flows import workspaces as flow
from bot.store import workspaces
from bot.store.database import Database
from cmi_core import Framework, load_framework

NOW = datetime(2026, 8, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def workspace_id(db: Database) -> int:
    return flow.register(db, NOW, "T1", "One")


@pytest.fixture
def statements(db: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def weighted(charter: int) -> Framework:
    rest = {"people": Fraction(20), "process": Fraction(20), "technology": Fraction(20)}
    return load_framework("maor-wittgen").with_weights({"charter": Fraction(charter), **rest})


def choose_channel(db: Database, workspace_id: int, channel: str) -> None:
    with db.write() as session:
        row = workspaces.lock_settings(session, workspace_id)
        row.settings = {**row.settings, "alert_channel": channel}
        row.version += 1


def test_asking_again_costs_nothing(db: Database, workspace_id: int, statements: list[str]) -> None:
    with db.write() as session:
        workspaces.hold_settings(session, workspace_id)
        known = len(statements)
        assert workspaces.settings_of(session, workspace_id) is workspaces.settings_of(session, workspace_id)
        assert workspaces.version_of(session, workspace_id) == 1
        assert len(statements) == known


def test_a_change_is_seen_in_its_own_transaction(db: Database, workspace_id: int) -> None:
    with db.write() as session:
        assert workspaces.settings_of(session, workspace_id).alert_channel is None
        row = workspaces.lock_settings(session, workspace_id)
        row.settings = {"alert_channel": "C01ALERTS"}
        row.version += 1
        assert workspaces.settings_of(session, workspace_id).alert_channel == "C01ALERTS"
        assert workspaces.version_of(session, workspace_id) == 2


# SQLite has one writer at a time.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_was_read_before_the_lock_is_read_again_under_it(db: Database, workspace_id: int) -> None:
    for lock in (workspaces.hold_settings, workspaces.lock_settings):
        with db.write() as session:
            before = workspaces.settings_of(session, workspace_id).alert_channel
            choose_channel(db, workspace_id, f"C01{lock.__name__[:4].upper()}")
            lock(session, workspace_id)
            assert workspaces.settings_of(session, workspace_id).alert_channel != before


def test_a_framework_that_was_undone_is_not_remembered(db: Database, workspace_id: int) -> None:
    with suppress(ZeroDivisionError), db.write() as session:
        undone = workspaces.publish(session, workspace_id, weighted(10))
        assert workspaces.framework_by_id(session, undone).categories[0].weight == 10
        raise ZeroDivisionError
    with db.write() as session:
        kept = workspaces.publish(session, workspace_id, weighted(70))
    with db.read() as session:
        assert workspaces.framework_by_id(session, kept).categories[0].weight == 70
        assert workspaces.framework_in_force(session, workspace_id, "maor-wittgen")[0] == kept


def test_a_framework_is_read_once_for_all_who_ask(db: Database, workspace_id: int, statements: list[str]) -> None:
    with db.write() as session:
        kept = workspaces.publish(session, workspace_id, weighted(70))
    for _ in range(3):
        with db.read() as session:
            workspaces.framework_by_id(session, kept)
    assert sum("frameworks.definition" in each and each.startswith("SELECT") for each in statements) == 1
