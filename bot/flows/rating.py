"""Rating an account: opening the survey, turning its pages, and the one transaction that scores it."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import NotFound, UserError
from bot.flows import answers, frameworks, lifecycle, prompts, readings, results
from bot.flows.actor import Actor
from bot.flows.due_dates import plan_next
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import accounts, history, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Draft
from bot.store.upsert import insert_once
from bot.views.result import Result
from bot.views.survey import HealthAsk, SurveyForm, SurveyMeta, SurveyPage
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, RatingError, score
from cmi_core.movement import Cause

_BY_HAND = frozenset({"", readings.TYPED, readings.IMPORTED})


def open_survey(db: Database, now: datetime, actor: Actor, account_id: int) -> SurveyForm:
    """The first page, with last time's answers beside the questions and an unfinished draft taken up again."""
    with db.read() as session:
        account = accounts.get(session, actor.workspace_id, account_id)
        lifecycle.require_open(account)
        draft = history.draft(session, account.id, actor.user)
        if draft is not None and draft.expires_at <= now:
            draft = None
        return _form(session, now, account, draft)


def framework_of(db: Database, actor: Actor, meta: SurveyMeta) -> Framework:
    """The framework version that a page was built with. NotFound where it is gone."""
    with db.read() as session:
        return _framework(session, actor.workspace_id, meta)


def turn_page(db: Database, now: datetime, actor: Actor, page: SurveyPage, to: int) -> SurveyForm:
    """Keep what was answered so far, and give the form of page `to`."""
    with db.write() as session:
        account = accounts.get(session, actor.workspace_id, page.meta.account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        draft = _keep(session, now, actor, page, settings)
        return _form(session, now, account, draft).model_copy(update={"page": to, "resumed": False})


def submit(db: Database, now: datetime, actor: Actor, page: SurveyPage, *, patience: float = 1.5) -> Result:
    """Score the account, place it, and store both with everything that is owed. The same submission twice is once.

    Busy when the account's lock can't be had within `patience` seconds; nothing is stored then.
    """
    with db.write(patience) as session:
        account = accounts.lock(session, actor.workspace_id, page.meta.account_id)
        framework_id, framework = frameworks.for_submission(
            session, actor.workspace_id, _framework(session, actor.workspace_id, page.meta)
        )
        if history.assessment_by_submission(session, actor.workspace_id, page.meta.submission) is not None:
            return results.after_change(
                session, now, account, framework, by=actor.user, before=None, movement=None, duplicate=True
            )
        lifecycle.require_open(account)
        settings = workspaces.settings_of(session, actor.workspace_id)
        before = Before.of(account)
        whole = _whole(session, account, actor, page, framework)
        _store(session, now, account, whole, framework_id=framework_id, framework=framework, rater=actor.user)
        if account.complete:
            plan_next(account, settings, now, now=now)
            prompts.close(session, now, account)
        if page.health is not None:
            readings.take(session, now, settings, account, page.health, as_of=now, source=readings.TYPED, by=actor.user)
        change = Change(Cause.ASSESSMENT, actor.user)
        movement = place_again(Case(session, now, settings, framework.scale, account, before, change))
        history.drop_draft(session, account.id, actor.user)
        result = results.after_change(session, now, account, framework, by=actor.user, before=before, movement=movement)
        results.owe_result(session, now, account, page.meta.submission, result)
        return result


def _store(
    session: Session,
    now: datetime,
    account: Account,
    page: SurveyPage,
    *,
    framework_id: int,
    framework: Framework,
    rater: str,
) -> None:
    """Score the answers, and store them and what the account's CMI is now."""
    try:
        scored = score(framework, page.answers)
    except RatingError as error:
        raise UserError(f"This rating can't be used: {error}. Please open the survey again.") from error
    assessment = Assessment(
        workspace_id=account.workspace_id,
        account_id=account.id,
        framework_id=framework_id,
        submission=page.meta.submission,
        ratings=page.answers,
        note=page.note,
        cmi=scored.cmi,
        categories={key: None if mean is None else str(mean) for key, mean in scored.categories.items()},
        coverage=scored.coverage,
        rater=rater,
        kind="rated",
        source="owner" if rater == account.owner else "colleague",
        created_at=now,
    )
    session.add(assessment)
    session.flush()
    account.cmi, account.cmi_on, account.assessment_id = scored.cmi, now, assessment.id
    account.complete = scored.cmi is not None
    account.framework_id, account.answers = framework_id, answers.pack(framework, page.answers)


def _whole(session: Session, account: Account, actor: Actor, page: SurveyPage, framework: Framework) -> SurveyPage:
    """The last page together with those before it, which were kept as a draft.

    A draft that was begun under another framework may hold answers to questions that this one does not ask.
    """
    draft = history.draft(session, account.id, actor.user)
    if draft is None or draft.submission != page.meta.submission:
        return page
    kept = {key: level for key, level in draft.answers.items() if key in framework.criteria_by_id}
    return page.model_copy(update={"answers": {**kept, **page.answers}, "note": page.note or draft.note})


def _keep(session: Session, now: datetime, actor: Actor, page: SurveyPage, settings: WorkspaceSettings) -> Draft:
    account_id, submission = page.meta.account_id, page.meta.submission
    draft = history.draft(session, account_id, actor.user)
    if draft is None:
        insert_once(
            session,
            Draft,
            workspace_id=actor.workspace_id,
            account_id=account_id,
            rater=actor.user,
            submission=submission,
            answers={},
            expires_at=now,
        )
        draft = history.draft(session, account_id, actor.user)
        if draft is None:
            raise NotFound("This survey was saved already. Type `/cmi account` to see the result.")
    elif draft.submission != submission:
        draft.submission, draft.answers, draft.note = submission, {}, ""
    draft.answers = {**draft.answers, **page.answers}
    draft.note = page.note or draft.note
    draft.typed_health = page.typed_health or draft.typed_health
    draft.expires_at = now + timedelta(days=settings.draft_days)
    session.flush()
    return draft


def _form(session: Session, now: datetime, account: Account, draft: Draft | None) -> SurveyForm:
    settings = workspaces.settings_of(session, account.workspace_id)
    framework = frameworks.for_account(session, settings, account)
    last = next(iter(history.assessments(session, account.id, limit=1)), None)
    health = HealthAsk(value=account.chs, as_of=account.chs_on, source=account.chs_source)
    return SurveyForm(
        submission=draft.submission if draft else secrets.token_urlsafe(16),
        account_id=account.id,
        name=account.name,
        framework=framework,
        answers=draft.answers if draft else {},
        last=dict(last.ratings) if last else {},
        last_on=last.created_at if last else None,
        note=draft.note if draft else "",
        health=health if account.subject == "customer" and account.chs_source in _BY_HAND else None,
        typed_health=draft.typed_health if draft else "",
        resumed=draft is not None,
    )


def _framework(session: Session, workspace_id: int, meta: SurveyMeta) -> Framework:
    framework = workspaces.framework_version(session, workspace_id, meta.framework, meta.version)
    if framework is not None:
        return framework
    current = workspaces.framework_or_built_in(session, workspace_id, meta.framework)
    if current.version != meta.version:
        raise NotFound("The questions have changed since this window was opened. Please open the rating again.")
    return current
