"""Correcting one's own last rating: it stays in the history, and the account is placed as if it had never counted."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import NotAllowed, NotFound
from bot.flows import prompts
from bot.flows.actor import Actor
from bot.flows.due_dates import plan_next
from bot.flows.placing import Change
from bot.flows.standings import placement_of
from bot.store import audit, history
from bot.store.tables import Account, Assessment
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cells import Band
from cmi_core.matrix import Placement
from cmi_core.movement import Cause

_LOOK_BACK = 40


def own_last(session: Session, account: Account, actor: Actor) -> Assessment:
    """The rating that this person may correct. NotFound where there is none, NotAllowed where it is somebody else's."""
    last = next(iter(history.assessments(session, account.id, limit=1)), None)
    if last is None:
        raise NotFound("There is no rating to correct yet. Rate the account first.")
    if last.rater != actor.user:
        raise NotAllowed(f"The last rating is by <@{last.rater}>, who alone can correct it. You can rate it again.")
    return last


def original_of(session: Session, last: Assessment) -> Assessment:
    """The assessment whose day and place in time a correction of `last` takes: corrections of corrections have one."""
    latest = history.assessments(session, last.account_id, limit=_LOOK_BACK)
    return next((each for each in latest if each.id <= last.id and each.kind != "corrected"), last)


def change(session: Session, account: Account, by: str, original: Assessment) -> Change:
    """A correction is judged from the CMI band before the assessment that it corrects, and today's health band."""
    stay = history.placement_before(session, account.id, original.created_at)
    now = placement_of(account)
    cmi_band = Band(stay.cmi_band) if stay and stay.cell and stay.cmi_band else None
    return Change(Cause.CORRECTION, by, judged_from=Placement(now.cell, cmi_band, now.chs_band))


def replan(
    session: Session,
    now: datetime,
    settings: WorkspaceSettings,
    account: Account,
    original: Assessment,
    *,
    was_complete: bool,
) -> None:
    """The due date after a correction: it counts from the day of the original, a correction is no new look."""
    if account.complete == was_complete:
        return
    if account.complete:
        plan_next(account, settings, original.created_at, now=now)
        prompts.close(session, now, account)
        return
    earlier = (
        each.created_at
        for each in history.assessments(session, account.id, limit=_LOOK_BACK)
        if each.id < original.id and each.cmi is not None
    )
    asked_already = account.next_due is not None and account.ask_on is None
    plan_next(account, settings, next(earlier, None), now=now)
    if asked_already:
        account.ask_on = None


def note(session: Session, now: datetime, account: Account, before: Assessment, after: Assessment) -> None:
    """The audit entry: which answers were corrected, and why."""
    changed = [key for key in {**before.ratings, **after.ratings} if before.ratings.get(key) != after.ratings.get(key)]
    audit.note(
        session,
        account.workspace_id,
        now,
        actor=after.rater,
        action="correct",
        subject=f"assessment:{before.id}",
        before={key: before.ratings.get(key) for key in changed},
        after={key: after.ratings.get(key) for key in changed},
        reason=after.note,
    )
