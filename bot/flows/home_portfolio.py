"""The Home's tab of the portfolio: one look at a team's customers, or at everybody's."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flows import fresh, movers
from bot.flows.home_visit import Visit, own_alert
from bot.store import home, home_alerts, portfolio
from bot.store.access import Sight
from bot.store.portfolio import Scope
from bot.views.home_portfolio import Late, Overview
from bot.views.home_state import HomeState
from bot.views.movers import Movement
from cmi_core.freshness import fresh_since

_OWNERS_SHOWN = 10
_LONGEST_SHOWN = 3
_MOVERS_SHOWN = 5


def overview(visit: Visit, state: HomeState) -> Overview:
    """The figures of whom `state.scope` names. Those of single owners are for leaders, admins and their manager."""
    session, actor, settings = visit.session, visit.actor, visit.settings
    scope, owners = _scope(visit, state), visit.team if state.scope == "team" else None
    found = portfolio.cells(
        session,
        scope,
        fresh.cmi_since(session, actor.workspace_id, settings, visit.now),
        fresh_since("chs", visit.now, settings.freshness),
    )
    counts = home_alerts.alarm_counts(session, scope, visit.today)
    longest = home_alerts.free_alarms(session, scope, visit.today, limit=_LONGEST_SHOWN) if counts.free else []
    return Overview(
        owners=owners,
        map=settings.map.kind,
        cells={row.cell: row.accounts for row in found if row.cell is not None},
        accounts=sum(row.accounts for row in found),
        fresh_cmi=sum(row.fresh_cmi for row in found),
        fresh_chs=sum(row.fresh_chs for row in found),
        alerts=counts.total,
        free=counts.free,
        snoozed=counts.snoozed,
        undecided=counts.undecided,
        longest=tuple(own_alert(each, visit) for each in longest),
        movement=_movement(visit, scope),
        late=late(session, scope, visit.today)[:_OWNERS_SHOWN] if visit.leads_all or owners is not None else None,
        weekly=visit.weekly,
    )


def _scope(visit: Visit, state: HomeState) -> Scope:
    workspace_id = visit.actor.workspace_id
    sight = Sight(workspace_id, None if visit.sees_all else visit.actor.user, visit.today)
    return Scope(workspace_id, visit.team if state.scope == "team" else None, {}, sight)


def _movement(visit: Visit, scope: Scope) -> Movement:
    since = visit.quarter_from
    instant = datetime.combine(since, time(), ZoneInfo(visit.settings.zone))
    return movers.largest(visit.session, scope, instant, since, _MOVERS_SHOWN)


def late(session: Session, scope: Scope, today: date) -> tuple[Late, ...]:
    """The owners with overdue accounts, those with the most first."""
    rows = home.late(session, scope, today)
    return tuple(
        Late(owner=row.owner, accounts=row.accounts, days=(today - row.oldest).days if row.oldest else 0)
        for row in rows
    )
