"""Recording a health score that somebody typed."""

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from bot.errors import FieldError, UserError
from bot.flows import frameworks, lifecycle, readings, results
from bot.flows.actor import Actor
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import accounts, history, workspaces
from bot.store.database import Database
from bot.views.result import Result
from bot.workspace_settings import WorkspaceSettings
from cmi_core.freshness import is_stale
from cmi_core.movement import Cause


def record(
    db: Database,
    now: datetime,
    actor: Actor,
    account_id: int,
    value: Fraction,
    *,
    submission: str,
    note: str = "",
    source: str = readings.TYPED,
    on: date | None = None,
) -> Result:
    """Store a health score of 0-100 as of now or a day, and whatever movement it causes. One submission counts once.

    One that is past its limit, or earlier than the present one, is history only. UserError for a prospect or a team:
    health is the state of a customer's relation with us; FieldError for a day still to come.
    """
    with db.write() as session:
        account = accounts.lock(session, actor.workspace_id, account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        framework = frameworks.of_score(session, settings, account)
        if history.reading_by_submission(session, actor.workspace_id, submission) is not None:
            return results.after_change(
                session, now, account, framework, by=actor.user, before=None, movement=None, duplicate=True
            )
        lifecycle.require_open(account)
        if account.subject != "customer":
            raise UserError(f"Only customers have a health score, and {account.name} is a {account.subject}.")
        before = Before.of(account)
        as_of = _moment(settings, now, on)
        counts = readings.take(
            session,
            now,
            settings,
            account,
            value,
            as_of=as_of,
            source=source,
            by=actor.user,
            note=note,
            submission=submission,
        )
        change = Change(Cause.HEALTH_READING, actor.user)
        movement = place_again(Case(session, now, settings, framework.scale, account, before, change))
        result = results.after_change(session, now, account, framework, by=actor.user, before=before, movement=movement)
        if not counts:
            result = result.model_copy(update=_history_only(settings, now, as_of, source))
        results.owe_result(session, now, account, submission, result)
        return result


def _history_only(settings: WorkspaceSettings, now: datetime, as_of: datetime, source: str) -> dict[str, object]:
    """What the result says of a reading that moved nothing."""
    why = "old" if is_stale("chs", as_of, now, settings.freshness) else "earlier"
    if settings.counting_source not in (None, source):
        why = "other"
    return {"history_only": why, "limit_days": settings.freshness.chs_days}


def _moment(settings: WorkspaceSettings, now: datetime, on: date | None) -> datetime:
    """The instant for a day: at this time of day, so that the later of two entries for one day is the later one."""
    local = now.astimezone(ZoneInfo(settings.zone))
    if on is None or on == local.date():
        return now
    if on > local.date():
        raise FieldError("on", "This day is still to come. Please choose today or an earlier one.")
    return datetime.combine(on, local.timetz()).astimezone(UTC)
