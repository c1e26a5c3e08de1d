"""Putting an alert off until a day, on which it comes back by itself."""

import logging
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import FieldError, Overtaken
from bot.flows import episodes, moments
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import accounts, audit, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Episode
from bot.views.snooze_form import SnoozeEntry, SnoozeForm
from bot.views.text import day

log = logging.getLogger(__name__)

LONGEST: Final = timedelta(days=90)
_CLOCK: Final = "clock"


def open_form(db: Database, now: datetime, actor: Actor, episode_id: int) -> SnoozeForm:
    """The form, with how the alert is snoozed so far. NotFound where the episode is over."""
    with db.read() as session:
        episode = episodes.get_open(session, now, actor, episode_id, "snooze")
        today = local_day(workspaces.settings_of(session, actor.workspace_id), now)
        return SnoozeForm(
            episode_id=episode.id,
            name=accounts.get(session, episode.workspace_id, episode.account_id).name,
            latest=today + LONGEST,
            snoozed_until=episode.snoozed_until,
            snoozed_by=episode.snoozed_by,
        )


def snooze(db: Database, now: datetime, actor: Actor, entry: SnoozeEntry) -> int:
    """Put the alert off through the day before ``entry.until``; gives the account's id. Sent twice it is done once.

    FieldError for a day that can't be taken, Overtaken where somebody else snoozed it since the form was opened.
    """
    with db.write() as session:
        episode = episodes.lock_open(session, now, actor, entry.episode_id, "snooze")
        until = _require_day(entry.until, local_day(workspaces.settings_of(session, actor.workspace_id), now))
        if (episode.snoozed_until, episode.snoozed_by) == (until, actor.user):
            return episode.account_id
        if episode.snoozed_until not in (None, entry.seen) and episode.snoozed_by != actor.user:
            raise Overtaken(f"<@{episode.snoozed_by}> snoozed it until {day(episode.snoozed_until)} meanwhile.")
        before = episode.snoozed_until
        episode.snoozed_until, episode.snoozed_by = until, actor.user
        episodes.tell(session, now, episode, "snoozed", by=actor.user, until=until, reason=entry.reason)
        _note(session, now, episode, actor.user, before=before, after=until, reason=entry.reason)
        return episode.account_id


def wake(db: Database, now: datetime, actor: Actor, episode_id: int) -> int:
    """End a snooze before its day; gives the account's id. Nothing changes where it isn't snoozed (any more)."""
    with db.write() as session:
        episode = episodes.lock_open(session, now, actor, episode_id, "wake")
        if episode.snoozed_until is not None:
            _wake(session, now, episode, by=actor.user)
        return episode.account_id


def tick(db: Database, now: datetime) -> list[Actor]:
    """Bring back what was snoozed until today, once, as the working day begins. Gives those whose Home tells of it."""
    with db.read() as session:
        due = [(episode.id, episode.workspace_id) for episode in _due(session, now)]
    woken: list[Actor] = []
    for episode_id, workspace_id in due:
        try:
            woken += [Actor(workspace_id, user) for user in _wake_by_itself(db, now, episode_id)]
        except Exception:  # one alert's trouble must not keep the others asleep
            log.exception("Episode %s could not be woken; trying again at the next tick", episode_id)
    return woken


def _require_day(until: date | None, today: date) -> date:
    if until is None or until <= today:
        raise FieldError("until", "Please choose a day after today.")
    if until > today + LONGEST:
        raise FieldError("until", f"Please choose a day no later than {day(today + LONGEST)}.")
    return until


def _due(session: Session, now: datetime, episode_id: int | None = None) -> list[Episode]:
    latest = moments.latest_day(now)
    statement = select(Episode).where(Episode.snoozed_until <= latest, Episode.ended_at.is_(None))
    if episode_id is not None:
        statement = statement.where(Episode.id == episode_id).with_for_update(skip_locked=True)
    return list(session.scalars(statement.order_by(Episode.id)))


def _wake_by_itself(db: Database, now: datetime, episode_id: int) -> set[str]:
    with db.write() as session:
        for episode in _due(session, now, episode_id):  # none where another process is at it
            settings = workspaces.settings_of(session, episode.workspace_id)
            local = now.astimezone(ZoneInfo(settings.zone))
            if episode.snoozed_until is None or (episode.snoozed_until, settings.cadence.hours_from) > (
                local.date(),
                local.time(),
            ):
                return set()
            account = accounts.get(session, episode.workspace_id, episode.account_id)
            _wake(session, now, episode, whom=episode.claimed_by or account.owner)
            return _whose(account, episode)
    return set()


def _whose(account: Account, episode: Episode) -> set[str]:
    return {user for user in (account.owner, account.cover, episode.claimed_by) if user}


def _wake(session: Session, now: datetime, episode: Episode, *, by: str | None = None, whom: str | None = None) -> None:
    until = episode.snoozed_until
    episode.snoozed_until = episode.snoozed_by = None
    episodes.tell(session, now, episode, "woken", by=by, whom=whom, until=until)
    _note(session, now, episode, by or _CLOCK, before=until, after=None, whom=whom)


def _note(
    session: Session,
    now: datetime,
    episode: Episode,
    actor: str,
    *,
    before: date | None,
    after: date | None,
    reason: str = "",
    whom: str | None = None,
) -> None:
    audit.note(
        session,
        episode.workspace_id,
        now,
        actor=actor,
        action="snooze" if after else "wake",
        subject=f"episode:{episode.id}",
        before={"snoozed_until": before.isoformat() if before else None},
        after={"snoozed_until": after.isoformat() if after else None, **({"owner": whom} if whom else {})},
        reason=reason,
    )
