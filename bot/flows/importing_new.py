"""An import's rows about accounts that are not there yet: gathered, then stored by a few statements for all."""

from collections.abc import Hashable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.flows import readings
from bot.flows.csv_accounts import Row
from bot.flows.due_dates import due_after
from bot.flows.importing_existing import SUBJECTS
from bot.flows.importing_rows import How, Taken
from bot.store import bulk, workspaces
from bot.store.tables import Account, HealthReading
from cmi_core.health import Health
from cmi_core.matrix import place

# What a row may say in its `values`, beside the lifecycle.
_UNSAID: Mapping[str, Any] = dict.fromkeys(
    ("external_id", "renewal_date", "interval_months", "recurring_revenue", "lifetime_value", "gross_margin")
)
_NO_HEALTH = {"chs": None, "chs_label": None, "chs_on": None, "chs_source": "", "chs_band": None, "revision": 1}


class _Planned:
    """What of a new account decides when it is due."""

    def __init__(self, row: Row) -> None:
        self.interval_months: int | None = row.values.get("interval_months")
        self.segments: Mapping[str, Any] = row.segments
        self.renewal_date: date | None = row.values.get("renewal_date")


class Additions:
    """Gathers new accounts with their first health score, and stores them. Nothing of that moves or pages anybody:
    who was never rated stands in no cell.
    """

    def __init__(self, session: Session, now: datetime, workspace_id: int, how: How) -> None:
        self._session, self._now, self._workspace_id, self._how = session, now, workspace_id, how
        self._settings = workspaces.settings_of(session, workspace_id)
        self._rows: list[dict[str, Any]] = []
        self._scored: list[tuple[str, Row, Health]] = []
        self._due: dict[Hashable, date] = {}
        self._bands: dict[Health, str | None] = {}
        self._segments: dict[Hashable, Mapping[str, str]] = {}  # one object for all who share them: it is stored so
        self.managers: dict[str, str] = {}
        self.with_health = self.history_only = 0

    def take(self, row: Row, users: Mapping[str, str]) -> Taken:
        """Plan an account."""
        due = self._due_of(row)
        lifecycle = row.values.get("lifecycle", "active")
        account: dict[str, Any] = {
            "name": row.name,
            "name_key": row.key,
            "subject": SUBJECTS.get(lifecycle, "customer"),
            "lifecycle": lifecycle,
            "owner": users.get("owner"),
            "cover": users.get("cover"),
            "segments": self._segments.setdefault(tuple(row.segments.items()), row.segments),
            **_UNSAID,
            **row.values,
            "next_due": due,
            "ask_on": due,
            **self._health(row, lifecycle),
        }
        self._rows.append(account)
        if "manager" in users and users.get("owner"):
            self.managers[users["owner"]] = users["manager"]
        return Taken(row.number, row.name, "new")

    def store(self) -> None:
        """Write all that was planned."""
        if not self._rows:
            return
        shared = {"workspace_id": self._workspace_id, "created_at": self._now}
        bulk.insert(self._session, bulk.table_of(Account), self._rows, shared)
        if self._scored:
            self._store_readings()

    def _due_of(self, row: Row) -> date:
        planned = _Planned(row)
        key = (planned.interval_months, planned.renewal_date, *row.segments.items())
        if key not in self._due:
            self._due[key] = due_after(self._settings, None, planned, now=self._now)
        return self._due[key]

    def _health(self, row: Row, lifecycle: str) -> Mapping[str, Any]:
        if row.health is None:
            return _NO_HEALTH
        self._scored.append((row.key, row, row.health))
        as_of, source = row.health_date or self._now, row.health_source or readings.IMPORTED
        if lifecycle == "churned" or not readings.counts(self._now, self._settings, source, as_of):
            self.history_only += 1
            return _NO_HEALTH
        self.with_health += 1
        band = self._band(row.health) if SUBJECTS.get(lifecycle) == "customer" else None
        kept = {"chs": self._settings.map.height(row.health), "chs_label": readings.label_of(row.health)}
        return {**kept, "chs_on": as_of, "chs_source": source, "chs_band": band, "revision": 2}

    def _band(self, health: Health) -> str | None:
        if health not in self._bands:
            self._bands[health] = place(self._settings.map, None, health).chs_band
        return self._bands[health]

    def _store_readings(self) -> None:
        session = self._session
        of_workspace = Account.workspace_id == self._workspace_id
        ids = {key: number for number, key in session.execute(select(Account.id, Account.name_key).where(of_workspace))}
        last = session.scalar(select(func.max(HealthReading.id))) or 0
        bulk.insert(
            session,
            bulk.table_of(HealthReading),
            [
                {
                    "account_id": ids[key],
                    "value": self._settings.map.height(health),
                    "label": readings.label_of(health),
                    "source": row.health_source or readings.IMPORTED,
                    "as_of": row.health_date or self._now,
                }
                for key, row, health in self._scored
            ],
            {"workspace_id": self._workspace_id, "by": self._how.by, "note": "", "created_at": self._now},
        )
        mine = [ids[key] for key, _, _ in self._scored]
        wanted = bulk.values_table(session, "wanted", {"account": mine})
        session.execute(
            update(Account)
            .where(of_workspace, Account.id == wanted.c.account, Account.chs.is_not(None))
            .where(HealthReading.account_id == wanted.c.account, HealthReading.id > last)
            .values(health_reading_id=HealthReading.id)
            .execution_options(synchronize_session=False)
        )
