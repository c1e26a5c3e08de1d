"""Playbooks: the workspace's own or the defaults, and the steps of them that are done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.flows import permissions
from bot.flows.actor import Actor
from bot.flows.permissions import Right
from bot.store import audit, history, messages, workspaces
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Message, PlacementRow
from bot.views import playbook as view
from bot.views.alert import Alert
from bot.views.playbook import Play, Step, Tick
from bot.views.progress import Progress
from bot.workspace_settings import WorkspaceSettings
from cmi_core.criterion_plays import criterion_play
from cmi_core.plays import PLAYBOOKS, Playbook

_MOVED = "The account has moved since this was shown. Please open it again with /cmi account."
_CHANGED = "The playbook has changed since this was shown. Please open the account again with /cmi account."


def book_for(settings: WorkspaceSettings, play_id: str) -> Playbook | None:
    """The playbook of a cell or criterion: the workspace's own, else the default; None where there is neither."""
    return settings.playbooks.get(play_id) or PLAYBOOKS.get(play_id) or criterion_play(play_id)


def of_cell(session: Session, settings: WorkspaceSettings, account: Account) -> Play | None:
    """The checklist of the account's present cell; None off the map."""
    stay = history.open_placement(session, account.id)
    return None if stay is None or stay.cell is None else shown(settings, stay, stay.cell)


def shown(settings: WorkspaceSettings, stay: PlacementRow | None, play_id: str) -> Play | None:
    """A playbook with what was done of it during a stay in a cell, if there is one."""
    book = book_for(settings, play_id)
    if book is None:
        return None
    done = stay.steps if stay else {}
    return Play(
        id=play_id,
        placement_id=stay.id if stay else None,
        title=book.title,
        summary=book.summary,
        steps=tuple(Step(text=step, **done.get(_key(play_id, step), {})) for step in book.steps),
    )


def tick(db: Database, now: datetime, actor: Actor, ticked: Tick) -> int:
    """Mark a step as done, or as not done after all; whoever did it first stays. Gives the account's id.

    NotFound where the account has moved or the playbook was changed since the box was shown.
    """
    with db.write() as session:
        account_id = session.scalars(
            select(PlacementRow.account_id).where(
                PlacementRow.id == ticked.placement_id, PlacementRow.workspace_id == actor.workspace_id
            )
        ).one_or_none()
        if account_id is None:
            raise NotFound(_MOVED)
        account = permissions.lock(session, now, actor, account_id, Right.WORK)
        stay = history.open_placement(session, account.id)
        if stay is None or stay.id != ticked.placement_id or (ticked.play in PLAYBOOKS and ticked.play != stay.cell):
            raise NotFound(_MOVED)
        settings = workspaces.settings_of(session, actor.workspace_id)
        key = _key(ticked.play, _step(settings, ticked))
        if (key in stay.steps) == ticked.done:
            return account.id
        done = {"by": actor.user, "on": now.isoformat()}
        others = {each: entry for each, entry in stay.steps.items() if each != key}
        stay.steps = {**others, key: done} if ticked.done else others
        account.revision += 1  # whoever is placing the whole portfolio anew has filed the stay without this
        session.flush()
        action = "step done" if ticked.done else "step not done"
        subject = f"account:{account.id}"
        audit.note(
            session, actor.workspace_id, now, actor=actor.user, action=action, subject=subject, after={"step": key}
        )
        _show_on_alert(session, now, settings, account, stay)
        return account.id


def carry_over(session: Session, account: Account, cell: str) -> None:
    """Back in a cell whose episode goes on: what was done of its plays before stays done."""
    stays = [stay for stay in history.placements(session, account.id, limit=20) if stay.cell == cell]
    if len(stays) > 1 and stays[0].ended_at is None:
        stays[0].steps = {**stays[1].steps, **stays[0].steps}
        session.flush()


def _key(play_id: str, step: str) -> str:
    return f"{play_id}: {step}"


def _step(settings: WorkspaceSettings, ticked: Tick) -> str:
    book = book_for(settings, ticked.play)
    steps: Iterable[str] = book.steps if book else ()
    for step in steps:
        if view.mark(step) == ticked.step:
            return step
    raise NotFound(_CHANGED)


def _show_on_alert(
    session: Session, now: datetime, settings: WorkspaceSettings, account: Account, stay: PlacementRow
) -> None:
    """The alert of the open episode shows the same boxes, and its thread sums up in one line what is done."""
    episode = history.open_episode(session, account.id)
    if episode is None or episode.message_id is None:
        return
    row = messages.lock(session, episode.message_id)
    play = shown(settings, stay, episode.cell)
    update: dict[str, Any] = {"play": play}
    alert = Alert.model_validate(row.data).model_copy(update=update)
    if alert.model_dump(mode="json") == row.data or play is None:  # a step of another playbook
        return
    messages.revise(session, row, alert)
    _sum_up(session, now, row, Progress(steps=play.steps, name=alert.name))


def _sum_up(session: Session, now: datetime, alert: Message, progress: Progress) -> None:
    """One line in the thread says how far the steps are: changed in place, it pings nobody a second time."""
    key = f"progress:{alert.id}"
    before = messages.by_key(session, alert.workspace_id, key)
    if before is not None:
        messages.revise(session, before, progress)
        return
    messages.owe(
        session,
        workspace_id=alert.workspace_id,
        key=key,
        kind="progress",
        recipient=alert.recipient,
        thread_of=alert.id,
        data=progress,
        now=now,
        priority=Priority.ALERT,
    )
