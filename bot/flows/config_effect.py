"""What new places amount to: who moves from where to where. For the preview of a change as for its summary."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import FromClause, func, select
from sqlalchemy.orm import Session

from bot.store.tables import Account
from bot.views.config_summary import Shift, Transition
from cmi_core.matrix import MapSettings

LISTED = 20


class Effect(NamedTuple):
    """`opened` accounts come to stand in an alert cell; `shifts` are the first that move, those foremost."""

    moved: int = 0
    opened: int = 0
    transitions: tuple[Transition, ...] = ()
    shifts: tuple[Shift, ...] = ()


def of(session: Session, places: FromClause, alert_cells: Collection[str]) -> Effect:
    """The effect of places as `replacing.places` gives them, or `moving.STAGED` holds them."""
    firsts = _firsts(session, places)
    numbers = {(each.from_cell, each.cell): each.accounts for each in firsts}
    by_number = sorted(numbers.items(), key=lambda each: -each[1])
    listed = sorted(firsts, key=lambda each: (each.cell not in alert_cells, each.id))[:LISTED]
    return Effect(
        moved=sum(numbers.values()),
        opened=sum(number for (_, cell), number in numbers.items() if cell in alert_cells),
        transitions=tuple(Transition(from_cell=a, to_cell=b, accounts=number) for (a, b), number in by_number),
        shifts=tuple(
            Shift(account_id=each.id, name=each.name, from_cell=each.from_cell, to_cell=each.cell) for each in listed
        ),
    )


class _First(NamedTuple):
    """One of the first accounts that go one way, with the number of all that do."""

    id: int
    name: str
    from_cell: str | None
    cell: str | None
    accounts: int


def _firsts(session: Session, places: FromClause) -> list[_First]:
    column = places.c
    way = (column.from_cell, column.cell)
    turn = func.row_number().over(partition_by=way, order_by=column.id).label("turn")
    accounts = func.count().over(partition_by=way).label("accounts")
    ranked = (
        select(column.id, *way, turn, accounts).where(column.cell.is_distinct_from(column.from_cell)).subquery("ranked")
    )
    rows = session.execute(
        select(ranked.c.id, Account.name, ranked.c.from_cell, ranked.c.cell, ranked.c.accounts)
        .join(Account, Account.id == ranked.c.id)
        .where(ranked.c.turn <= LISTED)
        .order_by(ranked.c.id)
    )
    return [_First._make(row) for row in rows]


def already_there(
    session: Session, workspace_id: int, before: MapSettings, after: MapSettings, places: FromClause | None
) -> int:
    """How many accounts stay where they are, in a cell that becomes an alert cell."""
    cells = set(after.alert_cells) - set(before.alert_cells)
    if not cells:
        return 0
    standing = select(func.count()).where(
        Account.workspace_id == workspace_id, Account.lifecycle != "churned", Account.cell.in_(cells)
    )
    if places is None:
        return session.execute(standing).scalar_one()
    leaving = select(func.count()).where(
        places.c.from_cell.in_(cells), places.c.cell.is_distinct_from(places.c.from_cell)
    )
    return session.execute(standing).scalar_one() - session.execute(leaving).scalar_one()
