"""What becomes of a customer: it renews, expands or leaves; one that left is frozen, and can be reopened."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from bot.errors import FieldError, UserError
from bot.flows import frameworks, noting, permissions, placing, prompts
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day, plan_next
from bot.flows.permissions import Right
from bot.flows.placing import Before, Case, Change
from bot.flows.standings import Reader
from bot.store import workspaces
from bot.store.database import Database
from bot.store.tables import Account, LifecycleEvent, PlacementRow
from bot.store.upsert import insert_once
from bot.views.outcome_form import Outcome
from bot.views.standing import Standing
from bot.workspace_settings import WorkspaceSettings
from cmi_core.matrix import Placement
from cmi_core.movement import Cause


def require_open(account: Account) -> None:
    """UserError, in the person's words, where the account has churned: what is frozen is neither rated nor moved."""
    if account.lifecycle == "churned":
        raise UserError(
            "This customer has churned, so its scores are frozen. To go on with it, open it with "
            "/cmi account and choose More…, then Reopen."
        )


def today(db: Database, now: datetime, actor: Actor) -> date:
    """The workspace's day."""
    with db.read() as session:
        return local_day(workspaces.settings_of(session, actor.workspace_id), now)


def check(db: Database, now: datetime, actor: Actor, outcome: Outcome) -> Standing:
    """The account that an outcome would be recorded of. Raises what `record` would."""
    with db.read() as session:
        account = permissions.get(session, now, actor, outcome.account_id, Right.RATE)
        reader = Reader(session, actor.workspace_id, now)
        _require_possible(account, outcome, local_day(reader.settings, now))
        return reader.standing(account)


def record(db: Database, now: datetime, actor: Actor, outcome: Outcome) -> Standing:
    """Store that a customer renewed, expanded or churned on a day. The same event of a day twice is once, and no error.

    FieldError for a day still to come; UserError for an account that has churned already or is no customer.
    """
    with db.write() as session:
        account = permissions.lock(session, now, actor, outcome.account_id)
        reader = Reader(session, actor.workspace_id, now)
        if outcome.kind == account.lifecycle and account.churned_at == _beginning(outcome.on, reader.settings):
            return reader.standing(account)
        _require_possible(account, outcome, local_day(reader.settings, now))
        _store(session, now, actor, account=account, outcome=outcome, settings=reader.settings)
        if outcome.kind == "churned":
            _freeze(session, now, account, reader.settings, outcome)
        elif outcome.renewal_date is not None:
            account.renewal_date = outcome.renewal_date
            asked_already = account.ask_on is None
            plan_next(account, reader.settings, account.cmi_on if account.complete else None, now=now)
            if asked_already:
                account.ask_on = None
        return reader.standing(account)


def reopen(db: Database, now: datetime, actor: Actor, account_id: int, *, mistake: bool) -> Standing:
    """Bring a churned customer back, where its scores put it today, and have it rated again when it is due.

    With `mistake` it never left: the event no longer counts as an outcome; the audit log keeps both entries.
    """
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id)
        reader = Reader(session, actor.workspace_id, now)
        if account.lifecycle != "churned":
            return reader.standing(account)
        noting.on_account(session, now, actor, account.id, action="reopen", after={"mistake": mistake})
        if mistake:
            _forget_churn(session, account)
        account.lifecycle, account.churned_at = "active", None
        plan_next(account, reader.settings, account.cmi_on if account.complete else None, now=now)
        framework = frameworks.of_score(session, reader.settings, account)
        # It begins anew: its stay ended when it left, so no margin holds it; and who reopened it needs no alert.
        before = Before(Placement(None, None, None), account.cmi, account.health)
        change = Change(Cause.OVERRIDE, actor.user, baseline=True)
        placing.place_again(Case(session, now, reader.settings, framework.scale, account, before, change))
        return reader.standing(account)


def _require_possible(account: Account, outcome: Outcome, today: date) -> None:
    if outcome.on > today:
        raise FieldError("on", "This day is still to come. Please record it once it has happened.")
    if account.subject != "customer":
        raise UserError("Only customers renew, expand or churn.")
    require_open(account)


def _store(
    session: Session, now: datetime, actor: Actor, *, account: Account, outcome: Outcome, settings: WorkspaceSettings
) -> None:
    at = _beginning(outcome.on, settings)
    made = insert_once(
        session,
        LifecycleEvent,
        workspace_id=account.workspace_id,
        account_id=account.id,
        kind=outcome.kind,
        cell=_cell_at(session, account, min(now, at + timedelta(days=1))),
        at=at,
        by=actor.user,
        note=outcome.note,
    )
    if made is not None:
        after = {"on": outcome.on.isoformat()}
        noting.on_account(session, now, actor, account.id, action=outcome.kind, after=after, reason=outcome.note)


def _freeze(session: Session, now: datetime, account: Account, settings: WorkspaceSettings, outcome: Outcome) -> None:
    """No prompts, no alert and no stay go on; the scores and the last cell stay as they were."""
    account.lifecycle, account.churned_at = "churned", _beginning(outcome.on, settings)
    account.next_due = account.ask_on = account.event_on = None
    account.revision += 1
    prompts.withdraw(session, now, account)
    framework = frameworks.of_score(session, settings, account)
    change = Change(Cause.OVERRIDE, None)
    placing.end_stay(Case(session, now, settings, framework.scale, account, Before.of(account), change))


def _cell_at(session: Session, account: Account, instant: datetime) -> str | None:
    """The cell in which the account stood at an instant."""
    return session.execute(
        select(PlacementRow.cell)
        .where(
            PlacementRow.account_id == account.id,
            PlacementRow.started_at <= instant,
            or_(PlacementRow.ended_at.is_(None), PlacementRow.ended_at >= instant),
        )
        .order_by(PlacementRow.started_at.desc(), PlacementRow.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _forget_churn(session: Session, account: Account) -> None:
    last = (
        select(func.max(LifecycleEvent.id))
        .where(LifecycleEvent.account_id == account.id, LifecycleEvent.kind == "churned")
        .scalar_subquery()
    )
    session.execute(delete(LifecycleEvent).where(LifecycleEvent.id == last))


def _beginning(day: date, settings: WorkspaceSettings) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.zone))
