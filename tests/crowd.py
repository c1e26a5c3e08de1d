"""A portfolio of any size in seconds: accounts with consistent scores, places, stays and episodes, by set."""

import random
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, cast, func, insert, literal, select, update
from sqlalchemy.orm import Session

from bot.flows import answers
from bot.store import workspaces
from bot.store.bulk import values_table
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Episode, PlacementRow
from cmi_core import Framework, score
from cmi_core.matrix import MapSettings, place
from cmi_core.sheets import UNKNOWN

_SHEETS, _HEALTHS = 2003, 1001


def crowd(db: Database, now: datetime, workspace_id: int, number: int) -> None:
    """Add so many customers to a new workspace: few answers not known, every kind of place, the same in each run."""
    with db.write(patience=60.0) as session:
        framework_id, framework = workspaces.framework_in_force(session, workspace_id, "maor-wittgen")
        _accounts(session, now, workspace_id, number, framework_id, framework)
        account = Account.__table__.c
        copied = ("workspace_id", "cell", "cmi", "chs", "cmi_band", "chs_band", "assessment_id", "health_reading_id")
        session.execute(
            insert(PlacementRow).from_select(
                [*copied, "account_id", "cause", "settings_version", "started_at", "steps"],
                select(
                    *(account[name] for name in copied),
                    account.id,
                    literal("assessment"),
                    literal(1),
                    literal(now, PlacementRow.started_at.type),
                    literal({}, PlacementRow.steps.type),
                ).where(account.cell.is_not(None)),
                include_defaults=False,
            )
        )
        session.execute(
            insert(Episode).from_select(
                ["workspace_id", "account_id", "cell", "opened_at"],
                select(account.workspace_id, account.id, account.cell, literal(now, Episode.opened_at.type)).where(
                    account.cell.in_(MapSettings().alert_cells)
                ),
                include_defaults=False,
            )
        )


def rate_twice(db: Database, now: datetime, workspace_id: int) -> None:
    """Give each of a crowd's customers with a CMI the assessment that it rests on, and one half a year before."""
    with db.write(patience=120.0) as session:
        framework_id, framework = workspaces.framework_in_force(session, workspace_id, "maor-wittgen")
        rated = Account.workspace_id == workspace_id, Account.cmi.is_not(None)
        rows = session.execute(select(Account.id, Account.answers, Account.cmi).where(*rated)).all()
        shared = {"workspace_id": workspace_id, "framework_id": framework_id, "coverage": 1, "rater": "U1"}
        for days in (182, 1):
            sheets = [
                {
                    "account_id": row.id,
                    "submission": f"{days}-{row.id}",
                    "ratings": answers.unpack(framework, str(row.answers if days == 1 else mirrored(row.answers))),
                    "cmi": row.cmi if days == 1 else 6 - row.cmi,
                    "categories": {},
                    "created_at": now - timedelta(days=days),
                    **shared,
                }
                for row in rows
            ]
            session.execute(insert(Assessment), sheets)
        newest = select(Assessment.account_id, func.max(Assessment.id).label("id")).group_by(Assessment.account_id)
        latest = newest.subquery("latest")
        rest_on = update(Account).where(Account.id == latest.c.account_id).values(assessment_id=latest.c.id)
        session.execute(rest_on.execution_options(synchronize_session=False))


def mirrored(packed: str) -> str:
    """The sheet of which each level is as far from the other end of the scale 1-5."""
    return packed.translate(str.maketrans("12345", "54321"))


def _accounts(  # noqa: PLR0917 - one statement's parts
    session: Session, now: datetime, workspace_id: int, number: int, framework_id: int, framework: Framework
) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < number))
    sheets, healths = _sheets(session, framework), _healths(session)
    cells = _cells(session)
    instant = literal(now, Account.created_at.type)
    columns: dict[str, ColumnElement[Any]] = {
        "workspace_id": literal(workspace_id),
        "subject": literal("customer"),
        "name": literal("Account ", Text()) + cast(numbers.c.n, Text),
        "name_key": literal("account ", Text()) + cast(numbers.c.n, Text),
        "owner": literal("U", Text()) + cast(numbers.c.n % 200, Text),
        "segments": literal({"industry": "Retail"}, Account.segments.type),
        "lifecycle": literal("active"),
        "created_at": instant,
        "cmi": sheets.c.cmi,
        "cmi_on": instant,
        "complete": sheets.c.cmi.is_not(None),
        "chs": healths.c.chs,
        "chs_on": instant,
        "chs_source": literal("import"),
        "cell": cells.c.cell,
        "cmi_band": sheets.c.band,
        "chs_band": healths.c.band,
        "cell_since": instant,
        "framework_id": literal(framework_id),
        "answers": sheets.c.answers,
        "revision": literal(1),
        "qualification": literal({}, Account.qualification.type),
        "content_sent": literal({}, Account.content_sent.type),
    }
    rows = (
        select(*columns.values())
        .select_from(numbers)
        .join(sheets, sheets.c.code == numbers.c.n % _SHEETS)
        .join(healths, healths.c.code == numbers.c.n * 7 % _HEALTHS)
        .join(cells, and_(cells.c.across == sheets.c.band, cells.c.up == healths.c.band), isouter=True)
    )
    session.execute(insert(Account).from_select(list(columns), rows, include_defaults=False))


def _sheets(session: Session, framework: Framework) -> FromClause:
    rng = random.Random(4)
    packed = ["".join(_level(rng) for _ in framework.criteria) for _ in range(_SHEETS)]
    scores = [score(framework, answers.unpack(framework, sheet)).cmi for sheet in packed]
    bands = [None if cmi is None else place(MapSettings(), cmi, None).cmi_band for cmi in scores]
    texts = [None if cmi is None else str(cmi) for cmi in scores]
    codes = list(range(_SHEETS))
    return values_table(session, "sheets", {"code": codes, "answers": packed, "cmi": texts, "band": bands})


def _level(rng: random.Random) -> str:
    return UNKNOWN if rng.random() < 0.03 else rng.choice("12345")


def _healths(session: Session) -> FromClause:
    values = [Fraction(code, 10) for code in range(_HEALTHS)]
    bands = [place(MapSettings(), None, value).chs_band for value in values]
    codes = list(range(_HEALTHS))
    return values_table(session, "healths", {"code": codes, "chs": list(map(str, values)), "band": bands})


def _cells(session: Session) -> FromClause:
    settings = MapSettings()
    corners = [(across, up, settings.cell(across, up).id) for across in settings.bands for up in settings.bands]
    across, up, cells = zip(*corners, strict=True)
    return values_table(session, "corners", {"across": across, "up": up, "cell": cells})
