"""Recording a health score that somebody gave: as a number, or by answering a health framework's questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import FieldError, UserError
from bot.flows import drafts, frameworks, lifecycle, permissions, readings, results
from bot.flows.actor import Actor
from bot.flows.placing import Before, Case, Change, place_again
from bot.store import history, workspaces
from bot.store.database import Database
from bot.store.tables import Account
from bot.views.result import Result
from bot.views.survey import SurveyPage
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, from_rating, score
from cmi_core.display import whole
from cmi_core.freshness import is_stale
from cmi_core.movement import Cause


@dataclass(frozen=True)
class Entered:
    """A health score of 0-100 that a person gave, as of an instant; ``components`` says what it was made of."""

    value: Fraction
    as_of: datetime
    submission: str
    source: str
    note: str = ""
    components: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Entering:
    """A locked account whose health somebody gives, and the framework that its CMI stands on."""

    session: Session
    now: datetime
    actor: Actor
    settings: WorkspaceSettings
    account: Account
    framework: Framework

    @classmethod
    def of(cls, session: Session, now: datetime, actor: Actor, account_id: int) -> "_Entering":
        account = permissions.lock(session, now, actor, account_id)
        settings = workspaces.settings_of(session, actor.workspace_id)
        return cls(session, now, actor, settings, account, frameworks.of_score(session, settings, account))


def record(
    db: Database,
    now: datetime,
    actor: Actor,
    account_id: int,
    value: Fraction,
    *,
    submission: str,
    note: str = "",
    source: str = readings.TYPED,
    on: date | None = None,
) -> Result:
    """Store a health score of 0-100 as of now or a day, and whatever movement it causes. One submission counts once.

    One that is past its limit, or earlier than the present one, is history only. UserError for a prospect or a team:
    health is the state of a customer's relation with us; FieldError for a day still to come.
    """
    with db.write() as session:
        case = _Entering.of(session, now, actor, account_id)
        saved = _saved_before(case, submission)
        if saved is not None:
            return saved
        check(case.account)
        return _enter(case, Entered(value, _moment(case.settings, now, on), submission, source, note))


def rate(db: Database, now: datetime, actor: Actor, page: SurveyPage, *, patience: float = 1.5) -> Result:
    """The same for the answers to a health framework's questions. UserError where too few are known."""
    with db.write(patience) as session:
        case = _Entering.of(session, now, actor, page.meta.account_id)
        saved = _saved_before(case, page.meta.submission)
        if saved is not None:
            return saved
        check(case.account)
        framework = frameworks.asked_in(session, actor.workspace_id, page.meta)
        answers = drafts.whole(session, case.account, actor, page, framework).answers
        value = from_rating(framework, score(framework, answers))
        if value is None:
            needed = whole(100 * framework.minimum_coverage)
            raise UserError(f"Too little is known for a health score: it needs {needed} % of the questions answered.")
        components = {"framework": framework.id, "version": framework.version, "ratings": dict(answers)}
        history.drop_draft(session, case.account.id, actor.user)
        return _enter(case, Entered(value, now, page.meta.submission, readings.RATED, page.note, components))


def check(account: Account) -> None:
    """UserError for what has no health: a prospect, a team, and a customer that has churned."""
    lifecycle.require_open(account)
    if account.subject != "customer":
        raise UserError(f"Only customers have a health score, and {account.name} is a {account.subject}.")


def _saved_before(case: _Entering, submission: str) -> Result | None:
    if history.reading_by_submission(case.session, case.actor.workspace_id, submission) is None:
        return None
    by = case.actor.user
    return results.after_change(
        case.session, case.now, case.account, case.framework, by=by, before=None, movement=None, duplicate=True
    )


def _enter(case: _Entering, entered: Entered) -> Result:
    session, now, account, by = case.session, case.now, case.account, case.actor.user
    before = Before.of(account)
    counts = readings.take(
        session,
        now,
        case.settings,
        account,
        entered.value,
        as_of=entered.as_of,
        source=entered.source,
        by=by,
        note=entered.note,
        submission=entered.submission,
        components=entered.components,
    )
    change = Change(Cause.HEALTH_READING, by)
    movement = place_again(Case(session, now, case.settings, case.framework.scale, account, before, change))
    result = results.after_change(session, now, account, case.framework, by=by, before=before, movement=movement)
    if not counts:
        result = result.model_copy(update=_history_only(case.settings, now, entered.as_of, entered.source))
    results.owe_result(session, now, account, entered.submission, result)
    return result


def _history_only(settings: WorkspaceSettings, now: datetime, as_of: datetime, source: str) -> dict[str, object]:
    """What the result says of a reading that moved nothing."""
    why = "old" if is_stale("chs", as_of, now, settings.freshness) else "earlier"
    if settings.counting_source not in (None, source):
        why = "other"
    return {"history_only": why, "limit_days": settings.freshness.chs_days}


def _moment(settings: WorkspaceSettings, now: datetime, on: date | None) -> datetime:
    """The instant for a day: at this time of day, so that the later of two entries for one day is the later one."""
    local = now.astimezone(ZoneInfo(settings.zone))
    if on is None or on == local.date():
        return now
    if on > local.date():
        raise FieldError("on", "This day is still to come. Please choose today or an earlier one.")
    return datetime.combine(on, local.timetz()).astimezone(UTC)
