"""What a survey's window shows: the questions, last time's answers, an unfinished draft, what was attached."""

import secrets
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.flows import drafts, evidence, frameworks, readings, renewing
from bot.store import evidence as attached
from bot.store import history, workspaces
from bot.store.tables import Account, Draft
from bot.views.survey import Mode, SurveyForm, SurveyMeta, SurveyPage
from bot.views.survey_parts import HealthAsk, LastTime
from cmi_core import Framework

_BY_HAND = frozenset({"", readings.TYPED, readings.RATED, readings.IMPORTED})
_LOOK_BACK = 40


def first(session: Session, account: Account, mode: Mode, draft: Draft | None) -> SurveyForm:
    """The window as it opens: on the first page, or where the draft was left."""
    framework = _framework(session, account, mode)
    form = _form(session, account, mode, framework, draft)
    if draft is None:
        offered = renewing.offered(session, account, framework) if mode == "rating" else None
        return form.model_copy(update={"renewable": offered})
    began_with = _began_with(session, account.workspace_id, draft)
    same = began_with is None or began_with.asks_the_same_as(framework)
    page = drafts.resume_at(draft, began_with, framework)
    return form.model_copy(update={"page": page, "resumed": "same" if same else "changed"})


def turned(session: Session, account: Account, meta: SurveyMeta, draft: Draft, to: int) -> SurveyForm:
    """The window on another page. A survey ends with the questions that it began with, whatever was published since."""
    framework = asked_or_newer(session, account.workspace_id, meta)
    form = _form(session, account, meta.mode, framework, draft)
    return form.model_copy(update={"page": to, "seen": meta.seen, "evidence_upto": meta.evidence_upto})


def again(session: Session, account: Account, page: SurveyPage, draft: Draft | None, trouble: str) -> SurveyForm:
    """The window as the person left it, with all that they chose and typed, and why it is here again."""
    meta = page.meta
    form = _form(session, account, meta.mode, asked_or_newer(session, account.workspace_id, meta), draft)
    typed = {
        "submission": meta.submission,
        "page": meta.page,
        "answers": {**form.answers, **page.answers},
        "category_notes": {**form.category_notes, **page.category_notes},
        "note": page.note or form.note,
        "typed_health": page.typed_health or form.typed_health,
        "seen": meta.seen,
        "evidence_upto": meta.evidence_upto,
        "trouble": trouble,
    }
    return form.model_copy(update=typed)


def asked_or_newer(session: Session, workspace_id: int, meta: SurveyMeta) -> Framework:
    """The version in force where it asks the same as the one that a survey began with, else that one."""
    asked = frameworks.asked_in(session, workspace_id, meta)
    current = workspaces.framework_or_built_in(session, workspace_id, asked.id)
    return current if current.asks_the_same_as(asked) else asked


def _framework(session: Session, account: Account, mode: Mode) -> Framework:
    settings = workspaces.settings_of(session, account.workspace_id)
    if mode == "health":
        return frameworks.for_health(session, settings, account.workspace_id)
    return frameworks.for_account(session, settings, account)


def _began_with(session: Session, workspace_id: int, draft: Draft) -> Framework | None:
    """None where the draft doesn't say, or the version was never used."""
    name, _, version = draft.framework.partition("@")
    return workspaces.framework_version(session, workspace_id, name, int(version)) if version.isdigit() else None


def _form(session: Session, account: Account, mode: Mode, framework: Framework, draft: Draft | None) -> SurveyForm:
    last = _last_time(session, account, mode, framework)
    answers = dict(draft.answers) if draft else {}
    if mode == "correction":
        answers = {**last.ratings, **answers}
    ask = HealthAsk(value=account.chs, as_of=account.chs_on, source=account.chs_source)
    by_hand = account.subject == "customer" and account.chs_source in _BY_HAND
    waiting = [] if mode == "health" else attached.waiting(session, account.id)
    newest = next(iter(history.assessments(session, account.id, limit=1)), None)
    return SurveyForm(
        submission=draft.submission if draft else secrets.token_urlsafe(16),
        account_id=account.id,
        name=account.name,
        framework=framework,
        mode=mode,
        answers={key: level for key, level in answers.items() if key in framework.criteria_by_id},
        last=last,
        note=draft.note if draft else "",
        category_notes=_notes(draft, last, mode),
        health=ask if by_hand and mode == "rating" else None,
        typed_health=draft.typed_health if draft else "",
        evidence=evidence.shown(waiting),
        seen=newest.id if newest else 0,
        evidence_upto=max((each.id for each in waiting), default=0),
    )


def _notes(draft: Draft | None, last: LastTime, mode: Mode) -> dict[str, str]:
    """A correction begins with the notes of what it corrects."""
    kept = dict(draft.category_notes) if draft else {}
    return {**last.notes, **kept} if mode == "correction" else kept


def _last_time(session: Session, account: Account, mode: Mode, framework: Framework) -> LastTime:
    """Nothing for second ratings, which are given without sight of the first."""
    if mode == "health":
        return _last_health(session, account)
    latest = history.assessments(session, account.id, limit=2)
    if not latest or mode not in ("rating", "correction"):
        return LastTime()
    last = latest[0]
    # “Nothing changed” is said without a word, so those of the time before still hold.
    words = latest[-1] if last.kind == "renewed" else last
    said = LastTime(note=words.note, by=words.rater, on=last.created_at)
    used = workspaces.framework_by_id(session, last.framework_id)
    if used.scale != framework.scale:
        return said
    ratings = {key: level for key, level in last.ratings.items() if key in framework.criteria_by_id}
    scores = {key: None if mean is None else Fraction(mean) for key, mean in last.categories.items()}
    same = used.id == framework.id
    return said.model_copy(
        update={
            "ratings": ratings,
            "scores": scores if same else {},
            "notes": dict(words.category_notes) if same else {},
        }
    )


def _last_health(session: Session, account: Account) -> LastTime:
    latest = history.readings(session, account.id, limit=_LOOK_BACK)
    last = next((each for each in latest if each.components), None)
    return (
        LastTime(ratings=last.components["ratings"], on=last.as_of, note=last.note, by=last.by) if last else LastTime()
    )
