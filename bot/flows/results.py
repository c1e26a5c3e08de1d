"""What a person is told after a rating or a health score."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from bot.flows.placing import Before
from bot.flows.standings import Reader
from bot.store import history, messages
from bot.store.messages import Priority
from bot.store.submitting import LastRating
from bot.store.tables import Account, Assessment
from bot.views.result import CategoryScore, Result
from cmi_core import Framework
from cmi_core.movement import Movement

Rated = Assessment | LastRating


def categories(framework: Framework, now: Rated | None, before: Rated | None) -> tuple[CategoryScore, ...]:
    """Each category's score beside the one before."""

    def of(assessment: Rated | None, category: str) -> Fraction | None:
        text = assessment.categories.get(category) if assessment else None
        return None if text is None else Fraction(text)

    return tuple(
        CategoryScore(name=each.name, score=of(now, each.id), before=of(before, each.id))
        for each in framework.categories
    )


def category_notes(framework: Framework, assessment: Assessment | None) -> tuple[tuple[str, str], ...]:
    """What was said to each category, by its name, in the framework's order."""
    said = assessment.category_notes if assessment else {}
    return tuple((each.name, said[each.id]) for each in framework.categories if said.get(each.id))


def after_change(
    session: Session,
    now: datetime,
    account: Account,
    framework: Framework,
    *,
    by: str,
    before: Before | None,
    movement: Movement | None,
    duplicate: bool = False,
    rated: tuple[Assessment, LastRating | None] | None = None,
) -> Result:
    """The account after a change, beside what it was. `before` is None where the change was stored earlier.

    `rated` are its last two assessments, the latest first, where they are at hand.
    """
    reader = Reader(session, account.workspace_id, now)
    standing = reader.standing(account)
    latest, last = rated or _last_two(session, account)
    answered = sum(level is not None for level in latest.ratings.values()) if latest else 0
    return Result(
        standing=standing,
        cmi_before=before.cmi if before else None,
        chs_before=before.health if before else None,
        from_cell=movement.from_cell.id if movement and movement.from_cell else None,
        moved=movement is not None,
        categories=categories(framework, latest, last) if latest else (),
        rated=answered,
        asked=len(framework.criteria),
        minimum=framework.minimum_coverage,
        by=by,
        next_due=account.next_due,
        note=latest.note if latest else "",
        duplicate=duplicate,
    )


def _last_two(session: Session, account: Account) -> tuple[Assessment | None, Assessment | None]:
    found = history.assessments(session, account.id, limit=2)
    return found[0] if found else None, found[1] if len(found) > 1 else None


def owe_result(session: Session, now: datetime, account: Account, key: str, result: Result) -> None:
    """The result as a direct message to whoever did it: the modal is gone once closed."""
    messages.owe(
        session,
        workspace_id=account.workspace_id,
        key=f"result:{key}",
        kind="result",
        recipient=result.by,
        data=result,
        now=now,
        priority=Priority.ANSWER,
    )
