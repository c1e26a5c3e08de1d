"""Importing accounts: a file in one transaction, or nothing of it."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from bot.errors import ImportRefused
from bot.flows import batches, frameworks, prompts, readings, sources
from bot.flows.csv_accounts import Row, Sheet
from bot.flows.due_dates import interval_of, local_day, plan_again
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import accounts, audit, people, workspaces
from bot.store.database import Database
from bot.store.tables import Account
from bot.workspace_settings import WorkspaceSettings
from cmi_core.health import HealthError
from cmi_core.movement import Announcement, Cause

_MOST_PROBLEMS = 200
# What a file's lifecycle says about the account; of one that has churned it says nothing new.
_SUBJECTS = {"prospect": "prospect", "active": "customer"}


@dataclass(frozen=True)
class Imported:
    """What an import did, in numbers of accounts. `held`: its alerts wait until an admin has looked.

    `history_only` health scores move nothing: known already, past their limit, or older than the present one.
    """

    added: int
    changed: int
    with_health: int
    moved: int
    history_only: int = 0
    alerts: int = 0
    held: bool = False


def apply(
    db: Database,
    now: datetime,
    workspace_id: int,
    sheet: Sheet,
    known: Mapping[str, str],
    *,
    refused: Mapping[str, str] = MappingProxyType({}),
    dry_run: bool = False,
) -> Imported:
    """Store a sheet. ImportRefused, with every problem by row and column, if anything is wrong with it.

    `known` gives Slack ids by what a file may call people: id, e-mail address or name, in lower case; `refused` says by
    Slack id why somebody can't own or cover accounts ("has left Slack"). An import is a baseline: an account's first
    placement pages nobody, a later movement does.
    """
    problems = [*sheet.problems, *_unknown_people(sheet.rows, known), *_unfit_people(sheet.rows, known, refused)]
    with db.write(patience=30.0) as session:
        workspaces.hold_settings(session, workspace_id)
        existing = _Existing(session, workspace_id, sheet.rows)
        problems += existing.clashes(sheet.rows)
        problems += _understand(workspaces.settings_of(session, workspace_id), sheet.rows)
        if problems:
            raise ImportRefused(_shortened(problems))
        done = _Counter(session, now, workspace_id, existing)
        taken = [
            (row, done.take(row, {column: known[name.lower()] for column, name in row.people.items()}))
            for row in sheet.rows
        ]
        session.flush()  # all new accounts in a few statements, before their scores point to them
        for row, account in taken:
            if row.health is not None:
                done.take_health(account, row)
        how = batches.announce(session, now, workspace_id, done.alerting, source="import")
        result = Imported(
            done.added,
            done.changed,
            done.with_health,
            done.moved,
            history_only=done.history_only,
            alerts=len(done.alerting),
            held=how is Announcement.HELD,
        )
        audit.note(
            session, workspace_id, now, actor="import", action="import", subject="accounts", after=result.__dict__
        )
        if dry_run:
            session.rollback()
        return result


class _Existing:
    """The accounts that the rows are about, found in a few statements and locked: who rates one meanwhile waits."""

    def __init__(self, session: Session, workspace_id: int, rows: Sequence[Row]) -> None:
        names = {accounts.name_key(row.name) for row in rows}
        ids = {row.values["external_id"] for row in rows if row.values.get("external_id")}
        found = accounts.lock_matching(session, workspace_id, names, ids)
        self._by_name = {account.name_key: account for account in found}
        self._by_id = {account.external_id: account for account in found if account.external_id}

    def of(self, row: Row) -> Account | None:
        """The account of a row: by its external id, else by its name."""
        return self._by_id.get(row.values.get("external_id", "")) or self._by_name.get(accounts.name_key(row.name))

    def clashes(self, rows: Iterable[Row]) -> list[str]:
        """Rows whose external id says one account and whose name another, and rows about one account."""
        problems = []
        first: dict[int, int] = {}
        for row in rows:
            by_id = self._by_id.get(row.values.get("external_id", ""))
            by_name = self._by_name.get(accounts.name_key(row.name))
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


class _Counter:
    """Applies rows one by one, and counts."""

    def __init__(self, session: Session, now: datetime, workspace_id: int, existing: _Existing) -> None:
        self._existing = existing
        self._scales: dict[Hashable, tuple[int, int]] = {}
        self._session, self._now, self._workspace_id = session, now, workspace_id
        self._settings = workspaces.settings_of(session, workspace_id)
        self.alerting: list[int] = []
        self.added = self.changed = self.with_health = self.history_only = self.moved = 0

    def take(self, row: Row, users: Mapping[str, str]) -> Account:
        account = self._existing.of(row)
        if account is None:
            account = Account(
                workspace_id=self._workspace_id,
                lifecycle="active",
                subject="customer",
                segments={},
                revision=1,
                created_at=self._now,
            )
            account.name, account.name_key = row.name, accounts.name_key(row.name)
            self._session.add(account)
            self.added += 1
        else:
            self.changed += 1
        self._fill(account, row, users)
        return account

    def _fill(self, account: Account, row: Row, users: Mapping[str, str]) -> None:
        before = interval_of(self._settings, account)
        account.name, account.name_key = row.name, accounts.name_key(row.name)
        for column, value in row.values.items():
            setattr(account, column, value)
        if account.subject != "team":
            account.subject = _SUBJECTS.get(row.values.get("lifecycle", ""), account.subject)
        account.segments = {**account.segments, **row.segments}
        self._give_to(account, users.get("owner", account.owner))
        account.cover = users.get("cover", account.cover)
        if "manager" in users and account.owner:
            people.get(self._session, self._workspace_id, account.owner).manager = users["manager"]
        other_interval = interval_of(self._settings, account) != before
        if account.next_due is None or "renewal_date" in row.values or other_interval:
            plan_again(account, self._settings, now=self._now)

    def _scale_of(self, account: Account) -> tuple[int, int]:
        key = (account.framework_id, account.subject, tuple(sorted(account.segments.items())))
        if key not in self._scales:
            self._scales[key] = frameworks.of_score(self._session, self._settings, account).scale
        return self._scales[key]

    def _give_to(self, account: Account, owner: str | None) -> None:
        if owner != account.owner and owner is not None and account.id is not None:
            prompts.hand_over(self._session, local_day(self._settings, self._now), account, owner)
        account.owner = owner

    def take_health(self, account: Account, row: Row) -> None:
        before = Before.of(account)
        as_of = row.health_date or self._now
        assert row.health is not None
        counts = readings.take(
            self._session,
            self._now,
            self._settings,
            account,
            row.health,
            as_of=as_of,
            source=row.health_source or readings.IMPORTED,
            by=None,
        )
        self.with_health += counts
        self.history_only += not counts
        change = Change(Cause.HEALTH_READING, None, baseline=True)
        scale = self._scale_of(account)
        case = Case(self._session, self._now, self._settings, scale, account, before, change, self.alerting)
        self.moved += place_again(case) is not None


def _understand(settings: WorkspaceSettings, rows: Iterable[Row]) -> list[str]:
    """Bring what health sources say to 0-100, in place; gives what can't be."""
    problems = []
    for row in rows:
        if row.health_source and row.health_text:
            try:
                row.health_source, row.health = sources.value_of(settings, row.health_source, row.health_text)
            except HealthError as error:
                problems.append(f"Row {row.number}, column “health”: {error}")
    return problems


def _unknown_people(rows: Iterable[Row], known: Mapping[str, str]) -> list[str]:
    return [
        f"Row {row.number}, column “{column}”: nobody in Slack is called “{name[:60]}”. "
        "Use a Slack id (U…), an e-mail address or the exact name."
        for row in rows
        for column, name in row.people.items()
        if name.lower() not in known
    ]


def _unfit_people(rows: Iterable[Row], known: Mapping[str, str], refused: Mapping[str, str]) -> list[str]:
    return [
        f"Row {row.number}, column “{column}”: “{name[:60]}” {why}. Please name somebody else, or leave it empty."
        for row in rows
        for column, name in row.people.items()
        if (why := refused.get(known.get(name.lower(), "")))
    ]


def _shortened(problems: list[str]) -> tuple[str, ...]:
    if len(problems) <= _MOST_PROBLEMS:
        return tuple(problems)
    return (*problems[:_MOST_PROBLEMS], f"… and {len(problems) - _MOST_PROBLEMS} more.")
