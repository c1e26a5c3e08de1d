"""The queries that run all the time go by their indexes, on either database, when the tables are large."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from bot.clock import real_now
from bot.flows import workspaces
from bot.store import asking, claims, home, home_alerts, rounds
from bot.store.database import Database
from bot.store.fresh import FreshSince
from bot.store.portfolio import Scope
from tests.databases import PostgresServer, new_sqlite

NOW = datetime(2026, 8, 12, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
ROWS = 100_000
_N = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :rows)"
_ROWS = (
    f"""INSERT INTO accounts (workspace_id, created_at, subject, lifecycle, name, name_key, owner, segments, complete,
            chs_source, ask_on) {_N}
        SELECT 1, :now, 'customer', 'active', 'A' || n, 'a' || n, 'U' || (n % 50), '{{}}', true, '',
            CASE WHEN n % 1000 = 0 THEN :past ELSE :later END""",
    f"""INSERT INTO messages (workspace_id, created_at, key, kind, priority, recipient, data, token, state, revision,
            sent_revision, not_before, ready_at, attempts, error) {_N}
        SELECT 1, :now, 'k' || n, 'result', 2, 'U' || (n % 500), '{{}}', 't' || n,
            CASE WHEN n % 1000 = 0 THEN 'owed' ELSE 'sent' END, 1, 0, :now, :now, 0, ''""",
    f"""INSERT INTO prompts (workspace_id, account_id, cycle, recipient, role, state, due, asked_on, reminders,
            remind_on) {_N}
        SELECT 1, n, 'c', 'U' || (n % 50), 'owner', CASE WHEN n % 1000 = 0 THEN 'open' ELSE 'done' END, :today, :today,
            0, CASE WHEN n % 1000 = 0 THEN :today END""",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A hundred thousand accounts and messages, a few of them due or not said yet."""
    folder: Path = tmp_path_factory.mktemp("plans")
    postgres: PostgresServer | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
    url = new_sqlite(folder) if postgres is None else postgres.new()
    db = Database(url)
    workspaces.register(db, NOW, "T1", "One")
    values = {"rows": ROWS, "now": NOW.replace(tzinfo=None) if postgres is None else NOW, "today": TODAY}
    values |= {"past": TODAY - timedelta(days=1), "later": TODAY + timedelta(days=60)}
    with db.write() as session:
        for statement in _ROWS:
            session.execute(text(f"{statement} FROM n"), values)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if postgres else "PRAGMA optimize"))
    yield db
    db.close()
    if postgres is not None:
        postgres.drop(url)


class Plans:
    """Asks the database how it would carry out each search that passes by."""

    def __init__(self, engine: Engine) -> None:
        self.lines: list[str] = []
        self._engine = engine
        self._explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "

    def look(self, connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH due")) and isinstance(parameters, tuple | dict):
            own = cursor.connection.cursor()  # type: ignore[attr-defined]  # the driver's, which SQLAlchemy leaves untyped
            own.execute(self._explain + statement, parameters)
            self.lines += [" ".join(map(str, row)) for row in own.fetchall()]
            own.close()


@pytest.fixture
def plans(full: Database) -> Iterator[Plans]:
    seen = Plans(full.engine)
    event.listen(full.engine, "before_cursor_execute", seen.look)
    yield seen
    event.remove(full.engine, "before_cursor_execute", seen.look)


def scans(plans: Plans, table: str) -> list[str]:
    """The lines that read a whole table; reading the short index of what is not said yet is no scan."""
    return [
        line
        for line in plans.lines
        if (f"SCAN {table}" in line and "ix_messages_unsaid" not in line) or f"Seq Scan on {table}" in line
    ]


def test_who_is_due_is_found_by_an_index(full: Database, plans: Plans) -> None:
    with full.read() as session:
        due = asking.who_is_due(session, TODAY)
        asking.who_is_late(session, TODAY)
    assert len(due) == 1
    assert "ix_accounts_ask" in str(plans.lines)
    assert scans(plans, "accounts") == []
    assert scans(plans, "prompts") == []


def test_what_to_ask_and_to_remind_is_found_by_an_index(full: Database, plans: Plans) -> None:
    with full.write() as session:
        due = [asking.Due(1, "U0", None, None, any_cover=True)]
        assert len(asking.accounts_to_ask(session, 1, due, TODAY)) == 100
        assert len(asking.prompts_to_remind(session, 1, "U0", TODAY)) == 100
        asking.prompts_to_escalate(session, TODAY)
    assert scans(plans, "accounts") == []
    assert scans(plans, "prompts") == []


def test_a_round_reads_what_was_asked_for_in_it(full: Database, plans: Plans) -> None:
    before = TODAY - timedelta(days=90)
    with full.read() as session:
        scope = Scope(1, owners=("U7",))
        assert rounds.by_recipient(session, scope, before, TODAY - timedelta(days=1), TODAY, carried=False) == []
        assert "ix_prompts_asked" in str(plans.lines)
        assert scans(plans, "prompts") == []
        (asked,) = rounds.by_recipient(session, scope, before, TODAY, TODAY, carried=True)
    assert (asked.asked, asked.done) == (ROWS // 50, ROWS // 50)


def test_a_home_costs_what_its_person_has(full: Database, plans: Plans) -> None:
    fresh = FreshSince(NOW - timedelta(days=120))
    today = home.Today(TODAY, TODAY, NOW, TODAY, fresh, NOW)
    theirs = home.Theirs(1, "U7", today)
    with full.read() as session:
        assert not home.visitor(session, 1, "UNOBODY", TODAY).owns
        assert "ix_accounts_owner" in str(plans.lines)
        plans.lines.clear()  # whether there is any account at all is seen with the first row of a scan
        assert home.counts(session, theirs).total == ROWS // 50
        assert len(home.page(session, theirs, "", start=0, limit=20)) == 20
        home_alerts.alarms(session, theirs, limit=7)
        home.drafts(session, 1, "U7", NOW, limit=5)
        home_alerts.concerned(session, 1, [7], TODAY)
    assert scans(plans, "accounts") == []
    assert scans(plans, "prompts") == []


def test_a_claim_reads_only_what_is_not_said_yet(full: Database, plans: Plans) -> None:
    real = real_now()
    with full.write_plain() as connection:
        claimed = claims.claim(
            connection, workspace_id=1, worker="w", now=NOW, real=real, lease_until=real, limit=4, not_to={"U5"}
        )
        connection.rollback()
    assert len(claimed) == 1  # all that is owed goes to one recipient
    assert "ix_messages_unsaid" in str(plans.lines)
    assert scans(plans, "messages") == []
