"""The whole story of an episode, from what is stored: who did what, which steps, and how it ended."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.flows import permissions
from bot.flows.actor import Actor
from bot.store import audit, history, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Audit, Episode, PlacementRow
from bot.views.decision_form import Decision
from bot.views.episode_note import EpisodeNote, What
from bot.views.story import SHOWN, Story

_STAYS = 200
_ACTIONS: dict[str, What] = {
    "open alert": "opened",
    "claim": "claimed",
    "hand back": "handed_back",
    "snooze": "snoozed",
    "wake": "woken",
    "escalate": "escalated",
    "decide": "decided",
}


def read(db: Database, now: datetime, actor: Actor, episode_id: int) -> Story:
    """An episode's story, open or over. NotFound where there is none that this person may see."""
    with db.read() as session:
        statement = select(Episode).where(Episode.id == episode_id, Episode.workspace_id == actor.workspace_id)
        episode = session.scalars(statement).one_or_none()
        if episode is None:
            raise NotFound("This alert isn't there any more.")
        account = permissions.get(session, now, actor, episode.account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        entries = _entries(session, account, episode)
        return Story(
            episode_id=episode.id,
            account_id=account.id,
            name=account.name,
            owner=account.owner,
            cell=episode.cell,
            opened_on=episode.opened_at,
            claimed=episode.claimed_by is not None,
            snoozed=episode.snoozed_until is not None,
            over=episode.ended_at is not None,
            entries=tuple(entries[-SHOWN:]),
            earlier=max(len(entries) - SHOWN, 0),
            can_edit=permissions.standing_of(session, actor, settings).role != "viewer",
        )


def _entries(session: Session, account: Account, episode: Episode) -> list[EpisodeNote]:
    base = EpisodeNote(
        what="claimed", name=account.name, cell=episode.cell, opened_on=episode.opened_at, on=episode.opened_at
    )
    done = audit.of_subject(session, episode.workspace_id, f"episode:{episode.id}")
    stays = _stays(session, account, episode)
    found = [
        *(_done(base, row) for row in done if row.action in _ACTIONS),
        *_steps(base, stays, episode),
        *_moves(base, stays, episode),
    ]
    return sorted(found, key=lambda entry: entry.on)


def _done(base: EpisodeNote, row: Audit) -> EpisodeNote:
    before, after = row.before or {}, row.after or {}
    what = _ACTIONS[row.action]
    until = (before if what == "woken" else after).get("snoozed_until")
    return base.model_copy(
        update={
            "what": what,
            "on": row.at,
            "by": None if row.actor == "clock" else row.actor,
            "whom": after.get("user") or after.get("owner") or before.get("claimed_by"),
            "until": date.fromisoformat(until) if until else None,
            "reason": row.reason,
            "decision": Decision.model_validate(after) if what == "decided" else None,
        }
    )


def _stays(session: Session, account: Account, episode: Episode) -> Sequence[PlacementRow]:
    """The stays since the episode began, the oldest first; those after its end tell of another."""
    stays = history.placements(session, account.id, limit=_STAYS)
    until = episode.ended_at
    return [
        stay
        for stay in reversed(stays)
        if (stay.ended_at is None or stay.ended_at > episode.opened_at) and (until is None or stay.started_at <= until)
    ]


def _steps(base: EpisodeNote, stays: Sequence[PlacementRow], episode: Episode) -> Iterator[EpisodeNote]:
    """Steps of the cell's plays; what was carried over from one stay to the next counts once."""
    done: dict[str, Any] = {}
    for stay in stays:
        if stay.cell == episode.cell:
            done |= stay.steps
    for key, entry in done.items():
        play, _, step = key.partition(": ")
        if play == episode.cell:
            on = datetime.fromisoformat(entry["on"])
            yield base.model_copy(update={"what": "step", "on": on, "by": entry["by"], "reason": step})


def _moves(base: EpisodeNote, stays: Sequence[PlacementRow], episode: Episode) -> Iterator[EpisodeNote]:
    """Leaving the cell, and coming back within the quiet period."""
    for stay in stays:
        if stay.started_at <= episode.opened_at:
            continue
        claimed = {"claimed_by": episode.claimed_by, "claimed_on": episode.claimed_at}
        if stay.cell == episode.cell:
            yield base.model_copy(update={"what": "back", "on": stay.started_at, "now_in": stay.cell})
        else:
            yield base.model_copy(update={"what": "left", "on": stay.started_at, "now_in": stay.cell, **claimed})
    if episode.ended_at is not None and all(stay.started_at < episode.ended_at for stay in stays):
        yield base.model_copy(update={"what": "churned", "on": episode.ended_at})
