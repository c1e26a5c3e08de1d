"""Writing many movements at once after a change of configuration: a few statements, whatever the number of accounts.

The counterpart of `placing` for whole portfolios. Called inside the transaction that changes the configuration; nobody
is paged.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Subquery,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from bot.store import messages
from bot.store.bulk import make_room, values_table
from bot.store.tables import Account, Episode, Message, PlacementRow
from bot.store.types import BigKey
from bot.views.alert import Alert
from bot.workspace_settings import WorkspaceSettings
from cmi_core.movement import Cause

# What `replacing.places` found, in a table of the transaction's own.
STAGED = Table(
    "staged_places",
    MetaData(),
    Column("id", BigKey, primary_key=True),
    Column("revision", Integer),
    *(Column(name, Text) for name in ("from_cell", "cell", "cmi", "cmi_band", "chs", "chs_label", "chs_band")),
    Column("assessment_id", BigInteger),
    Column("health_reading_id", BigInteger),
    prefixes=["TEMPORARY"],
)
MOVED = STAGED.c.cell.is_distinct_from(STAGED.c.from_cell)
_ACCOUNT, _STAY = Account.__table__.c, PlacementRow.__table__.c
_OPEN = _STAY.ended_at.is_(None)


class Moves:
    """New places for a portfolio: staged before anybody has to wait, then written under the lock of the settings.

    A move turns the account's open stay into the new one, and files the old one as a copy that has ended. The copies
    are most of the work; nobody sees them before the commit, so they are made before the lock. What is left for the
    lock changes no indexed column, which is several times as fast as to close a row and add another.
    """

    def __init__(self, session: Session, now: datetime, *, by: str, settings_version: int) -> None:
        self._session, self._now, self._by, self._version = session, now, by, settings_version

    def stage(self, places: Subquery) -> None:
        """Set new places aside, and file the stays that they end."""
        make_room(self._session)
        STAGED.create(self._session.connection(), checkfirst=False)
        self._before = self._session.execute(select(func.coalesce(func.max(_STAY.id), 0))).scalar_one()
        self._add(places)
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(text(f"ANALYZE {STAGED.name}"))  # it has no figures to plan by of its own accord
        self._file(MOVED)

    def changed(self, touched: ColumnElement[bool]) -> list[int]:
        """The accounts that are not as they were when they were staged, and those that came or went since."""
        if self._session.get_bind().dialect.name == "sqlite":
            return []  # it has one writer, which is us since this transaction began
        now = select(_ACCOUNT.id, _ACCOUNT.revision).where(touched).subquery("now")
        same = and_(now.c.id == STAGED.c.id, now.c.revision == STAGED.c.revision)
        pairs = select(func.coalesce(now.c.id, STAGED.c.id)).join_from(now, STAGED, same, full=True)
        return list(self._session.scalars(pairs.where(or_(now.c.id.is_(None), STAGED.c.id.is_(None))).distinct()))

    def stage_again(self, ids: Collection[int], places: Subquery) -> None:
        """Stage accounts that changed meanwhile anew; those without a place any more are left out."""
        ended_by_us = _STAY.ended_at == self._not_before(_STAY.started_at)
        ours = and_(_STAY.id > self._before, ended_by_us, _STAY.account_id.in_(ids))
        self._session.execute(delete(PlacementRow).where(ours).execution_options(synchronize_session=False))
        self._session.execute(delete(STAGED).where(STAGED.c.id.in_(ids)))
        self._add(places)
        self._file(and_(MOVED, STAGED.c.id.in_(ids)))

    def write(self, framework_id: int | None) -> None:
        """Store what is staged. With `framework_id` the scores were reckoned anew by that version: store them too."""
        self._update_accounts(framework_id)
        stay: dict[str, ColumnElement[Any]] = {
            **{column.name: column for column in STAGED.c if column.name in _STAY and column.name != "id"},
            "cause": literal(Cause.CONFIGURATION.value),
            "by": literal(self._by),
            "settings_version": literal(self._version),
            "started_at": self._not_before(_STAY.started_at),
            "steps": literal({}, _STAY.steps.type),
        }
        moved = self._session.execute(select(func.count()).where(MOVED)).scalar_one()
        changed = self._session.execute(
            update(PlacementRow)
            .where(_STAY.account_id == STAGED.c.id, _OPEN, MOVED)
            .values(stay)
            .execution_options(synchronize_session=False)
        )
        if changed.rowcount < moved:  # type: ignore[attr-defined]  # an UPDATE always has a cursor result
            self._add_first_stays(stay)
        STAGED.drop(self._session.connection(), checkfirst=False)

    def _add_first_stays(self, stay: Mapping[str, ColumnElement[Any]]) -> None:
        now = literal(self._now, _STAY.started_at.type)
        first = {**stay, "started_at": now, "account_id": STAGED.c.id, "workspace_id": _ACCOUNT.workspace_id}
        self._session.execute(
            insert(PlacementRow).from_select(
                list(first),
                select(*first.values())
                .join_from(STAGED, Account, _ACCOUNT.id == STAGED.c.id)
                .where(MOVED, ~exists().where(_STAY.account_id == STAGED.c.id, _OPEN)),
                include_defaults=False,
            )
        )

    def _add(self, places: Subquery) -> None:
        columns = [column.name for column in places.c]
        self._session.execute(insert(STAGED).from_select(columns, select(places)))

    def _not_before(self, began: ColumnElement[Any]) -> ColumnElement[Any]:
        """Now; or when a stay began, where that was after the change was asked for: none ends before it begins."""
        now = literal(self._now, began.type)
        return case((began > now, began), else_=now)

    def _file(self, which: ColumnElement[bool]) -> None:
        kept = [column for column in _STAY if column.name not in ("id", "ended_at")]
        ended_at = self._not_before(_STAY.started_at)
        stays = select(*kept, ended_at).join_from(PlacementRow, STAGED, _STAY.account_id == STAGED.c.id)
        columns = [*(column.name for column in kept), "ended_at"]
        self._session.execute(
            insert(PlacementRow).from_select(columns, stays.where(_OPEN, which), include_defaults=False)
        )

    def _update_accounts(self, framework_id: int | None) -> None:
        derived = ("cell", "cmi_band", "chs_band")
        values: dict[str, ColumnElement[object] | object] = {name: STAGED.c[name] for name in derived}
        values["revision"] = _ACCOUNT.revision + 1
        values["cell_since"] = case(
            (~MOVED, _ACCOUNT.cell_since),
            (STAGED.c.cell.is_(None), null()),
            else_=self._not_before(_ACCOUNT.cell_since),
        )
        differs = or_(*(_ACCOUNT[name].is_distinct_from(STAGED.c[name]) for name in derived))
        if framework_id is not None:
            values |= {"cmi": STAGED.c.cmi, "complete": STAGED.c.cmi.is_not(None), "framework_id": framework_id}
        self._session.execute(
            update(Account)
            .where(_ACCOUNT.id == STAGED.c.id, *([differs] if framework_id is None else []))
            .values(values)
            .execution_options(synchronize_session=False)
        )


def match_episodes(session: Session, now: datetime, workspace_id: int, settings: WorkspaceSettings) -> None:
    """Make episodes agree with where accounts stand: end and open them silently.

    One that ended within the quiet period goes on, with its thread. Alerts that were sent are changed in place.
    """
    alert_cells = settings.map.alert_cells
    open_ = Episode.ended_at.is_(None)
    mine = Episode.workspace_id == workspace_id
    session.execute(
        update(Episode)
        .where(mine, open_, Episode.account_id == Account.id)
        .where(or_(Account.cell.is_distinct_from(Episode.cell), Episode.cell.not_in(alert_cells)))
        .values(ended_at=now, ended_in=Account.cell, snoozed_until=null(), snoozed_by=null())
        .execution_options(synchronize_session=False)
    )
    stands = (
        _of_workspace(session, workspace_id),
        Account.lifecycle != "churned",
        Account.cell.in_(alert_cells),
        ~exists().where(Episode.account_id == Account.id, open_).correlate(Account),
    )
    recent = Episode.ended_at >= now - timedelta(days=settings.quiet_days)
    again = (
        select(func.max(Episode.id))
        .join(Account, Account.id == Episode.account_id)
        .where(*stands, Episode.cell == Account.cell, recent)
        .group_by(Episode.account_id)
    )
    reopened = [row for row in session.scalars(again) if row is not None] if settings.quiet_days else []
    _reopen(session, reopened)
    session.execute(
        insert(Episode).from_select(
            ["workspace_id", "account_id", "cell", "opened_at"],
            select(Account.workspace_id, Account.id, Account.cell, literal(now, Episode.opened_at.type)).where(*stands),
            include_defaults=False,
        )
    )
    _revise_alerts(session, now, workspace_id, reopened)


def _of_workspace(session: Session, workspace_id: int) -> ColumnElement[bool]:
    """All accounts of a workspace. The plus keeps SQLite from reading them in the order of an index, which is slow."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return (Account.workspace_id + 0 if on_sqlite else Account.workspace_id) == workspace_id


def _reopen(session: Session, episodes: Sequence[int]) -> None:
    if episodes:
        ids = values_table(session, "reopened", {"id": episodes})
        session.execute(
            update(Episode)
            .where(Episode.id == ids.c.id)
            .values(ended_at=None, ended_in=None)
            .execution_options(synchronize_session=False)
        )


def _revise_alerts(session: Session, now: datetime, workspace_id: int, reopened: Sequence[int]) -> None:
    """Let the alerts of the episodes that ended or go on say so. Their number is that of alerts in Slack: few."""
    is_reopened = Episode.id.in_(reopened) if len(reopened) < 1000 else Episode.ended_at.is_(None)
    rows = session.execute(
        select(Message, Episode.ended_at, Episode.ended_in)
        .join(Episode, Episode.message_id == Message.id)
        .where(Episode.workspace_id == workspace_id, or_(Episode.ended_at == now, is_reopened))
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    )
    for message, ended_at, ended_in in rows.all():
        now_is = {"ended_on": ended_at, "ended_in": ended_in, "snoozed_until": None, "snoozed_by": None}
        shown = Alert.model_validate(message.data).model_copy(update=now_is)
        if shown.model_dump(mode="json") != message.data:
            messages.revise(session, message, shown)
