"""The weekly report to leaders and managers: each once a week, at a good moment, as a message of that day.

What it says is read once for everybody who sees the same.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.flows import moments, people, turns, week
from bot.flows.actor import Actor
from bot.flows.week import Part
from bot.store import messages, portfolio, workspaces
from bot.store import people as people_store
from bot.store import weekly as store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Person
from bot.views.report import Report
from bot.workspace_settings import WeeklySettings, WorkspaceSettings
from cmi_core.cadence import WEEK, zone_or

log = logging.getLogger(__name__)

_PATIENCE = 20.0
# Holidays, another message, a worker that was down: so long after its day it is still this week's.
_LATEST = timedelta(days=4)


@dataclass(frozen=True)
class _Turn:
    """Somebody whose report is due now: for the week of which day, and about what."""

    user: str
    day: date
    week: date
    part: Part


def tick(db: Database, now: datetime, client: WebClient) -> int:
    """Owe this week's report to whoever has none yet and is at work now. Gives the number of messages owed."""
    owed = 0
    with db.read() as session:
        waiting = {each: _waiting(session, now, each) for each in store.workspaces(session)}
    for workspace_id, users in waiting.items():
        if not users:
            continue
        try:
            people.refresh(db, now, client, workspace_id, users)
            owed += _report(db, now, workspace_id, users)
        except Exception:  # one workspace's trouble must not keep the others waiting
            log.exception("The weekly report of workspace %s failed; trying again at the next tick", workspace_id)
    return owed


def _waiting(session: Session, now: datetime, workspace_id: int) -> list[str]:
    """Whose turn it may be, by what is known of them: Slack need not be asked about anybody else."""
    chosen = workspaces.settings_of(session, workspace_id)
    if not chosen.weekly.on:
        return []
    latest = _week_of(moments.latest_day(now), chosen.weekly)
    users = store.readers(session, workspace_id, latest)
    known = people_store.find(session, workspace_id, users) if users else {}
    return [user for user in users if user not in known or _days(now, known[user], chosen) is not None]


def _report(db: Database, now: datetime, workspace_id: int, users: Iterable[str]) -> int:
    with db.read() as session:
        asked = {who.user for who in turns.whose_turn(session, now).to_ask if who.workspace_id == workspace_id}
        found = [_turn(session, now, workspace_id, user, asked=user in asked) for user in users]
    written: dict[Part, Report | None] = {}
    owed = 0
    for turn in filter(None, found):
        if turn.part not in written:
            written[turn.part] = week.report(db, now, Actor(workspace_id, turn.user), turn.part)
        owed += _owe(db, now, workspace_id, turn, written[turn.part])
    return owed


def _turn(session: Session, now: datetime, workspace_id: int, user: str, *, asked: bool) -> _Turn | None:
    """`asked`: a prompt may be due to them just now. That goes first, and the report comes a day later."""
    chosen = workspaces.settings_of(session, workspace_id)
    person = people_store.find(session, workspace_id, [user]).get(user)
    if person is None or person.read_at is None or people.presence(person, now) != "here":
        return None
    days = _days(now, person, chosen)
    if days is None or (asked and not _asked_lately(person, days[0], chosen)):
        return None
    return _Turn(user, *days, _part(session, chosen, workspace_id, person))


def _asked_lately(person: Person, today: date, chosen: WorkspaceSettings) -> bool:
    """Whether nobody asks them anything new today: what waits for that must not keep the report waiting too."""
    last = person.last_asked_on
    return last is not None and today < last + timedelta(days=chosen.cadence.ask_every_days)


def _days(now: datetime, person: Person, chosen: WorkspaceSettings) -> tuple[date, date] | None:
    """Somebody's day and the day of this week's report, if this is a good moment and they have it not yet."""
    today = turns.free_today(now, person, chosen)
    if today is None:
        return None
    week_of = _week_of(today, chosen.weekly)
    local = now.astimezone(zone_or(person.zone or chosen.zone, chosen.zone))
    too_early = today == week_of and local.time() < chosen.weekly.at
    had_it = person.weekly_for is not None and person.weekly_for >= week_of
    return None if too_early or had_it or today > week_of + _LATEST else (today, week_of)


def _week_of(day: date, chosen: WeeklySettings) -> date:
    """The day of the report on or before a day."""
    return day - timedelta(days=(day.weekday() - WEEK.index(chosen.weekday)) % 7)


def _part(session: Session, chosen: WorkspaceSettings, workspace_id: int, person: Person) -> Part:
    if person.user in chosen.admins or person.role == "leader":
        return Part(None, single_owners=True)
    if person.role == "viewer":
        return Part(None, single_owners=False)
    return Part((person.user, *sorted(portfolio.reports(session, workspace_id, person.user))), single_owners=True)


def _owe(db: Database, now: datetime, workspace_id: int, turn: _Turn, report: Report | None) -> int:
    """One message, unless another process was quicker; where there is nothing to tell, none."""
    with db.write(_PATIENCE) as session:
        if report is not None and not people_store.take_day(session, workspace_id, turn.user, turn.day):
            return 0
        people_store.get(session, workspace_id, turn.user).weekly_for = turn.week
        if report is None:
            return 0
        owed = messages.owe(
            session,
            workspace_id=workspace_id,
            key=f"weekly:{turn.user}:{turn.week}",
            kind="report",
            recipient=turn.user,
            data=report,
            now=now,
            priority=Priority.DIGEST,
        )
        return int(owed is not None)
