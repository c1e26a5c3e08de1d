"""Storing an answer sheet: what it amounts to, and what the account's CMI is by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from bot.errors import UserError
from bot.flows import answers
from bot.store.tables import Account, Assessment
from cmi_core import Framework, RatingError, score

Kind = Literal["rated", "renewed", "corrected"]
Source = Literal["owner", "colleague", "customer"]


@dataclass(frozen=True)
class Sheet:
    """Somebody's answers: levels by criterion id, None for "not known". `blind` ones are kept for comparison alone."""

    submission: str
    ratings: Mapping[str, int | None]
    rater: str
    source: Source
    note: str = ""
    kind: Kind = "rated"
    blind: bool = False


def source_of(account: Account, rater: str) -> Source:
    """Whether the rater is the account's owner at this moment."""
    return "owner" if rater == account.owner else "colleague"


def keep(
    session: Session, now: datetime, account: Account, sheet: Sheet, framework_id: int, framework: Framework
) -> Assessment:
    """Score a sheet and store it. UserError where an answer doesn't fit the framework."""
    try:
        scored = score(framework, sheet.ratings)
    except RatingError as error:
        raise UserError(f"This rating can't be used: {error}. Please open the survey again.") from error
    assessment = Assessment(
        workspace_id=account.workspace_id,
        account_id=account.id,
        framework_id=framework_id,
        submission=sheet.submission,
        ratings=dict(sheet.ratings),
        note=sheet.note,
        cmi=scored.cmi,
        categories={key: None if mean is None else str(mean) for key, mean in scored.categories.items()},
        coverage=scored.coverage,
        rater=sheet.rater,
        kind=sheet.kind,
        source=sheet.source,
        blind=sheet.blind,
        created_at=now,
    )
    session.add(assessment)
    session.flush()
    return assessment


def count(account: Account, assessment: Assessment, framework: Framework, *, as_of: datetime) -> None:
    """Make an assessment the one that the account's CMI rests on. `as_of`: when the customer was looked at."""
    account.cmi, account.cmi_on, account.assessment_id = assessment.cmi, as_of, assessment.id
    account.complete = assessment.cmi is not None
    account.framework_id = assessment.framework_id
    account.answers = answers.pack(framework, assessment.ratings)
