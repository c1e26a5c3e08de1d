"""The round of a quarter: what was asked for in it, and how much of that is rated, by person and by team."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.store import people
from bot.store import rounds as store
from bot.store.portfolio import Scope
from bot.store.rounds import Asked
from bot.views.query import Query
from bot.views.rounds import Progress, Round, ordered
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import add_months


def quarter_of(on: date) -> tuple[date, date]:
    """The first and the last day of a calendar quarter."""
    first = date(on.year, on.month - (on.month - 1) % 3, 1)
    return first, add_months(first, 3) - timedelta(days=1)


def read(session: Session, settings: WorkspaceSettings, scope: Scope, query: Query, today: date) -> Round:
    """The round of the day that the query names, by default today's; `scope.owners` are who is asked here."""
    first, last = quarter_of(query.since or today)
    rows = store.by_recipient(session, scope, first, last, today, carried=first <= today <= last)
    managers = _managers(session, scope.workspace_id, rows)
    teams: dict[str | None, list[Asked]] = {}
    for row in rows:
        teams.setdefault(managers.get(row.recipient), []).append(row)
    closed = [row.last_done for row in rows if row.last_done is not None]
    return Round(
        query=query,
        first=first,
        last=last,
        total=_progress(None, rows),
        owners=ordered([_progress(row.recipient, [row]) for row in rows]),
        teams=ordered([_progress(who, team) for who, team in teams.items()]) if len(teams) > 1 else (),
        last_done=max(closed).astimezone(ZoneInfo(settings.zone)).date() if closed else None,
    )


def _managers(session: Session, workspace_id: int, rows: Iterable[Asked]) -> Mapping[str, str]:
    known = people.find(session, workspace_id, [row.recipient for row in rows])
    return {user: person.manager for user, person in known.items() if person.manager}


def _progress(who: str | None, rows: Sequence[Asked]) -> Progress:
    return Progress(
        who=who,
        asked=sum(row.asked for row in rows),
        done=sum(row.done for row in rows),
        overdue=sum(row.overdue for row in rows),
        put_off=sum(row.put_off for row in rows),
    )
