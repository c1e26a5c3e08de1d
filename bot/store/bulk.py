"""Columns of values as a table inside a statement, so that a hundred thousand rows are changed by one statement."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import BigInteger, Connection, FromClause, Table, Text, bindparam, cast, column, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bot.store.tables import Base

_ROOM = "64MB"
Values = Sequence[int] | Sequence[str | None]


def make_room(session: Session) -> None:
    """Let this transaction's statements join a hundred thousand rows in memory: PostgreSQL's default is 4 MB."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL work_mem = '{_ROOM}'"))


def values_table(session: Session, name: str, columns: Mapping[str, Values]) -> FromClause:
    """A table with these columns, all of one length, at least 1. Whole numbers come out as such, the rest as text.

    PostgreSQL takes arrays; SQLite, which has none, takes one JSON document.
    """
    kinds = {key: _kind(values) for key, values in columns.items()}
    if session.get_bind().dialect.name == "postgresql":
        arrays = [bindparam(None, list(values), ARRAY(kinds[key])) for key, values in columns.items()]
        named = [column(key, kind) for key, kind in kinds.items()]
        return func.unnest(*arrays).table_valued(*named, name=name).render_derived()
    document = json.dumps(list(zip(*columns.values(), strict=True)))
    each = func.json_each(document).table_valued("value", name=f"{name}_json")
    # Materialized: SQLite would otherwise parse the document anew for each row that it joins. Cast: it makes an index
    # of its own only on a column of the type of what it is joined to, and else compares each row with each.
    picked = [
        cast(func.json_extract(each.c.value, f"$[{position}]"), kind).label(key)
        for position, (key, kind) in enumerate(kinds.items())
    ]
    return select(*picked).limit(-1).offset(0).subquery(name)


def plain(session: Session) -> Connection:
    """The session's connection, for statements on tables: they need nothing of what a session does for objects.

    What was changed on objects is written before, as a session's own statements have it.
    """
    session.flush()
    bind = session.get_bind()
    return bind if isinstance(bind, Connection) else session.connection()


def table_of(mapped: type[Base]) -> Table:
    """The table that a class stands for."""
    return Base.metadata.tables[mapped.__tablename__]


def insert(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any] | None = None
) -> None:
    """Add many rows, all with the same keys in the same order; `shared` is the same in each.

    What isn't given gets its column's default, as with any insert. PostgreSQL takes them by COPY. SQLAlchemy's own way
    takes twice as long on SQLite.
    """
    if not rows:
        return
    alike = {**(shared or {}), **_defaults(table, {*rows[0], *(shared or {})})}
    dialect = session.get_bind().dialect
    bind = {key: table.c[key].type.dialect_impl(dialect).bind_processor(dialect) for key in (*rows[0], *alike)}
    differing = zip(*(row.values() for row in rows), strict=True)
    ready = [_bound(values, bind[key]) for key, values in zip(rows[0], differing, strict=True)]
    same = [repeat(value if (process := bind[key]) is None else process(value)) for key, value in alike.items()]
    values = zip(*ready, *same, strict=False)  # what is the same never ends
    names = ", ".join(f'"{key}"' for key in bind)
    if dialect.name != "postgresql":
        marks = ", ".join("?" * len(bind))
        session.connection().exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(values))
        return
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for each in values:
            copy.write_row(each)


def _bound(values: Sequence[Any], process: Callable[[Any], Any] | None) -> Iterable[Any]:
    """A column as the driver takes it. The same object in many rows is adapted once: most say the same few things."""
    if process is None:
        return values
    ids = list(map(id, values))
    adapted = {each: process(value) for each, value in dict(zip(ids, values, strict=True)).items()}
    return map(adapted.__getitem__, ids)


def _defaults(table: Table, given: Collection[str]) -> dict[str, Any]:
    """The defaults that SQLAlchemy would give: COPY knows only the database's own."""
    found: dict[str, Any] = {}
    for each in table.c:
        default: Any = each.default
        if each.name not in given and default is not None and each.server_default is None:
            found[each.name] = default.arg(None) if default.is_callable else default.arg
    return found


def _kind(values: Values) -> TypeEngine[Any]:
    return BigInteger() if isinstance(values[0], int) else Text()
