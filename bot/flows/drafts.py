"""Unfinished surveys: kept from one page to the next, and taken up again when the window was closed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.flows.actor import Actor
from bot.store import history
from bot.store.tables import Account, Draft
from bot.store.upsert import insert_once
from bot.views.survey import Mode, SurveyPage
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework


def open_one(session: Session, now: datetime, account: Account, actor: Actor, mode: Mode) -> Draft | None:
    """This person's unfinished survey of this kind, unless it is too old."""
    draft = history.draft(session, account.id, actor.user)
    if draft is None or draft.expires_at <= now or draft.mode != mode:
        return None
    return draft


def keep(session: Session, now: datetime, actor: Actor, page: SurveyPage, settings: WorkspaceSettings) -> Draft:
    """Add a page's answers to the draft of its survey. NotFound where the survey was saved meanwhile."""
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
            mode=page.meta.mode,
            answers={},
            expires_at=now,
        )
        draft = history.draft(session, account_id, actor.user)
        if draft is None:
            raise NotFound("This survey was saved already. Type `/cmi account` to see the result.")
    elif draft.submission != submission:
        draft.submission, draft.mode, draft.answers, draft.note = submission, page.meta.mode, {}, ""
        draft.typed_health = ""
    draft.answers = {**draft.answers, **page.answers}
    draft.note = page.note or draft.note
    draft.typed_health = page.typed_health or draft.typed_health
    draft.expires_at = now + timedelta(days=settings.draft_days)
    session.flush()
    return draft


def whole(session: Session, account: Account, actor: Actor, page: SurveyPage, framework: Framework) -> SurveyPage:
    """The last page together with those before it, which were kept as a draft.

    A draft that was begun under another framework may hold answers to questions that this one does not ask.
    """
    draft = history.draft(session, account.id, actor.user)
    if draft is None or draft.submission != page.meta.submission:
        return page
    kept = {key: level for key, level in draft.answers.items() if key in framework.criteria_by_id}
    return page.model_copy(update={"answers": {**kept, **page.answers}, "note": page.note or draft.note})
