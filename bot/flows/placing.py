"""Placing an account anew: the one way by which an account changes its cell.

Called inside the transaction of whatever moved the account, with the account locked, so that no read ever sees a
score without its cell, and no movement is stored without the message that it owes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.flows import plays, routing
from bot.flows.due_dates import limits_of
from bot.flows.standings import placement_of
from bot.store import history, messages, workspaces
from bot.store.bulk import plain, table_of
from bot.store.messages import Priority
from bot.store.tables import Account, Episode, PlacementRow
from bot.views.alert import Alert
from bot.views.episode_note import EpisodeNote
from bot.workspace_settings import WorkspaceSettings
from cmi_core.freshness import stale_axes
from cmi_core.health import Health
from cmi_core.matrix import Placement, place
from cmi_core.movement import Cause, Movement, between, owes_alert

_STAY = insert(table_of(PlacementRow))  # built once: building a statement takes longer than the database does


@dataclass(frozen=True)
class Before:
    """What an account was before a change. Taken right after it was locked."""

    placement: Placement
    cmi: Fraction | None
    health: Health | None

    @classmethod
    def of(cls, account: Account) -> "Before":
        return cls(placement_of(account), account.cmi, account.health)


@dataclass(frozen=True)
class Change:
    """Why an account is placed anew, and by whom. `baseline`: it was so already, so a first placement pages nobody.

    `judged_from` is what the margins hold to where that isn't the placement in force: a correction's is the one before
    the assessment that it corrects.
    """

    cause: Cause
    by: str | None
    baseline: bool = False
    judged_from: Placement | None = None


@dataclass(frozen=True)
class Case:
    """One account's change, under the workspace's settings and on its framework's `scale`, inside a transaction.

    In a batch `collected` takes the ids of the episodes that owe an alert: the batch decides how that is said.
    `alerting` says whether the account may have an open episode.
    """

    session: Session
    now: datetime
    settings: WorkspaceSettings
    scale: tuple[int, int]
    account: Account
    before: Before
    change: Change
    collected: list[int] | None = None
    alerting: bool = True


def place_again(case: Case) -> Movement | None:
    """Give the account the cell of its present scores, and store what the movement owes. None where the cell stays.

    A churned account stays as it is.
    """
    account = case.account
    if account.lifecycle == "churned":
        return None
    after = placed(case)
    account.cmi_band, account.chs_band = after.cmi_band, after.chs_band
    account.revision += 1
    movement = between(case.before.placement, after, cause=case.change.cause)
    if movement is None:
        return None
    account.cell = after.cell.id if after.cell else None
    account.cell_since = case.now if after.cell else None
    _keep_history(case)
    if case.alerting:
        _end_episode(case)
    if account.cell in case.settings.map.alert_cells:
        _open_episode(case, account.cell, movement)
    return movement


def placed(case: Case) -> Placement:
    """Where the account belongs by its scores, or where somebody put it by hand. Only customers are on the map."""
    account, settings = case.account, case.settings
    if account.subject != "customer":
        return Placement(None, None, None)
    hysteresis: Placement | None = case.change.judged_from or case.before.placement
    if case.change.cause is Cause.CONFIGURATION:
        hysteresis = None
    after = place(settings.map, account.cmi, account.health, scale=case.scale, before=hysteresis)
    by_hand = next((cell for cell in settings.map.cells if cell.id == account.override_cell), None)
    return after if after.cell is None or by_hand is None else replace(after, cell=by_hand)


def _keep_history(case: Case) -> None:
    session, account = case.session, case.account
    history.end_placement(session, account.id, case.now)
    stay = {
        "workspace_id": account.workspace_id,
        "account_id": account.id,
        "cell": account.cell,
        "cmi": account.cmi,
        "chs": account.chs,
        "chs_label": account.chs_label,
        "cmi_band": account.cmi_band,
        "chs_band": account.chs_band,
        "cause": case.change.cause.value,
        "by": case.change.by,
        "settings_version": workspaces.version_of(session, account.workspace_id),
        "assessment_id": account.assessment_id,
        "health_reading_id": account.health_reading_id,
        "started_at": case.now,
    }
    plain(session).execute(_STAY, stay)


def end_stay(case: Case) -> None:
    """The customer left: what its open alert asked for is over, and so is its stay in the cell."""
    history.end_placement(case.session, case.account.id, case.now)
    _end_episode(case, "churned")


def _end_episode(case: Case, what: Literal["left", "churned"] = "left") -> None:
    """The account left its alert cell: the alert says so, and its thread tells how long it took."""
    episode = history.open_episode(case.session, case.account.id)
    if episode is None:
        return
    episode.ended_at, episode.ended_in = case.now, case.account.cell if what == "left" else None
    episode.snoozed_until = episode.snoozed_by = None
    case.session.flush()
    _tell(case, episode, what)


def _open_episode(case: Case, cell: str, movement: Movement) -> None:
    session, account, settings = case.session, case.account, case.settings
    quiet_since = case.now - timedelta(days=settings.quiet_days)
    again = history.last_episode(session, account.id, cell, ended_after=quiet_since) if settings.quiet_days else None
    if again is not None:
        again.ended_at, again.ended_in = None, None
        session.flush()
        plays.carry_over(session, account, cell)
        if again.message_id is not None:
            _tell(case, again, "back")
            return
    episode = again  # one that was opened silently has no thread to go on in
    if episode is None:
        episode = Episode(workspace_id=account.workspace_id, account_id=account.id, cell=cell, opened_at=case.now)
        session.add(episode)
        session.flush()
    if not owes_alert(settings.map, movement, baseline=case.change.baseline):
        return
    if case.collected is not None:
        case.collected.append(episode.id)
    else:
        episode.message_id = messages.owe(
            session,
            workspace_id=account.workspace_id,
            key=f"alert:{episode.id}",
            kind="alert",
            recipient=routing.channel_for(session, settings, account, cell),
            data=_alert(case, movement, episode),
            now=case.now,
            priority=Priority.ALERT,
        )


def _alert(case: Case, movement: Movement, episode: Episode) -> Alert:
    account = case.account
    if account.cmi is None or account.health is None or account.cmi_on is None or account.chs_on is None:
        raise AssertionError(f"account {account.id} stands in a cell without both scores")
    return Alert(
        episode_id=episode.id,
        account_id=account.id,
        name=account.name,
        owner=account.owner,
        from_cell=movement.from_cell.id if movement.from_cell else None,
        to_cell=episode.cell,
        cmi=account.cmi,
        cmi_before=case.before.cmi,
        cmi_on=account.cmi_on,
        chs=account.health,
        chs_before=case.before.health,
        chs_on=account.chs_on,
        chs_source=account.chs_source,
        cause=case.change.cause.value,
        by=case.change.by,
        happened_on=case.now,
        stale=stale_axes(account.cmi_on, account.chs_on, case.now, limits_of(case.settings, account)),
        play=plays.of_cell(case.session, case.settings, account),
    )


def _tell(case: Case, episode: Episode, what: Literal["left", "back", "churned"]) -> None:
    """Bring the episode's alert up to date, and owe its thread a line."""
    if episode.message_id is None:
        return
    account = case.account
    row = messages.lock(case.session, episode.message_id)
    now: dict[str, Any] = {
        "ended_on": episode.ended_at,
        "ended_in": episode.ended_in,
        "churned": what == "churned",
    }
    if what == "back":  # the boxes are those of the new stay
        now["play"] = plays.of_cell(case.session, case.settings, account)
    if episode.ended_at is not None:
        now |= {"snoozed_until": None, "snoozed_by": None}
    alert = Alert.model_validate(row.data).model_copy(update=now)
    messages.revise(case.session, row, alert)
    messages.owe(
        case.session,
        workspace_id=account.workspace_id,
        key=f"episode:{episode.id}:{row.revision}",
        kind="episode_note",
        recipient=row.recipient,
        thread_of=row.id,
        data=EpisodeNote(
            what=what,
            name=account.name,
            cell=episode.cell,
            now_in=account.cell,
            opened_on=episode.opened_at,
            on=case.now,
            claimed_by=alert.claimed_by,
            claimed_on=alert.claimed_on,
        ),
        now=case.now,
        priority=Priority.ALERT,
    )
