"""A cell chosen by hand: it holds until a day, then the scores decide again. Either way it is a movement."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import FieldError, NotAllowed
from bot.flows import frameworks, lifecycle, permissions
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.moments import latest_day
from bot.flows.permissions import Right
from bot.flows.placing import Before, Case, Change, place_again
from bot.flows.standings import Reader
from bot.store import accounts, audit, workspaces
from bot.store.database import Database
from bot.store.tables import Account
from bot.views.override_form import OverrideEntry
from bot.views.standing import Standing
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cells import Cell
from cmi_core.movement import Cause

log = logging.getLogger(__name__)


def choices(db: Database, now: datetime, actor: Actor, account_id: int) -> tuple[Standing, Sequence[Cell]]:
    """The account and the cells of the map. NotAllowed for who is neither its owner nor an admin."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        reader = Reader(session, actor.workspace_id, now)
        _require_responsible(reader.settings, actor, account)
        lifecycle.require_open(account)
        return reader.standing(account), reader.settings.map.cells


def begin(db: Database, now: datetime, actor: Actor, entry: OverrideEntry) -> Standing:
    """Put an account into a cell through the day `entry.until`. FieldError where it can't be; NotAllowed as above."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, entry.account_id)
        reader = Reader(session, actor.workspace_id, now)
        _require_responsible(reader.settings, actor, account)
        lifecycle.require_open(account)
        if account.cell is None:
            raise FieldError(
                "cell", "It has no place on the map yet: please give it a rating and a health score first."
            )
        if entry.cell not in {cell.id for cell in reader.settings.map.cells}:
            raise FieldError("cell", "The map has no such cell any more. Please open the form again.")
        if entry.until < local_day(reader.settings, now):
            raise FieldError("until", "That day is over. Please choose today or a later day.")
        if not _is_in_force(account, actor, entry):
            _move(session, now, reader.settings, account, by=actor.user, entry=entry)
        return reader.standing(account)


def _is_in_force(account: Account, actor: Actor, entry: OverrideEntry) -> bool:
    """Whether this was stored before: the form came twice."""
    present = (account.override_cell, account.override_until, account.override_reason, account.override_by)
    return present == (entry.cell, entry.until, entry.reason, actor.user)


def end(db: Database, now: datetime, actor: Actor, account_id: int) -> Standing:
    """Let the scores decide again at once. Ending what has ended is a no-op; NotAllowed as above."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id)
        reader = Reader(session, actor.workspace_id, now)
        _require_responsible(reader.settings, actor, account)
        if account.override_cell is not None:
            _move(session, now, reader.settings, account, by=actor.user)
        return reader.standing(account)


def tick(db: Database, now: datetime) -> int:
    """Let overrides fall away whose last day is over. Gives their number."""
    with db.read() as session:
        found = session.execute(
            select(Account.workspace_id, Account.id).where(Account.override_until < latest_day(now))
        ).all()
    ended = 0
    for workspace_id, account_id in found:
        try:
            ended += _expire(db, now, workspace_id, account_id)
        except Exception:  # one account's trouble must not keep the others where they are
            log.exception("The override of account %s could not end; trying again at the next tick", account_id)
    return ended


def _expire(db: Database, now: datetime, workspace_id: int, account_id: int) -> bool:
    with db.write() as session:
        account = accounts.lock(session, workspace_id, account_id)
        settings = workspaces.settings_of(session, workspace_id)
        if account.override_until is None or account.override_until >= local_day(settings, now):
            return False
        _move(session, now, settings, account, by=None)
        return True


def _move(
    session: Session,
    now: datetime,
    settings: WorkspaceSettings,
    account: Account,
    *,
    by: str | None,
    entry: OverrideEntry | None = None,
) -> None:
    """Store or clear the override, and place the account by what holds then."""
    before, said = Before.of(account), _said(account)
    account.override_cell = entry.cell if entry else None
    account.override_until = entry.until if entry else None
    account.override_reason = entry.reason if entry else None
    account.override_by = by if entry else None
    scale = frameworks.of_score(session, settings, account).scale
    place_again(Case(session, now, settings, scale, account, before, Change(Cause.OVERRIDE, by)))
    audit.note(
        session,
        account.workspace_id,
        now,
        actor=by or "clock",
        action="override",
        subject=f"account:{account.id}",
        before=said,
        after=_said(account),
        reason=entry.reason if entry else "",
    )


def _said(account: Account) -> dict[str, str | None]:
    until = account.override_until
    return {"cell": account.override_cell, "until": until.isoformat() if until else None}


def _require_responsible(settings: WorkspaceSettings, actor: Actor, account: Account) -> None:
    if actor.user != account.owner and settings.admins and actor.user not in settings.admins:
        raise NotAllowed("Only the account's owner and admins of CMI Bot may override its cell.")
