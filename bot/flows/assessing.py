"""Storing an answer sheet: what it amounts to, and what the account's CMI is by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.flows import answers, prompts
from bot.flows.due_dates import plan_next
from bot.flows.placing import Change
from bot.store import evidence, history
from bot.store.tables import Account, Assessment
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, RatingError, score
from cmi_core.movement import Cause

Kind = Literal["rated", "renewed", "corrected"]
Source = Literal["owner", "colleague", "customer"]


@dataclass(frozen=True)
class Sheet:
    """Somebody's answers: levels by criterion id, None for "not known". `blind` ones are kept for comparison alone.

    `category_notes` are by category id; `evidence_upto` is the last attached message that the rater saw.
    """

    submission: str
    ratings: Mapping[str, int | None]
    rater: str
    source: Source
    note: str = ""
    kind: Kind = "rated"
    blind: bool = False
    category_notes: Mapping[str, str] = field(default_factory=dict)
    evidence_upto: int = 0


@dataclass(frozen=True)
class Counting:
    """A locked account under the workspace's settings, and the framework version that was asked."""

    session: Session
    now: datetime
    settings: WorkspaceSettings
    account: Account
    framework: Framework


def source_of(account: Account, rater: str) -> Source:
    """Whether the rater is the account's owner at this moment."""
    return "owner" if rater == account.owner else "colleague"


def keep(counting: Counting, sheet: Sheet, framework_id: int) -> Assessment:
    """Score a sheet and store it. UserError where an answer doesn't fit the framework."""
    try:
        scored = score(counting.framework, sheet.ratings)
    except RatingError as error:
        raise UserError(f"This rating can't be used: {error}. Please open the survey again.") from error
    assessment = history.add_assessment(
        counting.session,
        workspace_id=counting.account.workspace_id,
        account_id=counting.account.id,
        framework_id=framework_id,
        submission=sheet.submission,
        ratings=dict(sheet.ratings),
        note=sheet.note,
        category_notes=dict(sheet.category_notes),
        cmi=scored.cmi,
        categories={key: None if mean is None else str(mean) for key, mean in scored.categories.items()},
        coverage=scored.coverage,
        rater=sheet.rater,
        kind=sheet.kind,
        source=sheet.source,
        blind=sheet.blind,
        created_at=counting.now,
    )
    if sheet.evidence_upto and not sheet.blind:
        evidence.take(counting.session, counting.account.id, assessment.id, upto=sheet.evidence_upto)
    return assessment


def count(counting: Counting, kept: Assessment, cause: Cause = Cause.ASSESSMENT, *, asked: bool = True) -> Change:
    """Let a fresh look count: the account's CMI, its next due date, and its open prompts, which are done.

    `asked` says whether it may have any.
    """
    account = counting.account
    rest_on(account, kept, counting.framework, as_of=counting.now)
    if account.complete:
        account.event_on = None
        plan_next(account, counting.settings, counting.now, now=counting.now)
        if asked:
            prompts.close(counting.session, counting.now, account)
    return Change(cause, kept.rater)


def rest_on(account: Account, kept: Assessment, framework: Framework, *, as_of: datetime) -> None:
    """Make an assessment the one that the account's CMI rests on. `as_of`: when the customer was looked at."""
    account.cmi, account.cmi_on, account.assessment_id = kept.cmi, as_of, kept.id
    account.complete = kept.cmi is not None
    account.framework_id = kept.framework_id
    account.answers = answers.pack(framework, kept.ratings)
