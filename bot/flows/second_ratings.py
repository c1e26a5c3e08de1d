"""Second ratings: a colleague's without sight of the first, or the customer's own. They never count, they compare."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import NotAllowed, NotFound
from bot.flows import assessing, drafts, frameworks, lifecycle, permissions
from bot.flows.actor import Actor
from bot.flows.assessing import Counting, Sheet
from bot.store import history, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Assessment
from bot.views.compare import Answer, Comparison, Rater
from bot.views.survey import Mode, SurveyPage
from cmi_core import Framework, agreement


def check(session: Session, account: Account, actor: Actor, mode: Mode) -> None:
    """Whether this person may give a second rating. NotFound without a first; NotAllowed for who gave that one."""
    last = next(iter(history.assessments(session, account.id, limit=1)), None)
    if last is None:
        raise NotFound("There is no rating yet to compare with. Rate the account first.")
    if mode == "second" and last.rater == actor.user:
        raise NotAllowed("You gave the first rating, so please ask a colleague for a second one.")


def submit(
    db: Database, now: datetime, actor: Actor, page: SurveyPage, framework: Framework, *, patience: float = 1.5
) -> Comparison:
    """Store a second rating and set it beside the one that counts. The same submission twice is once.

    Busy when the account's lock can't be had within `patience` seconds; nothing is stored then.
    """
    customer = page.meta.mode == "customer"
    with db.write(patience) as session:
        account = permissions.lock(session, now, actor, page.meta.account_id)
        kept = history.assessment_by_submission(session, actor.workspace_id, page.meta.submission)
        if kept is None:
            lifecycle.require_open(account)
            check(session, account, actor, page.meta.mode)
            framework_id, framework = frameworks.for_submission(session, actor.workspace_id, framework)
            whole = drafts.whole(session, account, actor, page, framework)
            source = "customer" if customer else assessing.source_of(account, actor.user)
            sheet = Sheet(
                page.meta.submission,
                whole.answers,
                actor.user,
                source=source,
                note=whole.note,
                blind=True,
                category_notes=whole.category_notes,
            )
            settings = workspaces.settings_of(session, actor.workspace_id)
            kept = assessing.keep(Counting(session, now, settings, account, framework), sheet, framework_id)
            history.drop_draft(session, account.id, actor.user)
        return _beside(session, account, kept).model_copy(update={"saved": True})


def compare(db: Database, now: datetime, actor: Actor, account_id: int, assessment_id: int) -> Comparison:
    """A second rating beside the one that counted when it was given. NotFound for anything else."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id)
        second = session.get(Assessment, assessment_id)
        if second is None or second.account_id != account.id or not second.blind:
            raise NotFound("That rating isn't there any more.")
        return _beside(session, account, second)


def latest(session: Session, account: Account) -> tuple[tuple[int, Comparison], ...]:
    """The latest of a colleague's and of the customer's own, each with its id, beside what counted then."""
    found: dict[bool, Assessment] = {}
    for each in history.second_ratings(session, account.id, limit=20):
        found.setdefault(each.source == "customer", each)
    return tuple((each.id, _beside(session, account, each)) for each in found.values())


def rater_of(assessment: Assessment) -> Rater:
    return Rater(user=assessment.rater, on=assessment.created_at, source=assessment.source, cmi=assessment.cmi)


def _beside(session: Session, account: Account, second: Assessment) -> Comparison:
    first = history.counted_by(session, account.id, second.created_at)
    if first is None:
        raise NotFound("The rating to compare with isn't there any more.")
    framework = workspaces.framework_by_id(session, second.framework_id)
    return Comparison(
        account_id=account.id,
        name=account.name,
        first=rater_of(first),
        second=rater_of(second),
        answers=tuple(
            Answer(name=each.name, first=first.ratings.get(each.id), second=second.ratings.get(each.id))
            for each in framework.criteria
        ),
        agreement=agreement(first.ratings, second.ratings),
    )
