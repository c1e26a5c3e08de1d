"""Recording a health score that somebody typed."""

from datetime import datetime
from fractions import Fraction

from bot.flows import frameworks, lifecycle, readings, results
from bot.flows.actor import Actor
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import accounts, history, workspaces
from bot.store.database import Database
from bot.views.result import Result
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
) -> Result:
    """Store a health score of 0-100 as of now, and whatever movement it causes. The same submission twice is once."""
    with db.write() as session:
        account = accounts.lock(session, actor.workspace_id, account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        framework = frameworks.of_score(session, settings, account)
        if history.reading_by_submission(session, actor.workspace_id, submission) is not None:
            return results.after_change(
                session, now, account, framework, by=actor.user, before=None, movement=None, duplicate=True
            )
        lifecycle.require_open(account)
        before = Before.of(account)
        readings.take(
            session,
            now,
            settings,
            account,
            value,
            as_of=now,
            source=source,
            by=actor.user,
            note=note,
            submission=submission,
        )
        change = Change(Cause.HEALTH_READING, actor.user)
        movement = place_again(Case(session, now, settings, framework.scale, account, before, change))
        result = results.after_change(session, now, account, framework, by=actor.user, before=before, movement=movement)
        results.owe_result(session, now, account, submission, result)
        return result
