"""Correcting one's own last rating: it stays in the history, and the account is placed as if it had never counted."""

from sqlalchemy.orm import Session

from bot.errors import NotAllowed, NotFound
from bot.flows import assessing, prompts
from bot.flows.actor import Actor
from bot.flows.assessing import Counting
from bot.flows.due_dates import plan_next
from bot.flows.placing import Change
from bot.flows.standings import placement_of
from bot.store import audit, history
from bot.store.tables import Account, Assessment
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


def count(counting: Counting, kept: Assessment, corrected: Assessment) -> Change:
    """Let a correction count in the place, and from the day, of what it corrects: it is no new look.

    It is judged from the CMI band before that, and today's health band.
    """
    account, original = counting.account, _original_of(counting.session, corrected)
    assessing.rest_on(account, kept, counting.framework, as_of=original.created_at)
    _replan(counting, original, was_complete=corrected.cmi is not None)
    _note(counting, corrected, kept)
    stay = history.placement_before(counting.session, account.id, original.created_at)
    now = placement_of(account)
    cmi_band = Band(stay.cmi_band) if stay and stay.cell and stay.cmi_band else None
    return Change(Cause.CORRECTION, kept.rater, judged_from=Placement(now.cell, cmi_band, now.chs_band))


def _original_of(session: Session, corrected: Assessment) -> Assessment:
    """The rating behind a chain of corrections."""
    latest = history.assessments(session, corrected.account_id, limit=_LOOK_BACK)
    return next((each for each in latest if each.id <= corrected.id and each.kind != "corrected"), corrected)


def _replan(counting: Counting, original: Assessment, *, was_complete: bool) -> None:
    """The due date moves only where the account became, or is no longer, completely rated."""
    session, now, account = counting.session, counting.now, counting.account
    if account.complete == was_complete:
        return
    if account.complete:
        plan_next(account, counting.settings, original.created_at, now=now)
        prompts.close(session, now, account)
        return
    earlier = (
        each.created_at
        for each in history.assessments(session, account.id, limit=_LOOK_BACK)
        if each.id < original.id and each.cmi is not None
    )
    asked_already = account.next_due is not None and account.ask_on is None
    plan_next(account, counting.settings, next(earlier, None), now=now)
    if asked_already:
        account.ask_on = None


def _note(counting: Counting, before: Assessment, after: Assessment) -> None:
    """The audit entry: which answers were corrected, and why."""
    changed = [key for key in {**before.ratings, **after.ratings} if before.ratings.get(key) != after.ratings.get(key)]
    audit.note(
        counting.session,
        counting.account.workspace_id,
        counting.now,
        actor=after.rater,
        action="correct",
        subject=f"assessment:{before.id}",
        before={key: before.ratings.get(key) for key in changed},
        after={key: after.ratings.get(key) for key in changed},
        reason=after.note,
    )
