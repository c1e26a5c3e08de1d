"""The alerts of an import or a bulk call: one by one, in one summary, or held until an admin has looked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound, UserError
from bot.flows import permissions, plays, routing
from bot.flows.actor import Actor
from bot.flows.due_dates import limits_of
from bot.flows.episodes import state as state_of
from bot.flows.permissions import Right
from bot.flows.routing import Router
from bot.flows.settings import require_admin
from bot.store import audit, history, messages, workspaces
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Batch, Episode, PlacementRow
from bot.views import batch as shown
from bot.views.alert import Alert
from bot.workspace_settings import WorkspaceSettings
from cmi_core.freshness import stale_axes
from cmi_core.movement import Announcement, announcement

_SHOWN_TO_ADMIN = 10


def announce(
    session: Session, now: datetime, workspace_id: int, episodes: Sequence[int], *, source: str
) -> Announcement | None:
    """Owe what a batch owes for the episodes that it opened; gives how it is said, None where there is nothing to say.

    The accounts stand in their new cells whatever becomes of the alerts.
    """
    if not episodes:
        return None
    settings = workspaces.settings_of(session, workspace_id)
    portfolio = session.execute(
        select(func.count()).where(
            Account.workspace_id == workspace_id, Account.subject == "customer", Account.lifecycle == "active"
        )
    ).scalar_one()
    how = announcement(len(episodes), portfolio, settings.batches)
    if how is Announcement.INDIVIDUALLY:
        for episode in session.scalars(select(Episode).where(Episode.id.in_(episodes)).order_by(Episode.id)):
            _owe_alert(session, now, settings, episode)
        return how
    held = how is Announcement.HELD
    row = Batch(
        workspace_id=workspace_id,
        source=source,
        state="held" if held else "summed",
        episodes={"ids": list(episodes), "messages": []},
        created_at=now,
    )
    session.add(row)
    session.flush()
    if held:
        _ask_admins(session, now, settings, row, portfolio)
    else:
        _owe_summary(session, now, settings, row)
    return how


def open_alert(db: Database, now: datetime, actor: Actor, batch_id: int, episode_id: int) -> None:
    """Start the thread of one account of a batch, once. NotFound where it has left the cell since."""
    with db.write() as session:
        row = _lock(session, actor.workspace_id, batch_id)
        episode = permissions.lock_episode(session, now, actor, episode_id, Right.WORK)
        if episode is None or episode_id not in row.episodes["ids"]:
            raise NotFound("This alert isn't there any more.")
        if episode.message_id is not None:
            return
        if episode.ended_at is not None:
            raise NotFound("The account has left this cell since, so there is no alert to open any more.")
        _owe_alert(session, now, workspaces.settings_of(session, actor.workspace_id), episode)
        _tick_off(session, row, episode_id, actor.user)
        audit.note(
            session, actor.workspace_id, now, actor=actor.user, action="open alert", subject=f"episode:{episode.id}"
        )


def decide(db: Database, now: datetime, actor: Actor, batch_id: int, decision: Literal["released", "dropped"]) -> None:
    """Release a held batch, as one summary, or drop it. UserError where that was decided already; NotAllowed."""
    with db.write() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        row = _lock(session, actor.workspace_id, batch_id)
        if row.state != "held":
            raise UserError(
                f"That was decided already: {row.state}" + (f" by <@{row.decided_by}>." if row.decided_by else ".")
            )
        asked = row.episodes["messages"]
        row.state, row.decided_by, row.decided_at = decision, actor.user, now
        row.episodes = {**row.episodes, "messages": []}
        said = {"decision": decision, "decided_by": actor.user, "decided_on": now}
        for message_id in asked:
            message = messages.lock(session, message_id)
            messages.revise(session, message, shown.HeldBatch.model_validate(message.data).model_copy(update=said))
        if decision == "released":
            _owe_summary(session, now, settings, row)
        audit.note(session, actor.workspace_id, now, actor=actor.user, action=decision, subject=f"batch:{row.id}")


def _lock(session: Session, workspace_id: int, batch_id: int) -> Batch:
    row = session.scalars(
        select(Batch).where(Batch.id == batch_id, Batch.workspace_id == workspace_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("This batch isn't there any more.")
    return row


def _ask_admins(session: Session, now: datetime, settings: WorkspaceSettings, row: Batch, portfolio: int) -> None:
    """A direct message to each admin; where there is none yet, the alert channel is asked."""
    alerts = len(row.episodes["ids"])
    held = shown.HeldBatch(
        batch_id=row.id,
        source=row.source,
        alerts=alerts,
        portfolio=portfolio,
        items=_items(session, row.episodes["ids"][:_SHOWN_TO_ADMIN]),
    )
    owed = [
        messages.owe(
            session,
            workspace_id=row.workspace_id,
            key=f"held:{row.id}:{recipient}",
            kind="batch_held",
            recipient=recipient,
            data=held,
            now=now,
            priority=Priority.ALERT,
        )
        for recipient in settings.admins or (settings.alert_channel or "",)
    ]
    row.episodes = {**row.episodes, "messages": owed}


def _owe_summary(session: Session, now: datetime, settings: WorkspaceSettings, row: Batch) -> None:
    """One summary, or one for each channel where the rules send the alerts to several."""
    owed = [
        messages.owe(
            session,
            workspace_id=row.workspace_id,
            key=f"batch:{row.id}:{channel}",
            kind="batch",
            recipient=channel,
            data=shown.Batch(batch_id=row.id, source=row.source, items=tuple(each)),
            now=now,
            priority=Priority.ALERT,
        )
        for channel, each in _by_channel(session, settings, row).items()
    ]
    row.episodes = {**row.episodes, "messages": owed}


def _by_channel(session: Session, settings: WorkspaceSettings, row: Batch) -> dict[str, list[shown.BatchItem]]:
    items = _items(session, row.episodes["ids"])
    if not settings.alert_routes:
        return {settings.alert_channel or "": list(items)}
    ids = [item.account_id for item in items]
    accounts = {each.id: each for each in session.scalars(select(Account).where(Account.id.in_(ids)))}
    router = Router(session, row.workspace_id, settings)
    found: dict[str, list[shown.BatchItem]] = {}
    for item in items:
        found.setdefault(router.channel(accounts[item.account_id], item.to_cell), []).append(item)
    return found


def _items(session: Session, episodes: Sequence[int]) -> tuple[shown.BatchItem, ...]:
    """The accounts of these episodes that are still open, in the order of their names."""
    rows = session.execute(
        select(Episode.id, Episode.cell, Account.id, Account.name, Account.owner)
        .join(Account, Account.id == Episode.account_id)
        .where(Episode.id.in_(episodes), Episode.ended_at.is_(None))
        .order_by(Account.name_key)
    ).all()
    came_from = _cells_before(session, [account for _, _, account, _, _ in rows])
    return tuple(
        shown.BatchItem(
            episode_id=episode,
            account_id=account,
            name=name,
            owner=owner,
            from_cell=came_from.get(account),
            to_cell=cell,
        )
        for episode, cell, account, name, owner in rows
    )


def _cells_before(session: Session, account_ids: Sequence[int]) -> dict[int, str | None]:
    latest = (
        select(func.max(PlacementRow.id))
        .where(PlacementRow.account_id.in_(account_ids), PlacementRow.ended_at.is_not(None))
        .group_by(PlacementRow.account_id)
    )
    rows = session.execute(select(PlacementRow.account_id, PlacementRow.cell).where(PlacementRow.id.in_(latest)))
    return {row.account_id: row.cell for row in rows}


def _tick_off(session: Session, row: Batch, episode_id: int, user: str) -> None:
    """The summary says who opened the line, in place of its button."""
    for message_id in row.episodes["messages"]:
        message = messages.lock(session, message_id)
        summary = shown.Batch.model_validate(message.data)
        items = tuple(
            item.model_copy(update={"opened_by": user}) if item.episode_id == episode_id else item
            for item in summary.items
        )
        messages.revise(session, message, summary.model_copy(update={"items": items}))


def _owe_alert(session: Session, now: datetime, settings: WorkspaceSettings, episode: Episode) -> None:
    """The alert that the episode would have had by itself."""
    account = session.get_one(Account, episode.account_id)
    episode.message_id = messages.owe(
        session,
        workspace_id=episode.workspace_id,
        key=f"alert:{episode.id}",
        kind="alert",
        recipient=routing.channel_for(session, settings, account, episode.cell),
        data=_alert(session, settings, account, episode),
        now=now,
        priority=Priority.ALERT,
    )


def _alert(session: Session, settings: WorkspaceSettings, account: Account, episode: Episode) -> Alert:
    stays = history.placements(session, account.id, limit=2)
    now_in, before = stays[0], stays[1] if len(stays) > 1 else None
    if account.cmi is None or account.health is None or account.cmi_on is None or account.chs_on is None:
        raise AssertionError(f"account {account.id} stands in a cell without both scores")
    return Alert(
        episode_id=episode.id,
        account_id=account.id,
        name=account.name,
        owner=account.owner,
        from_cell=before.cell if before else None,
        to_cell=episode.cell,
        cmi=account.cmi,
        cmi_before=before.cmi if before else None,
        cmi_on=account.cmi_on,
        chs=account.health,
        chs_before=before.health if before else None,
        chs_on=account.chs_on,
        chs_source=account.chs_source,
        cause=now_in.cause,
        by=now_in.by,
        happened_on=episode.opened_at,
        stale=stale_axes(account.cmi_on, account.chs_on, episode.opened_at, limits_of(settings, account)),
        play=plays.of_cell(session, settings, account),
        **state_of(episode),
    )
