"""When somebody leaves: their alerts wait for others again, and whoever can hand their accounts over hears of it once.

That they left is noted with what Slack says of them (`bot.flows.people`), by an event or when they were to be asked;
the tick here follows it up. Who comes back and leaves again is told of again.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.flows import episodes, moments, people
from bot.flows.due_dates import local_day
from bot.store import audit, messages, portfolio, workspaces
from bot.store import leavers as store
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Person
from bot.views.leavers import Leaver, Leavers
from bot.workspace_settings import WorkspaceSettings

log = logging.getLogger(__name__)

_PATIENCE = 20.0
_NAMED = 5


def tick(db: Database, now: datetime) -> int:
    """Follow up on whoever left. Gives the number of messages that were owed."""
    with db.read() as session:
        waiting = store.waiting(session)
    by_workspace: dict[int, list[str]] = {}
    for workspace_id, user in waiting:
        by_workspace.setdefault(workspace_id, []).append(user)
    owed = 0
    for workspace_id, users in by_workspace.items():
        try:
            handed_back = {user: _hand_back(db, now, workspace_id, user) for user in users}
            owed += _tell(db, now, workspace_id, handed_back)
        except Exception:  # one workspace's trouble must not keep the others waiting
            log.exception("Those who left workspace %s could not be followed up; trying again soon", workspace_id)
    return owed


def _hand_back(db: Database, now: datetime, workspace_id: int, user: str) -> int:
    """Let others take on what this person was on. Gives the number of alerts."""
    with db.read() as session:
        taken_on = store.taken_on(session, workspace_id, user)
    done = 0
    for episode_id in taken_on:
        with db.write(_PATIENCE) as session:
            episode = store.lock_episode(session, episode_id, user)
            if episode is None:
                continue
            episode.claimed_by = episode.claimed_at = None
            episodes.tell(session, now, episode, "handed_back", whom=user)
            audit.note(
                session,
                workspace_id,
                now,
                actor="clock",
                action="hand back",
                subject=f"episode:{episode.id}",
                before={"claimed_by": user},
            )
            done += 1
    return done


def _tell(db: Database, now: datetime, workspace_id: int, handed_back: Mapping[str, int]) -> int:
    with db.write(_PATIENCE) as session:
        settings = workspaces.settings_of(session, workspace_id)
        rows = store.lock(session, workspace_id, tuple(handed_back))
        leavers = {row.user: _leaver(session, now, settings, row, handed_back[row.user]) for row in rows}
        gone = [row for row in rows if leavers[row.user].leaves_anything]
        users = {*settings.admins, *(row.manager for row in gone if row.manager)}
        known = people_store.find(session, workspace_id, users)
        owed = [
            messages.owe(
                session,
                workspace_id=workspace_id,
                key=f"left:{to}:{theirs[0].user}:{theirs[0].left_at}",
                kind="leavers",
                recipient=to,
                data=Leavers(people=tuple(leavers[row.user] for row in theirs), admin=to in settings.admins),
                now=now,
                # Nothing here is worth being woken for.
                not_before=_good_moment(now, known.get(to), settings),
                priority=Priority.ALERT,
            )
            for to, theirs in _whom(known, now, settings, gone).items()
        ]
        for row in rows:
            row.left_at = None
        return sum(each is not None for each in owed)


def _good_moment(now: datetime, person: Person | None, settings: WorkspaceSettings) -> datetime:
    """In their working hours, and not while they are away."""
    back = people.back_on(person, now)
    earliest = max(now, moments.start_of(back, person, settings)) if back else now
    return moments.next_moment(earliest, person, settings)


def _leaver(session: Session, now: datetime, settings: WorkspaceSettings, row: Person, handed_back: int) -> Leaver:
    today = local_day(settings, now)
    left = store.left_behind(session, row.workspace_id, row.user, today)
    return Leaver(
        user=row.user,
        state=row.state,
        names=store.first_names(session, row.workspace_id, row.user, today, limit=_NAMED) if left.accounts else (),
        handed_back=handed_back,
        reports=len(portfolio.reports(session, row.workspace_id, row.user)),
        **left._asdict(),
    )


def _whom(
    known: Mapping[str, Person], now: datetime, settings: WorkspaceSettings, gone: Sequence[Person]
) -> dict[str, list[Person]]:
    """Who hears of whom: admins of everybody, managers of those who reported to them.

    Whom nobody hears of who is here now, the fallback channel does.
    """

    def here(user: str) -> bool:
        return people.may_be_asked(known.get(user), now)

    admins = [admin for admin in settings.admins if people.presence(known.get(admin), now) != "gone"]
    told: dict[str, list[Person]] = {admin: list(gone) for admin in admins if gone}
    for row in gone:
        if row.manager and row.manager not in told and here(row.manager):
            told[row.manager] = [each for each in gone if each.manager == row.manager]
    heard_of = {row.user for to, rows in told.items() if here(to) for row in rows}
    unheard = [row for row in gone if row.user not in heard_of]
    # Without a channel it waits for one, as alerts do.
    return {**told, settings.fallback_channel or "": unheard} if unheard else told
