"""Columns of values as a table inside a statement, so that a hundred thousand rows are changed by one statement."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, FromClause, Text, bindparam, column, func, select, text, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

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
    # Materialized: SQLite would otherwise parse the document anew for each row that it joins.
    picked = [
        type_coerce(func.json_extract(each.c.value, f"$[{position}]"), kind).label(key)
        for position, (key, kind) in enumerate(kinds.items())
    ]
    return select(*picked).limit(-1).offset(0).subquery(name)


def _kind(values: Values) -> TypeEngine[Any]:
    return BigInteger() if isinstance(values[0], int) else Text()
