"""Rating an account: opening the survey, turning its pages, and the one transaction that scores it."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from bot.flows import (
    assessing,
    correcting,
    drafts,
    frameworks,
    health,
    lifecycle,
    permissions,
    readings,
    renewing,
    results,
    second_ratings,
)
from bot.flows.actor import Actor
from bot.flows.assessing import Counting, Sheet
from bot.flows.permissions import Right
from bot.flows.placing import Before, Case, place_again
from bot.store import history, workspaces
from bot.store.database import Database
from bot.store.tables import Account, Draft
from bot.views.result import Result
from bot.views.survey import HealthAsk, Mode, SurveyForm, SurveyMeta, SurveyPage
from cmi_core import Framework

_BY_HAND = frozenset({"", readings.TYPED, readings.RATED, readings.IMPORTED})
_LOOK_BACK = 40


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
        draft = drafts.open_one(session, now, account, actor, mode)
        return _form(session, account, mode, draft)


def framework_of(db: Database, actor: Actor, meta: SurveyMeta) -> Framework:
    """The framework version that a page was built with. NotFound where it is gone."""
    with db.read() as session:
        return frameworks.asked_in(session, actor.workspace_id, meta)


def turn_page(db: Database, now: datetime, actor: Actor, page: SurveyPage, to: int) -> SurveyForm:
    """Keep what was answered so far, and give the form of page `to`."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, page.meta.account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        draft = drafts.keep(session, now, actor, page, settings)
        return _form(session, account, page.meta.mode, draft).model_copy(update={"page": to, "resumed": False})


def submit(db: Database, now: datetime, actor: Actor, page: SurveyPage, *, patience: float = 1.5) -> Result:
    """Score the account, place it, and store both with everything that is owed. The same submission twice is once.

    Busy when the account's lock can't be had within `patience` seconds; nothing is stored then.
    """
    with db.write(patience) as session:
        account = permissions.lock(session, now, actor, page.meta.account_id)
        framework_id, framework = frameworks.for_submission(
            session, actor.workspace_id, frameworks.asked_in(session, actor.workspace_id, page.meta)
        )
        if history.assessment_by_submission(session, actor.workspace_id, page.meta.submission) is not None:
            return results.after_change(
                session, now, account, framework, by=actor.user, before=None, movement=None, duplicate=True
            )
        lifecycle.require_open(account)
        settings = workspaces.settings_of(session, actor.workspace_id)
        before = Before.of(account)
        whole = drafts.whole(session, account, actor, page, framework)
        corrected = correcting.own_last(session, account, actor) if page.meta.mode == "correction" else None
        counting = Counting(session, now, settings, account, framework)
        kept = assessing.keep(counting, _sheet(account, actor, whole), framework_id)
        change = correcting.count(counting, kept, corrected) if corrected else assessing.count(counting, kept)
        if page.health is not None:
            readings.take(session, now, settings, account, page.health, as_of=now, source=readings.TYPED, by=actor.user)
        movement = place_again(Case(session, now, settings, framework.scale, account, before, change))
        history.drop_draft(session, account.id, actor.user)
        result = results.after_change(session, now, account, framework, by=actor.user, before=before, movement=movement)
        results.owe_result(session, now, account, page.meta.submission, result)
        return result


def _sheet(account: Account, actor: Actor, page: SurveyPage) -> Sheet:
    return Sheet(
        submission=page.meta.submission,
        ratings=page.answers,
        rater=actor.user,
        source=assessing.source_of(account, actor.user),
        note=page.note,
        kind="corrected" if page.meta.mode == "correction" else "rated",
    )


def _form(session: Session, account: Account, mode: Mode, draft: Draft | None) -> SurveyForm:
    settings = workspaces.settings_of(session, account.workspace_id)
    if mode == "health":
        framework = frameworks.for_health(session, settings, account.workspace_id)
        seen, seen_on = _last_health(session, account)
    else:
        framework = frameworks.for_account(session, settings, account)
        seen, seen_on = _last_rating(session, account) if mode in ("rating", "correction") else ({}, None)
    answers = dict(draft.answers) if draft else {}
    if mode == "correction":
        same = {key: level for key, level in seen.items() if key in framework.criteria_by_id}
        answers = {**same, **answers}
    ask = HealthAsk(value=account.chs, as_of=account.chs_on, source=account.chs_source)
    by_hand = account.subject == "customer" and account.chs_source in _BY_HAND
    return SurveyForm(
        submission=draft.submission if draft else secrets.token_urlsafe(16),
        account_id=account.id,
        name=account.name,
        framework=framework,
        mode=mode,
        answers=answers,
        last=seen,
        last_on=seen_on,
        renewable=renewing.offered(session, account, framework) if mode == "rating" and draft is None else None,
        note=draft.note if draft else "",
        health=ask if by_hand and mode == "rating" else None,
        typed_health=draft.typed_health if draft else "",
        resumed=draft is not None,
    )


def _last_rating(session: Session, account: Account) -> tuple[dict[str, int | None], datetime | None]:
    last = next(iter(history.assessments(session, account.id, limit=1)), None)
    return (dict(last.ratings), last.created_at) if last else ({}, None)


def _last_health(session: Session, account: Account) -> tuple[dict[str, int | None], datetime | None]:
    latest = history.readings(session, account.id, limit=_LOOK_BACK)
    last = next((each for each in latest if each.components), None)
    return (dict(last.components["ratings"]), last.as_of) if last else ({}, None)
