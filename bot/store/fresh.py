"""Which CMIs are fresh, as a condition of SQL: intervals differ by account and by segment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false

from bot.store.segments import segment
from bot.store.tables import Account


@dataclass(frozen=True)
class FreshSince:
    """From which instant on a CMI counts as fresh.

    `own` is by the months of accounts with an interval of their own. The others go by the first of the `rules` (key
    of a segment, its values as they are written, instant) that fits, else by `default`.
    """

    default: datetime
    rules: Sequence[tuple[str, Sequence[str], datetime]] = ()
    own: Mapping[int, datetime] = field(default_factory=dict)

    def condition(self) -> ColumnElement[bool]:
        """True for the accounts with a CMI that is fresh."""
        by_rule = [(segment(key).in_(values), Account.cmi_on >= since) for key, values, since in self.rules if values]
        usual = Account.cmi_on >= self.default
        most = case(*by_rule, else_=usual) if by_rule else usual
        own = [(Account.interval_months == months, Account.cmi_on >= since) for months, since in self.own.items()]
        fresh = case((Account.interval_months.is_(None), most), *own, else_=false()) if own else most
        return and_(Account.cmi.is_not(None), fresh)
