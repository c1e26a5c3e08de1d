"""What was promised of the reports that nobody asks for: the weekly one, and that somebody has left."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.year import cast
from tests.year.known import Customer, Days
from tests.year.slack import Said

_LATEST = timedelta(days=4)  # from the day of the weekly report: after that it is no more this week's
_HEARD_WITHIN = 3  # working days after somebody left


@dataclass
class Reports:
    """Goes along with the record. `fail` takes a promise and what broke it."""

    readers: frozenset[str]
    days: Days
    fail: Callable[[str, str], None]
    _weeks: set[tuple[str, date]] = field(default_factory=set)
    _told: Counter[tuple[str, str]] = field(default_factory=Counter)
    _left: dict[str, tuple[date, bool]] = field(default_factory=dict)

    def weekly(self, to: str, today: date, at: str) -> None:
        """To leaders and managers who want it, once a week, from Monday to Friday."""
        monday = today - timedelta(days=today.weekday())
        if to not in self.readers:
            self.fail("the weekly report to who wants it", at)
        if (to, monday) in self._weeks or today > monday + _LATEST:
            self.fail("the weekly report once a week", at)
        self._weeks.add((to, monday))

    def gone(self, user: str, on: date, customers: Mapping[int, Customer]) -> None:
        """Somebody left: whether they leave accounts behind, so that the admin has to hear of it."""
        self._left[user] = on, any(each.owner == user for each in customers.values())

    def leavers(self, said: Said, today: date) -> None:
        """Each who left is told of once, soon, and nobody else is."""
        for user in said.leavers:
            self._told[said.to, user] += 1
            if user not in self._left or self._told[said.to, user] > 1:
                self.fail("who left is reported once", f"{user} to {said.to} on {today}")
            elif today > self.days.after(self._left[user][0], _HEARD_WITHIN):
                self.fail("who left is reported soon", f"{user} to {said.to} on {today}")

    def close(self, ends: datetime) -> None:
        """Nobody's leaving may have been kept from the admin."""
        for user, (on, leaves_accounts) in self._left.items():
            late = self.days.after(on, _HEARD_WITHIN) < ends.date()
            if late and leaves_accounts and not self._told[cast.ADMIN, user]:
                self.fail("who left is reported once", f"{user} left on {on}, and the admin heard nothing")
