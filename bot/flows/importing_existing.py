"""An import's rows about accounts that are there already."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from bot.flows import frameworks, prompts, readings
from bot.flows.csv_accounts import Row
from bot.flows.due_dates import interval_of, local_day, plan_again
from bot.flows.importing_rows import How, Taken
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import accounts, people, workspaces
from bot.store.tables import Account
from cmi_core.health import Label
from cmi_core.movement import Cause

# What a file's lifecycle says about the account; of one that has churned it says nothing new.
SUBJECTS = {"prospect": "prospect", "active": "customer"}


class Existing:
    """The accounts that the rows are about, found in a few statements and locked: who rates one meanwhile waits."""

    def __init__(self, session: Session, workspace_id: int, rows: Sequence[Row]) -> None:
        ids = {row.values["external_id"] for row in rows if row.values.get("external_id")}
        found = accounts.lock_matching(session, workspace_id, {row.key for row in rows} - {""}, ids)
        self._by_name = {account.name_key: account for account in found}
        self._by_id = {account.external_id: account for account in found if account.external_id}

    def of(self, row: Row) -> Account | None:
        """The account of a row: by its external id, else by its name."""
        return self._by_id.get(row.values.get("external_id", "")) or self._by_name.get(row.key)

    def clashes(self, rows: Iterable[Row]) -> list[str]:
        """Rows whose external id says one account and whose name another, and rows about one account."""
        problems = []
        first: dict[int, int] = {}
        for row in rows:
            by_id = self._by_id.get(row.values.get("external_id", ""))
            by_name = self._by_name.get(row.key)
            if by_id is not None and by_name is not None and by_id.id != by_name.id:
                problems.append(
                    f"Row {row.number}, column “name”: this name belongs to another account than its external id."
                )
                continue
            account = by_id or by_name
            if account is not None and first.setdefault(account.id, row.number) != row.number:
                problems.append(
                    f"Row {row.number}, column “name”: this is the account of row {first[account.id]}, as it is "
                    "called so far. Please keep one of the two rows."
                )
        return problems


class Updates:
    """Changes accounts row by row, only where something differs, and counts."""

    def __init__(self, session: Session, now: datetime, workspace_id: int, existing: Existing, how: How) -> None:
        self._session, self._now, self._workspace_id, self._how = session, now, workspace_id, how
        self._existing = existing
        self._settings = workspaces.settings_of(session, workspace_id)
        self._scales: dict[Hashable, tuple[int, int]] = {}
        self._managers: dict[str, str] = {}
        self.alerting: list[int] = []
        self.with_health = self.history_only = self.moved = 0

    def take(self, account: Account, row: Row, users: Mapping[str, str]) -> Taken:
        """Bring an account to what its row says."""
        wanted = {} if self._how.only_health else self._wanted(account, row, users)
        changes = [
            (field, shown(before), shown(value))
            for field, value in wanted.items()
            if (before := _present(account, field)) != value
        ]
        if changes:
            self._fill(account, wanted, row)
        if "manager" in users and account.owner and not self._how.only_health:
            self._managers[account.owner] = users["manager"]
        changes += self._take_health(account, row)
        return Taken(row.number, row.name or account.name, "changed" if changes else "unchanged", tuple(changes))

    def give_managers(self, more: Mapping[str, str]) -> None:
        """Say who reports to whom, once a person."""
        wanted = {**self._managers, **more}
        known = people.find(self._session, self._workspace_id, wanted)
        for owner, manager in wanted.items():
            person = known.get(owner) or people.get(self._session, self._workspace_id, owner)
            if person.manager != manager:
                person.manager = manager

    def _wanted(self, account: Account, row: Row, users: Mapping[str, str]) -> dict[str, Any]:
        wanted: dict[str, Any] = {"name": row.name, **row.values}
        wanted |= {column: users[column] for column in ("owner", "cover") if column in users}
        wanted |= row.segments
        if account.subject != "team":
            subject = SUBJECTS.get(row.values.get("lifecycle", ""), account.subject)
            wanted |= {} if subject == account.subject else {"subject": subject}
        return wanted

    def _fill(self, account: Account, wanted: Mapping[str, Any], row: Row) -> None:
        before = interval_of(self._settings, account)
        renewal = account.renewal_date
        for field, value in wanted.items():
            if field not in row.segments and field != "owner":
                setattr(account, field, value)
        account.name_key = accounts.name_key(account.name)
        if any(account.segments.get(key) != value for key, value in row.segments.items()):
            account.segments = {**account.segments, **row.segments}
        self._give_to(account, wanted.get("owner", account.owner))
        other_interval = interval_of(self._settings, account) != before
        if account.next_due is None or account.renewal_date != renewal or other_interval:
            plan_again(account, self._settings, now=self._now)

    def _give_to(self, account: Account, owner: str | None) -> None:
        if owner != account.owner and owner is not None:
            prompts.hand_over(self._session, local_day(self._settings, self._now), account, owner)
        account.owner = owner

    def _take_health(self, account: Account, row: Row) -> list[tuple[str, str, str]]:
        if row.health is None:
            return []
        before, revision = Before.of(account), account.health_reading_id
        counted = readings.take(
            self._session,
            self._now,
            self._settings,
            account,
            row.health,
            as_of=row.health_date or self._now,
            source=row.health_source or readings.IMPORTED,
            by=self._how.by,
        )
        self.with_health += counted
        self.history_only += not counted
        if not counted:
            return []
        change = Change(Cause.HEALTH_READING, self._how.by, baseline=True)
        scale = self._scale_of(account)
        case = Case(self._session, self._now, self._settings, scale, account, before, change, self.alerting)
        movement = place_again(case)
        self.moved += movement is not None
        changes = [("health", shown(before.health), shown(row.health))] if account.health_reading_id != revision else []
        if movement is not None:
            changes.append(("cell", movement.from_cell.name if movement.from_cell else "", _name(movement.to_cell)))
        return changes

    def _scale_of(self, account: Account) -> tuple[int, int]:
        key = (account.framework_id, account.subject, tuple(sorted(account.segments.items())))
        if key not in self._scales:
            self._scales[key] = frameworks.of_score(self._session, self._settings, account).scale
        return self._scales[key]


def _name(cell: Any) -> str:
    return cell.name if cell else ""


def _present(account: Account, field: str) -> Any:
    return getattr(account, field) if hasattr(Account, field) else account.segments.get(field)


def shown(value: Any) -> str:
    """A value as a person reads it in a list of changes."""
    if value is None:
        return ""
    if isinstance(value, Label):
        return f"{value.text} ({value.band} band)"
    if isinstance(value, Fraction):
        return f"{float(value):.4g}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    return value.isoformat() if isinstance(value, date) else str(value)
