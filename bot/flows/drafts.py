"""Unfinished surveys: kept from one page to the next, and taken up again when the window was closed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import NotFound, UserError
from bot.flows.actor import Actor
from bot.store import history
from bot.store.submitting import KeptPages
from bot.store.tables import Account, Draft
from bot.store.upsert import insert_once
from bot.views.survey import Mode, SurveyPage, pages
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework


def open_one(session: Session, now: datetime, account: Account, actor: Actor, mode: Mode) -> Draft | None:
    """This person's unfinished survey of this kind, unless it is too old."""
    draft = history.draft(session, account.id, actor.user)
    if draft is None or draft.expires_at <= now or draft.mode != mode:
        return None
    return draft


def resume_at(draft: Draft, began_with: Framework | None, framework: Framework) -> int:
    """The page to go on with: that on which it was left, or the first where the questions are others by now."""
    if began_with is None or not began_with.asks_the_same_as(framework):
        return 0
    for number, page in enumerate(pages(framework)[: draft.page]):
        if any(criterion.id not in draft.answers for _, criteria in page for criterion in criteria):
            return number
    return min(draft.page, len(pages(framework)) - 1)


def keep(
    session: Session, now: datetime, actor: Actor, page: SurveyPage, settings: WorkspaceSettings, *, at: int
) -> Draft:
    """Add what a page gave to the draft of its survey, left on page `at`. NotFound where it was saved meanwhile.

    Windows that were opened side by side share the draft: of two answers to one question the later counts. The
    caller holds the account's lock, so that no draft is left behind by a page that arrives while its survey is saved;
    where it can't be had, saving the survey after all takes the draft away (`drop`).
    """
    account_id, submission = page.meta.account_id, page.meta.submission
    saved = NotFound("This survey was saved already. To rate again, close it and type /cmi score.")
    stored = (history.assessment_by_submission, history.reading_by_submission)
    if any(find(session, actor.workspace_id, submission) is not None for find in stored):
        raise saved
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
            raise saved
    if draft.expires_at <= now or draft.mode != page.meta.mode:
        draft.mode, draft.answers, draft.note, draft.typed_health = page.meta.mode, {}, "", ""
        draft.category_notes = {}
    draft.submission, draft.page = submission, at
    draft.framework = f"{page.meta.framework}@{page.meta.version}"
    draft.answers = {**draft.answers, **page.answers}
    draft.category_notes = {**draft.category_notes, **page.category_notes}
    draft.note = page.note or draft.note
    draft.typed_health = page.typed_health or draft.typed_health
    draft.expires_at = now + timedelta(days=settings.draft_days)
    session.flush()
    return draft


def drop(session: Session, account_id: int, actor: Actor, submission: str) -> None:
    """Take away the draft of a survey that was saved; one that was begun since stays."""
    draft = history.draft(session, account_id, actor.user)
    if draft is not None and draft.submission == submission:
        history.drop_draft(session, account_id, actor.user)


def whole(session: Session, account: Account, actor: Actor, page: SurveyPage, framework: Framework) -> SurveyPage:
    """The last page together with those before it, which were kept as a draft. UserError where they are gone."""
    draft = history.draft(session, account.id, actor.user)
    return together(KeptPages(draft.mode, draft.answers, draft.category_notes) if draft else None, page, framework)


def together(draft: KeptPages | None, page: SurveyPage, framework: Framework) -> SurveyPage:
    """The same with the draft at hand.

    A draft that was begun under another framework may hold answers to questions that this one does not ask. An
    answer that is missing must not count as "not known", for which the survey has a choice of its own.
    """
    answers, notes = page.answers, page.category_notes
    if draft is not None and draft.mode == page.meta.mode:
        kept = {key: level for key, level in draft.answers.items() if key in framework.criteria_by_id}
        answers, notes = {**kept, **answers}, {**draft.category_notes, **notes}
    for before in pages(framework)[: page.meta.page]:
        if any(criterion.id not in answers for _, criteria in before for criterion in criteria):
            raise UserError(
                "Your answers on the page before are gone: this rating was saved or changed in another window. "
                "Please press Back and choose them again."
            )
    notes = {key: note for key, note in notes.items() if note}
    return page.model_copy(update={"answers": answers, "category_notes": notes})
