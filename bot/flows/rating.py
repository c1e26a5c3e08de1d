"""Rating an account: opening the survey, turning its pages, and the one transaction that scores it."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import Busy, UserError
from bot.flows import (
    assessing,
    correcting,
    drafts,
    frameworks,
    health,
    lifecycle,
    next_due,
    permissions,
    readings,
    results,
    second_ratings,
    surveys,
)
from bot.flows.actor import Actor
from bot.flows.assessing import Counting, Sheet
from bot.flows.permissions import Right
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import history, submitting, workspaces
from bot.store.database import Database
from bot.store.submitting import AtHand, LastRating
from bot.store.tables import Account, Assessment
from bot.views.result import Meanwhile, Result
from bot.views.survey import Mode, SurveyForm, SurveyMeta, SurveyPage
from cmi_core import Framework

# Twice of it, and the answer to Slack, fit into the three seconds that Slack gives.
_PAGE_PATIENCE = 0.8


def open_survey(db: Database, now: datetime, actor: Actor, account_id: int, mode: Mode = "rating") -> SurveyForm:
    """The first page, with last time's answers beside the questions and an unfinished draft taken up again."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        lifecycle.require_open(account)
        if mode == "correction":
            correcting.own_last(session, account, actor)
        elif mode == "health":
            health.check(account)
        elif mode != "rating":
            second_ratings.check(session, account, actor, mode)
        return surveys.first(session, account, mode, drafts.open_one(session, now, account, actor, mode))


def framework_of(db: Database, actor: Actor, meta: SurveyMeta) -> Framework:
    """The framework version that a page was built with. NotFound where it is gone."""
    with db.read() as session:
        return frameworks.asked_in(session, actor.workspace_id, meta)


def turn_page(db: Database, now: datetime, actor: Actor, page: SurveyPage, to: int) -> SurveyForm:
    """Keep what was answered so far, and give the form of page `to`."""

    def turned(account: Account, session: Session) -> SurveyForm:
        settings = workspaces.settings_of(session, actor.workspace_id)
        draft = drafts.keep(session, now, actor, page, settings, at=to)
        return surveys.turned(session, account, page.meta, draft, to)

    try:
        with db.write(_PAGE_PATIENCE) as session:
            return turned(permissions.lock(session, now, actor, page.meta.account_id), session)
    except Busy:
        with db.write(_PAGE_PATIENCE) as session:
            return turned(permissions.get(session, now, actor, page.meta.account_id, Right.RATE), session)


def keep(db: Database, now: datetime, actor: Actor, page: SurveyPage, *, busy: bool = False) -> None:
    """Keep what a page gave although it can't be saved as a rating, as far as its survey is still open.

    While the account is `busy` it is kept without its lock: should the process end before it is saved after all, the
    survey opens with it. On SQLite, where one writer locks out all others, it may have to be left.
    """
    take = permissions.get if busy else permissions.lock
    with suppress(UserError), db.write(_PAGE_PATIENCE) as session:
        take(session, now, actor, page.meta.account_id, Right.SEE)
        drafts.keep(session, now, actor, page, workspaces.settings_of(session, actor.workspace_id), at=page.meta.page)


def open_again(db: Database, now: datetime, actor: Actor, page: SurveyPage, trouble: str) -> SurveyForm:
    """The page with all that was chosen and typed on it, after saving it was in vain."""
    with db.read() as session:
        account = permissions.get(session, now, actor, page.meta.account_id, Right.RATE)
        draft = drafts.open_one(session, now, account, actor, page.meta.mode)
        return surveys.again(session, account, page, draft, trouble)


def submit(db: Database, now: datetime, actor: Actor, page: SurveyPage, *, patience: float = 1.5) -> Result:
    """Score the account, place it, and store both with everything that is owed. The same submission twice is once.

    Busy when the account's lock can't be had within `patience` seconds; nothing is stored then.
    """
    with db.write(patience) as session:
        account = permissions.lock(session, now, actor, page.meta.account_id)
        at_hand = _look(session, actor, page.meta)
        framework_id, framework = frameworks.for_submission(
            session, actor.workspace_id, frameworks.asked_in(session, actor.workspace_id, page.meta)
        )
        if at_hand.saved:
            drafts.drop(session, account.id, actor, page.meta.submission)
            return results.after_change(
                session, now, account, framework, by=actor.user, before=None, movement=None, duplicate=True
            )
        lifecycle.require_open(account)
        settings = workspaces.settings_of(session, actor.workspace_id)
        before = Before.of(account)
        whole = drafts.together(at_hand.draft, page, framework)
        corrected = correcting.own_last(session, account, actor) if page.meta.mode == "correction" else None
        meanwhile = _meanwhile(at_hand.last, actor, page.meta, corrected)
        counting = Counting(session, now, settings, account, framework)
        kept = assessing.keep(counting, _sheet(account, actor, whole), framework_id)
        change = _count(counting, kept, corrected, at_hand)
        if page.health is not None:
            readings.take(session, now, settings, account, page.health, as_of=now, source=readings.TYPED, by=actor.user)
        case = Case(session, now, settings, framework.scale, account, before, change, alerting=at_hand.alerting)
        movement = place_again(case)
        history.drop_draft(session, account.id, actor.user)
        result = results.after_change(
            session,
            now,
            account,
            framework,
            by=actor.user,
            before=before,
            movement=movement,
            rated=(kept, at_hand.last),
        ).model_copy(update={"meanwhile": meanwhile})
        results.owe_result(session, now, account, page.meta.submission, result)
        return result.model_copy(update={"next": next_due.after(session, now, settings, actor, account)})


def _look(session: Session, actor: Actor, meta: SurveyMeta) -> AtHand:
    return submitting.look(
        session,
        actor.workspace_id,
        meta.account_id,
        rater=actor.user,
        submission=meta.submission,
        framework=meta.framework,
    )


def _count(counting: Counting, kept: Assessment, corrected: Assessment | None, at_hand: AtHand) -> Change:
    if corrected is not None:
        return correcting.count(counting, kept, corrected)
    return assessing.count(counting, kept, asked=at_hand.asked)


def _meanwhile(
    last: LastRating | None, actor: Actor, meta: SurveyMeta, corrected: Assessment | None
) -> Meanwhile | None:
    """Somebody else's rating, the `last` so far, where it came between this survey's first page and last.

    UserError for a correction where the person has rated again since: it would correct what they didn't look at.
    """
    if last is None or meta.seen is None or last.id == meta.seen:
        return None
    if corrected is not None:
        raise UserError("You have rated this account again since. Please close this window and press Correct again.")
    return None if last.rater == actor.user else Meanwhile(by=last.rater, on=last.created_at, cmi=last.cmi)


def _sheet(account: Account, actor: Actor, page: SurveyPage) -> Sheet:
    return Sheet(
        submission=page.meta.submission,
        ratings=page.answers,
        rater=actor.user,
        source=assessing.source_of(account, actor.user),
        note=page.note,
        kind="corrected" if page.meta.mode == "correction" else "rated",
        category_notes=page.category_notes,
        evidence_upto=page.meta.evidence_upto,
    )
