"""The segments of an account, as expressions of SQL."""

from sqlalchemy import ColumnElement, Text, literal_column

from bot.store.tables import Account

SEGMENT_KEYS = frozenset({"stage", "size", "location", "industry", "use_case"})


def segment(key: str) -> ColumnElement[str]:
    """An account's value of a segment, as an expression that may stand in GROUP BY as well (no bound parameter)."""
    if key not in SEGMENT_KEYS:
        raise ValueError(f"there is no segment {key!r}")
    return Account.segments.op("->>", return_type=Text())(literal_column(f"'{key}'"))
