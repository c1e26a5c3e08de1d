"""What saving a survey has to know beside its account, in one statement."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, exists, select
from sqlalchemy.orm import Session

from bot.store import workspaces
from bot.store.bulk import plain, table_of
from bot.store.tables import Account, Assessment, Draft, Episode, FrameworkRow, Prompt
from bot.store.types import BigKey


class KeptPages(NamedTuple):
    """What a draft holds of a survey: of which mode, its answers by criterion id, its notes by category id."""

    mode: str
    answers: Mapping[str, int | None]
    category_notes: Mapping[str, str]


class LastRating(NamedTuple):
    """What is said of the rating before this one; `categories` are exact scores as text, by category id."""

    id: int
    rater: str
    created_at: datetime
    cmi: Fraction | None
    categories: Mapping[str, Any]


class AtHand(NamedTuple):
    """`saved`: this submission was stored before. `asked`, `alerting`: a prompt, or an episode, is open."""

    saved: bool
    asked: bool
    alerting: bool
    draft: KeptPages | None
    last: LastRating | None


def look(
    session: Session, workspace_id: int, account_id: int, *, rater: str, submission: str, framework: str
) -> AtHand:
    """Read it. The caller holds the account's lock: a statement that had waited for it would tell of before the wait.

    The version of `framework` in force comes along, for `workspaces.framework_in_force` in the same session.
    """
    of = {"workspace": workspace_id, "account": account_id, "rater": rater}
    row = plain(session).execute(_LOOK, {**of, "submission": submission, "framework": framework}).one()
    in_force, saved, asked, alerting, drafted, *others = row
    if in_force is not None:
        workspaces.remember_in_force(session, workspace_id, framework, in_force)
    draft = None if drafted is None else KeptPages(drafted, *others[:2])
    last = None if others[2] is None else LastRating(*others[2:])
    return AtHand(bool(saved), bool(asked), bool(alerting), draft, last)


# Tables instead of classes, and built once: objects and building would take longer than the database does.
_ACCOUNT, _DRAFT, _LAST = table_of(Account), table_of(Draft), table_of(Assessment).alias("last")
_RATED, _PROMPT, _EPISODE = table_of(Assessment), table_of(Prompt), table_of(Episode)
_VERSION = table_of(FrameworkRow)
_WORKSPACE_ID, _ACCOUNT_ID = bindparam("workspace", type_=BigKey), bindparam("account", type_=BigKey)
_IN_FORCE = (
    select(_VERSION.c.id)
    .where(_VERSION.c.workspace_id == _WORKSPACE_ID, _VERSION.c.name == bindparam("framework", type_=String))
    .order_by(_VERSION.c.version.desc())
    .limit(1)
)
_LATEST = (
    select(_RATED.c.id)
    .where(_RATED.c.account_id == _ACCOUNT_ID, _RATED.c.blind.is_(False))
    .order_by(_RATED.c.created_at.desc(), _RATED.c.id.desc())
    .limit(1)
)
_SAVED = exists().where(
    _RATED.c.workspace_id == _WORKSPACE_ID, _RATED.c.submission == bindparam("submission", type_=String)
)
_THEIRS = (_DRAFT.c.account_id == _ACCOUNT.c.id) & (_DRAFT.c.rater == bindparam("rater", type_=String))
_LOOK = (
    select(
        _IN_FORCE.scalar_subquery(),
        _SAVED,
        exists().where(_PROMPT.c.account_id == _ACCOUNT_ID, _PROMPT.c.state == "open"),
        exists().where(_EPISODE.c.account_id == _ACCOUNT_ID, _EPISODE.c.ended_at.is_(None)),
        *(_DRAFT.c.mode, _DRAFT.c.answers, _DRAFT.c.category_notes),
        *(_LAST.c.id, _LAST.c.rater, _LAST.c.created_at, _LAST.c.cmi, _LAST.c.categories),
    )
    .select_from(_ACCOUNT.outerjoin(_DRAFT, _THEIRS).outerjoin(_LAST, _LAST.c.id == _LATEST.scalar_subquery()))
    .where(_ACCOUNT.c.id == _ACCOUNT_ID)
)
