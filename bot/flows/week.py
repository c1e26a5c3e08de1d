"""What happened in a week in a part of the portfolio, as the weekly report tells it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flows import home_portfolio, permissions, pictures, portfolio, rounds
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import home_alerts, movers, workspaces
from bot.store import weekly as store
from bot.store.database import Database
from bot.store.portfolio import Scope
from bot.views import weekly
from bot.views.portfolio import Map
from bot.views.query import OWNER, ROUND, Query
from bot.views.report import Report
from bot.views.weekly import Alerts, Arrived, Waiting, Weekly

_WEEK = timedelta(days=7)
_LONGEST_SHOWN = 3


@dataclass(frozen=True)
class Part:
    """The customers of these owners, None: of everybody; and whether figures of single owners are shown."""

    owners: tuple[str, ...] | None
    single_owners: bool


def report(db: Database, now: datetime, actor: Actor, part: Part) -> Report | None:
    """The report, by what this person may see; None where there are no customers to tell of."""
    query = Query(filters=tuple((OWNER, owner) for owner in part.owners or ()))
    shown = portfolio.look(db, now, actor, query)
    if not isinstance(shown, Map) or not shown.accounts:
        return None
    with db.read() as session:
        told = _read(session, now, actor, part, shown)
    # A query counts from the end of its day.
    since = query.model_copy(update={"since": told.since - timedelta(days=1)})
    counts = {line.cell: line.accounts for line in shown.cells}
    return weekly.report(told, pictures.of_map(db, now, actor, since, counts))


def _read(session: Session, now: datetime, actor: Actor, part: Part, shown: Map) -> Weekly:
    settings = workspaces.settings_of(session, actor.workspace_id)
    today = local_day(settings, now)
    since = today - _WEEK
    scope = Scope(actor.workspace_id, part.owners, {}, permissions.sight(session, now, actor, settings))
    moved = movers.moved_cells(session, scope, datetime.combine(since, time(), ZoneInfo(settings.zone)))
    return Weekly(
        since=since,
        now=now,
        team=None if part.owners is None else len(part.owners),
        map=shown,
        moved=tuple(Arrived(name=each.name, from_cell=each.from_cell, to_cell=each.to_cell) for each in moved),
        alerts=_alerts(session, scope, today),
        late=home_portfolio.late(session, scope, today) if part.single_owners else None,
        ownerless=store.without_owner(session, scope),
        round=rounds.read(session, settings, scope, Query(show=ROUND), today),
    )


def _alerts(session: Session, scope: Scope, today: date) -> Alerts:
    counts = home_alerts.alarm_counts(session, scope, today)
    longest = home_alerts.free_alarms(session, scope, today, limit=_LONGEST_SHOWN) if counts.free else []
    return Alerts(
        open=counts.total,
        free=counts.free,
        put_off=counts.snoozed,
        undecided=counts.undecided,
        longest=tuple(
            Waiting(name=each.name, cell=each.episode.cell, since=each.episode.opened_at) for each in longest
        ),
    )
