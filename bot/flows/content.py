"""The content journey: the workspace's catalogue, what comes next for an account, and what it got already."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.errors import ImportRefused, NotFound
from bot.flows import permissions, spreadsheets
from bot.flows.actor import Actor
from bot.flows.csv_accounts import written
from bot.flows.permissions import Right
from bot.store import audit, workspaces
from bot.store.database import Database
from bot.store.tables import Account, ContentPiece
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Band, Framework, Score, next_content
from cmi_core import ContentPiece as Piece
from cmi_core.framework import slug

COLUMNS = ("category", "band", "position", "title", "url")
_LONGEST = {"title": 200, "url": 2000}
_MOST_PROBLEMS = 200


@dataclass
class Catalogue:
    """The pieces of a file by category, band and position, each with its row, and what is wrong with the file."""

    pieces: dict[tuple[str, str, int], tuple[int, str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(content: bytes) -> Catalogue:
    """Read a file with the columns category, band, position, title and url: CSV as spreadsheets write it, or XLSX."""
    catalogue = Catalogue()
    try:
        grid = spreadsheets.read(content)
    except ImportRefused as error:
        catalogue.problems += error.problems
        return catalogue
    names = [name.lower() for name in grid.header]
    missing = [column for column in COLUMNS[:4] if column not in names]
    if missing:
        catalogue.problems.append(f"Row 1: these columns are missing: {', '.join(missing)}. See {', '.join(COLUMNS)}.")
        return catalogue
    for number, given in grid.rows:
        line = dict(zip(names, given, strict=False))
        cells = {column: written(line.get(column, "")) for column in COLUMNS}
        if any(cells.values()):
            _take(catalogue, number, cells)
    if not catalogue.pieces and not catalogue.problems:
        catalogue.problems.append("The file has a header but no content.")
    return catalogue


def _take(catalogue: Catalogue, row: int, cells: dict[str, str]) -> None:
    problems = _wrong(cells)
    catalogue.problems += [f"Row {row}, column “{column}”: {problem}" for column, problem in problems.items()]
    if problems:
        return
    key = (slug(cells["category"]), cells["band"].lower(), int(cells["position"]))
    if key in catalogue.pieces:
        first = catalogue.pieces[key][0]
        catalogue.problems.append(f"Row {row}, column “position”: row {first} has this place already. Choose another.")
        return
    catalogue.pieces[key] = (row, cells["title"], cells["url"])


def _wrong(cells: dict[str, str]) -> dict[str, str]:
    """What is wrong with a row, by column."""
    wrong = {
        column: f"it is longer than {longest} characters. Please shorten it."
        for column, longest in _LONGEST.items()
        if len(cells[column]) > longest
    }
    wrong |= {column: "it holds a character that can't be stored." for column in COLUMNS if "\x00" in cells[column]}
    if not cells["title"]:
        wrong["title"] = "every piece needs a title."
    if cells["band"].lower() not in tuple(Band):
        wrong["band"] = f"“{cells['band'][:40]}” isn't a band. Choose from: low, medium, high."
    position = cells["position"]
    if not (position.isascii() and position.isdigit() and len(position) <= 9 and int(position)):
        wrong["position"] = f"“{position[:40]}” isn't a place in the order. Please write 1, 2, 3 …"
    if cells["url"] and not cells["url"].lower().startswith(("https://", "http://")):
        wrong["url"] = "it must begin with https:// or http://."
    return wrong


def replace(
    db: Database, now: datetime, workspace_id: int, catalogue: Catalogue, *, dry_run: bool = False
) -> tuple[int, int]:
    """Put the file in the place of the whole catalogue. Gives how many pieces it has now and had before.

    ImportRefused, with every problem by row and column, if anything is wrong with it; nothing is stored then.
    """
    with db.write(patience=30.0) as session:
        numbers = put_in_place(session, now, workspace_id, catalogue)
        if dry_run:
            session.rollback()
        return numbers


def put_in_place(
    session: Session, now: datetime, workspace_id: int, catalogue: Catalogue, *, actor: str = "import"
) -> tuple[int, int]:
    """The same, inside a transaction of the caller's."""
    problems = [*catalogue.problems, *_unknown_categories(session, workspace_id, catalogue)]
    if problems:
        raise ImportRefused(tuple(problems[:_MOST_PROBLEMS]))
    mine = ContentPiece.workspace_id == workspace_id
    before = session.execute(select(func.count()).select_from(ContentPiece).where(mine)).scalar_one()
    session.execute(delete(ContentPiece).where(mine))
    rows = [
        {"workspace_id": workspace_id, "category": category, "band": band, "position": position}
        | {"title": title, "url": url}
        for (category, band, position), (_, title, url) in catalogue.pieces.items()
    ]
    session.execute(insert(ContentPiece), rows)
    after = {"pieces": len(rows), "before": before}
    audit.note(session, workspace_id, now, actor=actor, action="import", subject="content", after=after)
    return len(rows), before


def _unknown_categories(session: Session, workspace_id: int, catalogue: Catalogue) -> list[str]:
    settings = workspaces.settings_of(session, workspace_id)
    used = {settings.framework, *(rule.framework for rule in settings.framework_rules)}
    frameworks = [workspaces.framework_or_built_in(session, workspace_id, name) for name in sorted(used)]
    known = {category.id: category.name for framework in frameworks for category in framework.categories}
    return [
        f"Row {row}, column “category”: no framework in use has it. Choose from: {', '.join(known.values())}."
        for (category, _, _), (row, _, _) in catalogue.pieces.items()
        if category not in known
    ]


def next_for(
    session: Session, settings: WorkspaceSettings, framework: Framework, account: Account, scored: Score
) -> tuple[Piece, ...]:
    """The next pieces for an account that it has not got yet, from its weakest categories."""
    rows = session.scalars(
        select(ContentPiece)
        .where(ContentPiece.workspace_id == account.workspace_id)
        .order_by(ContentPiece.category, ContentPiece.band, ContentPiece.position)
    )
    catalogue = [Piece(f"{row.category}/{row.title}", row.title, row.category, Band(row.band), row.url) for row in rows]
    return next_content(catalogue, framework, scored, seen=set(account.content_sent), cuts=settings.maturity)


def mark_sent(db: Database, now: datetime, actor: Actor, account_id: int, piece: str) -> None:
    """The customer got a piece, so that the next one is proposed. NotFound where the catalogue has it no more."""
    with db.write() as session:
        account = permissions.lock(session, now, actor, account_id, Right.WORK)
        category, _, title = piece.partition("/")
        there = select(ContentPiece.id).where(
            ContentPiece.workspace_id == actor.workspace_id,
            ContentPiece.category == category,
            ContentPiece.title == title,
        )
        if session.scalars(there.limit(1)).one_or_none() is None:
            raise NotFound("This piece is no longer in the catalogue. Please open the account again with /cmi account.")
        if piece in account.content_sent:
            return
        account.content_sent = {**account.content_sent, piece: {"by": actor.user, "on": now.isoformat()}}
        subject, after = f"account:{account.id}", {"piece": piece}
        audit.note(
            session, actor.workspace_id, now, actor=actor.user, action="content sent", subject=subject, after=after
        )
