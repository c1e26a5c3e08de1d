"""What admins decide about rhythm and limits; a new rhythm gives accounts their new day in the same transaction."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.flows import permissions, settings
from bot.flows.actor import Actor
from bot.flows.due_dates import due_after, plan_again, rule_for
from bot.flows.permissions import Right
from bot.flows.standings import Reader
from bot.store import audit, workspaces
from bot.store import cadence as store
from bot.store.database import Database
from bot.store.tables import Account
from bot.views.cadence_form import CadenceForm, IntervalLine
from bot.views.interval_form import Interval
from bot.views.standing import Standing, every
from bot.workspace_settings import CadenceSettings, IntervalRule, WorkspaceSettings
from cmi_core.cadence import ReminderSchedule
from cmi_core.freshness import FreshnessLimits
from cmi_core.movement import BatchRules

_QUARTER_MONTHS = 3
_PATIENCE_SECONDS = 30.0


def read(db: Database, actor: Actor) -> CadenceForm:
    """What is in force, as a form. NotAllowed for who isn't an admin."""
    with db.read() as session:
        chosen = workspaces.settings_of(session, actor.workspace_id)
        settings.require_admin(chosen, actor)
    cadence, batches = chosen.cadence, chosen.batches
    return CadenceForm(
        mode=cadence.mode,
        rules=tuple(IntervalLine(**rule.model_dump()) for rule in cadence.rules),
        numbers={
            "months": cadence.months,
            "renewal_lead_days": cadence.renewal_lead_days,
            "take_along_days": cadence.take_along_days,
            "ask_every_days": cadence.ask_every_days,
            "most_new": cadence.most_new,
            "snooze_days": cadence.snooze_days,
            "cmi_grace_days": chosen.freshness.cmi_grace_days,
            "chs_days": chosen.freshness.chs_days,
            "quiet_days": chosen.quiet_days,
            "summary_over": batches.summary_over,
            "breaker_over": batches.breaker_over,
            "breaker_percent": round(100 * batches.breaker_share),
        },
        reminders=(cadence.reminders.first, cadence.reminders.second, cadence.reminders.digest),
        hours_from=cadence.hours_from,
        hours_to=cadence.hours_to,
        workdays=cadence.workdays,
    )


def write(db: Database, now: datetime, actor: Actor, form: CadenceForm, *, seen: int | None = None) -> int:
    """Store a form without errors. Gives how many accounts are due on another day.

    It moves no account on the map. Who is being asked about an account goes on being asked. NotAllowed as `read`.
    """
    with db.write(_PATIENCE_SECONDS) as session:
        update = _update(form, workspaces.settings_of(session, actor.workspace_id))
        after = settings.change(session, now, actor, update, seen=seen)
        return replan(session, now, actor.workspace_id, after)


def read_interval(db: Database, now: datetime, actor: Actor, account_id: int) -> Interval:
    """How often an account is rated, and how often without an interval of its own."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        chosen = workspaces.settings_of(session, actor.workspace_id)
        return Interval(
            account_id=account.id, name=account.name, own=account.interval_months, usual=_usual(chosen, account)
        )


def write_interval(db: Database, now: datetime, actor: Actor, interval: Interval) -> Standing:
    """Give an account an interval of its own, or take it away; its due date follows at once."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, interval.account_id)
        reader = Reader(session, actor.workspace_id, now)
        before, account.interval_months = account.interval_months, interval.own
        if before != interval.own:
            if account.next_due is not None:
                plan_again(account, reader.settings, now=now)
            audit.note(
                session,
                actor.workspace_id,
                now,
                actor=actor.user,
                action="interval",
                subject=f"account:{account.id}",
                before={"months": before},
                after={"months": interval.own},
            )
        return reader.standing(account)


def _usual(chosen: WorkspaceSettings, account: Account) -> str:
    months = rule_for(chosen, account.segments)
    if months is None and chosen.cadence.mode == "calendar_quarter":
        return "with each calendar quarter"
    return every(chosen.cadence.months if months is None else months)


def _update(form: CadenceForm, before: WorkspaceSettings) -> dict[str, object]:
    numbers = form.numbers
    first, second, digest = form.reminders
    return {
        "cadence": CadenceSettings(
            months=numbers["months"],
            mode=form.mode,
            renewal_lead_days=numbers["renewal_lead_days"],
            take_along_days=numbers["take_along_days"],
            ask_every_days=numbers["ask_every_days"],
            most_new=numbers["most_new"],
            snooze_days=numbers["snooze_days"],
            rules=tuple(IntervalRule(**rule.model_dump()) for rule in form.rules),
            reminders=ReminderSchedule(first=first, second=second, digest=digest),
            hours_from=form.hours_from,
            hours_to=form.hours_to,
            workdays=form.workdays,
            holidays=before.cadence.holidays,
        ),
        # A CMI stays fresh for the interval plus its grace, so the one follows the other.
        "freshness": FreshnessLimits(
            cmi_months=numbers["months"] if form.mode == "interval" else _QUARTER_MONTHS,
            cmi_grace_days=numbers["cmi_grace_days"],
            chs_days=numbers["chs_days"],
        ),
        "quiet_days": numbers["quiet_days"],
        "batches": BatchRules(
            summary_over=numbers["summary_over"],
            breaker_over=numbers["breaker_over"],
            breaker_share=Fraction(numbers["breaker_percent"], 100),
        ),
    }


def replan(session: Session, now: datetime, workspace_id: int, after: WorkspaceSettings) -> int:
    """Give accounts the day on which they are due by these settings; gives how many are due on another day."""
    days: dict[int, date] = {}
    for account in store.planned(session, workspace_id):
        day = due_after(after, account.rated_at, account, now=now)
        if day != account.next_due:
            days[account.id] = day
    store.replan(session, days)
    return len(days)
