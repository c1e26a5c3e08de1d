"""What was promised (method, "Reassessment"), held against Slack's record of a run and what people did in it.

Nothing here asks the bot: days, zones and rules are reckoned anew from the record, with Python's own calendar.
"""

import gc
import tempfile
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cmi_core.cadence import add_months
from tests.year import cast, facts
from tests.year.known import Asked, Customer, Days, Someone
from tests.year.reports import Reports
from tests.year.run import BEGINS, Outcome, Size, play
from tests.year.slack import Said

TAKE_ALONG, ASK_EVERY, LEAD = 7, 7, 60  # days
REMINDERS = (3, 4, 3)  # working days from one step to the next: 3, 7 and 10 in all
WAITS = 10  # working days for somebody who is away
_DAY = timedelta(days=1)


class Judge:
    """Goes through the record in order; `broken` are the promises that were not kept, `figures` what was counted."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.days = outcome, Days()
        self.broken: list[str] = []
        self.figures: Counter[str] = Counter()
        self.people = {each.user: Someone(each.zone, each.manager) for each in outcome.team}
        self.people[cast.HEAD] = Someone(cast.HOME_ZONE)
        self.people[cast.ADMIN] = Someone(cast.HOME_ZONE)
        self.people[cast.FALLBACK] = Someone(cast.HOME_ZONE)
        first = BEGINS.date()
        self.customers = {
            number: Customer(plan.owner, plan.months, plan.rated, plan.renewal, first, first)
            for number, plan in outcome.plans.items()
        }
        for each in self.customers.values():
            each.due = self._due(each, first)
        managers = frozenset(each.manager for each in outcome.team)
        self.reports = Reports(managers - cast.want_no_report(outcome.team), self.days, self._fail)

    def judge(self) -> "Judge":
        # At one instant people act first: it is they who made the bot look just then.
        record: list[Said | facts.Fact] = sorted([*self.outcome.facts, *self.outcome.said], key=lambda each: each.at)
        for each in record:
            self._said(each) if isinstance(each, Said) else self._done(each)
        for number, customer in self.customers.items():
            self._close(number, customer, self.outcome.ends)
        self.reports.close(self.outcome.ends)
        return self

    def _fail(self, promise: str, what: str) -> None:
        self.figures[f"broken: {promise}"] += 1
        self.broken.append(f"{promise}: {what}")

    # The messages

    def _said(self, said: Said) -> None:
        if said.kind == "other":
            return
        self.figures[said.kind] += 1
        person = self.people[said.to]
        local = said.at.astimezone(ZoneInfo(person.zone))
        today = local.date()
        at = f"{said.to} at {local:%a %d %b %Y %H:%M}"
        if not time(9) <= local.time() < time(17):
            self._fail("never outside working hours", at)
        if not self.days.works(today):
            self._fail("never on a weekend or a listed holiday", at)
        if person.gone:
            self._fail("never somebody who has left", at)
        if said.kind == "leavers":  # that isn't asked of anybody, and comes beside their one message of the day
            self.reports.leavers(said, today)
            return
        if person.is_away(today):
            self._fail("never somebody who is away", at)
        if person.is_paused(said.at) and said.kind != "weekly":
            self._fail("nobody is asked during a pause", at)
        if said.to != cast.FALLBACK:
            if today in person.sent_on:
                self._fail("no owner twice in a day", at)
            person.sent_on.add(today)
        if said.kind == "weekly":
            self.reports.weekly(said.to, today, at)
        elif said.kind == "digest":
            self._digest(said, today)
        else:
            self._prompt(said, today, at)

    def _prompt(self, said: Said, today: date, at: str) -> None:
        what = [self._line(said, today, line.account, f"account {line.account} to {at}") for line in said.lines]
        for line, called_for in zip(said.lines, what, strict=True):
            owner = self.people[self.customers[line.account].owner]
            if called_for != "along" and owner.is_paused(said.at):
                self._fail("nobody is asked during a pause", f"account {line.account} to {at}")
        if not said.hidden and not {"asking", "again", "reminder"} & set(what):
            self._fail("each account asked once a cycle", f"nothing called for a message to {at}")
        if said.kind == "reminder" and "asking" in what:
            self._fail("each account asked once a cycle", f"asked first in a reminder to {at}")
        if said.kind == "asking" and not {"asking", "again"} & set(what) and not said.hidden:
            self._fail("each account asked once a cycle", f"asked anew without a cause: {at}")
        if "asking" in what:
            self.people[said.to].asked_on = today

    def _line(self, said: Said, today: date, number: int, at: str) -> str:
        """What a line in a prompt is: an asking, one anew after a change of who is asked, a reminder, or just along."""
        customer = self.customers[number]
        now = customer.open
        if now is None:
            self._first_asking(customer, said.to, today, at)
            return "asking"
        if now.to != said.to or now.step < 0:
            if now.exact and now.to != said.to and not self._excused(now, today):
                self._fail("each account asked once a cycle", f"somebody else was asked before: {at}")
            self.figures["asked anew after a change"] += 1
            customer.open = self._opened(said.to, today, exact=now.exact and now.to == said.to)
            return "again"
        if now.step >= 2 or today < now.next_on:
            return "along"
        if now.exact and today > now.next_on and not self._excused(now, today):
            self._fail("reminders after 3 and 7 working days", f"due on {now.next_on}: {at}")
        name = "first reminders" if now.step == 0 else "second reminders"
        self.figures[f"{name}, on the day" if today == now.next_on else f"{name}, after an absence"] += 1
        now.step += 1
        now.next_on = self.days.after(today, REMINDERS[now.step])
        return "reminder"

    def _first_asking(self, customer: Customer, to: str, today: date, at: str) -> None:
        self.figures["askings"] += 1
        if today < customer.due - timedelta(days=TAKE_ALONG):
            self._fail("each account asked once a cycle", f"due only on {customer.due}: {at}")
        calm = (
            to == customer.owner
            and customer.stirred is None
            and self.people[to].here_through(min(customer.due, today), today)
        )
        latest = self._latest(customer, to, calm=calm)
        if today > latest:
            self._fail("nothing due is forgotten", f"due on {customer.due}, {latest} at the latest: {at}")
        if calm:
            self.figures["askings of an owner who was here"] += 1
        customer.open = self._opened(to, today, exact=True)

    def _latest(self, customer: Customer, to: str, *, calm: bool) -> date:
        """The last day for an asking: at once, but for one prompt a week, a message today, and waiting for owners."""
        last, ready = self.people[to].asked_on, max(customer.due, customer.known)
        if last is not None:
            ready = max(ready, last + timedelta(days=ASK_EVERY))
        latest = self.days.after(self.days.on_or_after(ready), 1)
        return latest if calm else self.days.after(latest, WAITS) + timedelta(days=2 * ASK_EVERY)

    def _opened(self, to: str, today: date, *, exact: bool) -> Asked:
        return Asked(to, today, 0, self.days.after(today, REMINDERS[0]), exact)

    def _digest(self, said: Said, today: date) -> None:
        for line in said.lines:
            now, at = self.customers[line.account].open, f"account {line.account} to {said.to} on {today}"
            if now is None or now.step != 2:
                self._fail("the manager's digest after 10", f"not called for: {at}")
                continue
            free = self._free_day(said.to, now.next_on, today)
            if now.exact and (today < now.next_on or (today > free and not self._excused(now, today))):
                self._fail("the manager's digest after 10", f"due on {now.next_on}: {at}")
            self.figures["in a digest, on the day" if today == now.next_on else "in a digest, on a later day"] += 1
            now.step = 3

    def _free_day(self, to: str, day: date, today: date) -> date:
        """The first working day from a day on which somebody was sent no other message: they get one a day."""
        while day < today and (not self.days.works(day) or day in self.people[to].sent_on):
            day += _DAY
        return day

    def _excused(self, now: Asked, today: date) -> bool:
        """Whether whoever was asked, or their manager, was not there all the while."""
        those = [self.people[now.to], self.people.get(self.people[now.to].manager)]
        return not all(each.here_through(now.on, today) for each in those if each)

    # What people did

    def _done(self, fact: facts.Fact) -> None:
        match fact:
            case facts.SaidAway():
                self.people[fact.user].away.append((fact.first, fact.last))
            case facts.Gone():
                self.people[fact.user].gone = True
                self.reports.gone(fact.user, fact.at.astimezone(ZoneInfo(cast.HOME_ZONE)).date(), self.customers)
            case facts.MovedHouse():
                self.people[fact.user].zone = fact.zone
            case facts.Paused():
                self._paused(fact)
            case _:
                self._befell(self.customers[fact.account], fact)

    def _paused(self, fact: facts.Paused) -> None:
        self.figures["pauses of a team"] += 1
        for user in fact.team:
            self.people[user].paused.append((fact.at, fact.until))
        for customer in self.customers.values():
            if customer.owner in fact.team:
                customer.stirred = fact.at
                if customer.open is not None:
                    customer.open.exact = False

    def _befell(
        self,
        customer: Customer,
        fact: facts.Rated | facts.Snoozed | facts.HandedOver | facts.RenewalKnown | facts.Changed,
    ) -> None:
        today = fact.at.astimezone(ZoneInfo(cast.HOME_ZONE)).date()
        match fact:
            case facts.Rated():
                self._close(fact.account, customer, fact.at)
                self.figures["ratings"] += 1
                customer.open, customer.stirred, customer.changed = None, None, None
                customer.rated = today
                customer.due = customer.known = self._due(customer, today)
            case facts.Snoozed():
                if customer.open is not None:
                    customer.open.step, customer.open.next_on, customer.open.exact = -1, fact.until, False
            case facts.HandedOver():
                customer.owner, customer.stirred = fact.owner, fact.at
                if customer.open is not None:
                    customer.open.step, customer.open.exact = -1, False
            case facts.RenewalKnown():
                customer.renewal = fact.day
                self._plan_again(customer, today)
            case facts.Changed():
                self.figures["changes at a customer"] += 1
                customer.changed = today
                self._plan_again(customer, today)

    def _plan_again(self, customer: Customer, today: date) -> None:
        if customer.open is None:
            customer.due, customer.known = self._due(customer, today), today

    def _due(self, customer: Customer, today: date) -> date:
        if customer.rated is None:
            return today
        due = add_months(customer.rated, customer.months)
        if customer.renewal is not None and customer.renewal >= today:
            before = customer.renewal - timedelta(days=LEAD)
            due = min(due, before) if before - timedelta(days=TAKE_ALONG) > customer.rated else due
        return due if customer.changed is None else min(due, customer.changed)

    def _close(self, number: int, customer: Customer, at: datetime) -> None:
        """A cycle ends: nothing that was to come by then may be missing."""
        now = customer.open
        today = at.astimezone(ZoneInfo(self.people[now.to if now else customer.owner].zone)).date()
        if now is None:
            if today > self._latest(customer, customer.owner, calm=False):
                self._fail("nothing due is forgotten", f"account {number}, due on {customer.due}, not asked by {today}")
        elif now.exact and 0 <= now.step <= 2:
            manager = self.people[now.to].manager or cast.FALLBACK
            latest = now.next_on if now.step < 2 else self._free_day(manager, now.next_on, today)
            if today > latest and not self._excused(now, today):
                which = "the manager's digest after 10" if now.step == 2 else "reminders after 3 and 7 working days"
                self._fail(which, f"account {number}: {now.to} was due to hear on {now.next_on}, nothing by {today}")


def judged(size: Size) -> tuple[list[str], Counter[str]]:
    """Plays one workspace's run: the promises that were broken, and what was counted."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)  # a run makes many objects and drops them; a process of its own may look seldom
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(Path(folder), size)
    judge = Judge(outcome).judge()
    judge.figures["looks at who is due"] = outcome.looks
    return judge.broken, judge.figures
