"""Prospects: assessed before they are customers, judged by their maturity beside BANT, and turned into customers."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.flows import frameworks, lifecycle, permissions
from bot.flows.actor import Actor
from bot.flows.due_dates import plan_next
from bot.flows.permissions import Right
from bot.flows.placing import Before, Case, Change, place_again
from bot.flows.standings import Reader
from bot.store import audit, workspaces
from bot.store.database import Database
from bot.store.tables import Account
from bot.views.bant_form import Bant, Qualification
from bot.views.standing import Standing
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, qualification
from cmi_core.matrix import on_scale
from cmi_core.movement import Cause

_NOT_A_PROSPECT = "This account isn't a prospect any more. Please open it again with /cmi account."


def of(settings: WorkspaceSettings, framework: Framework, account: Account) -> Qualification | None:
    """A prospect's qualification; None for everybody else."""
    if account.subject != "prospect":
        return None
    cut = settings.qualification_cut
    return Qualification(
        state=qualification(account.cmi, scale=framework.scale, cut=cut),
        cut=on_scale(cut, framework.scale),
        bant=Bant.model_validate(account.qualification),
    )


def read(db: Database, now: datetime, actor: Actor, account_id: int) -> tuple[str, Qualification]:
    """The prospect's name and qualification. UserError for an account that is none."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        settings = workspaces.settings_of(session, actor.workspace_id)
        found = of(settings, frameworks.of_score(session, settings, account), account)
        if found is None:
            raise UserError(_NOT_A_PROSPECT)
        return account.name, found


def write(db: Database, now: datetime, actor: Actor, account_id: int, bant: Bant) -> None:
    """Store what is known of a prospect's budget, authority, need and timing."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id)
        if account.subject != "prospect":
            raise UserError(_NOT_A_PROSPECT)
        before, account.qualification = account.qualification, bant.model_dump()
        audit.note(
            session,
            actor.workspace_id,
            now,
            actor=actor.user,
            action="qualify",
            subject=f"account:{account.id}",
            before=before,
            after=account.qualification,
        )


def turn_into_customer(db: Database, now: datetime, actor: Actor, account_id: int) -> Standing:
    """The prospect has bought: it is asked about from now on, and gets a place as soon as it has both scores.

    Doing so twice is once. Its ratings and its BANT stay.
    """
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id)
        reader = Reader(session, actor.workspace_id, now)
        if account.subject == "prospect":
            lifecycle.require_open(account)
            account.subject, account.lifecycle = "customer", "active"
            plan_next(account, reader.settings, account.cmi_on if account.complete else None, now=now)
            _place(session, now, actor, reader.settings, account)
            audit.note(
                session,
                actor.workspace_id,
                now,
                actor=actor.user,
                action="turn into customer",
                subject=f"account:{account.id}",
                before={"subject": "prospect"},
                after={"subject": "customer"},
            )
        return reader.standing(account)


def _place(session: Session, now: datetime, actor: Actor, settings: WorkspaceSettings, account: Account) -> None:
    scale = frameworks.of_score(session, settings, account).scale
    change = Change(Cause.OVERRIDE, actor.user)
    place_again(Case(session, now, settings, scale, account, Before.of(account), change))
