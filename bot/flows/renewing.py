"""“Nothing changed”: the last ratings once more, in one click."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.flows import assessing, frameworks, lifecycle, next_due, permissions, results
from bot.flows.actor import Actor
from bot.flows.assessing import Counting, Sheet
from bot.flows.placing import Before, Case, place_again
from bot.flows.standings import Reader
from bot.store import history, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Assessment
from bot.views.result import Result
from cmi_core import Framework
from cmi_core.movement import Cause


def offered(session: Session, account: Account, framework: Framework) -> int | None:
    """The assessment that may be renewed now, given the framework of the account's next rating; None where none may."""
    last = next(iter(history.assessments(session, account.id, limit=1)), None)
    return last.id if last is not None and not _refusal(session, last, framework) else None


def offered_among(session: Session, reader: Reader, rows: Sequence[Account]) -> dict[int, int]:
    """The same for many accounts with one query: the assessment by the account's id, where it may be renewed."""
    rested_on = {
        row.assessment_id: row.id
        for row in rows
        if row.assessment_id is not None
        and row.complete
        and not frameworks.is_older(reader.framework_of(row), reader.next_framework_of(row))
    }
    return {rested_on[each]: each for each in history.not_renewed(session, list(rested_on))}


def renew(db: Database, now: datetime, actor: Actor, account_id: int, assessment_id: int) -> Result:
    """Store the ratings of that assessment again, as a renewal. A second click changes nothing.

    UserError where it isn't the last one any more, or was a renewal already: that must not become a rubber stamp.
    """
    submission = f"renewal:{assessment_id}"
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        name = frameworks.name_for(settings, account.subject, account.segments)
        framework_id, framework = workspaces.framework_in_force(session, actor.workspace_id, name)
        last = next(iter(history.assessments(session, account.id, limit=1)), None)
        if history.assessment_by_submission(session, actor.workspace_id, submission) is not None:
            return results.after_change(
                session, now, account, framework, by=actor.user, before=None, movement=None, duplicate=True
            )
        lifecycle.require_open(account)
        if last is None or last.id != assessment_id:
            raise UserError("This account has been rated since, so there is nothing left to confirm.")
        refusal = _refusal(session, last, framework)
        if refusal:
            raise UserError(refusal)
        before = Before.of(account)
        counting = Counting(session, now, settings, account, framework)
        source = assessing.source_of(account, actor.user)
        sheet = Sheet(submission, last.ratings, actor.user, source, kind="renewed")
        change = assessing.count(counting, assessing.keep(counting, sheet, framework_id), Cause.RENEWAL)
        movement = place_again(Case(session, now, settings, framework.scale, account, before, change))
        history.drop_draft(session, account.id, actor.user)
        result = results.after_change(session, now, account, framework, by=actor.user, before=before, movement=movement)
        results.owe_result(session, now, account, submission, result)
        return result.model_copy(update={"next": next_due.after(session, now, settings, actor, account)})


def _refusal(session: Session, last: Assessment, framework: Framework) -> str:
    if last.kind == "renewed":
        return "“Nothing changed” was the answer last time already. Please go through the questions this time."
    if last.cmi is None:
        return "The last rating was incomplete, so it can't be confirmed. Please rate the account."
    if frameworks.is_older(workspaces.framework_by_id(session, last.framework_id), framework):
        return "The questions have changed since the last rating. Please rate the account."
    return ""
