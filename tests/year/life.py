"""What people do in a run: they answer, put off, leave, fall ill, move house, and hand accounts over. All by a seed."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

from tests.year import cast, facts
from tests.year.office import Bot
from tests.year.slack import Line, Said

_SNOOZE_DAYS = range(5, 21)
_NEVER = 99


@dataclass
class Life:
    """The people of a run. `done` is what they did, in order; `upcoming` what they will do."""

    bot: Bot
    plans: dict[int, cast.Plan]
    ends: datetime
    chance: random.Random
    done: list[facts.Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = count()
        self._upcoming: list[tuple[datetime, int, Callable[[], bool]]] = []
        self._owner = {number: plan.owner for number, plan in self.plans.items()}
        self._away: dict[str, tuple[date, date]] = {}
        self._zone = {each.user: each.zone for each in self.bot.team}
        self._gone: set[str] = set()
        self._heard: Counter[tuple[int, int]] = Counter()
        self._patience: dict[tuple[int, int], int] = {}
        self._cycle: Counter[int] = Counter()
        self._planned: set[tuple[int, int]] = set()

    def next_at(self) -> datetime | None:
        return self._upcoming[0][0] if self._upcoming else None

    def act(self, now: datetime) -> bool:
        """Do what is due by now. Whether it may have changed who is to be asked."""
        changed = False
        while self._upcoming and self._upcoming[0][0] <= now:
            _, _, deed = heapq.heappop(self._upcoming)
            changed |= deed()
        return changed

    def hear(self, said: Said) -> None:
        """Somebody reads a message, and makes up their mind about each account in it."""
        for line in said.lines:
            key = (line.account, self._cycle[line.account])
            if said.kind == "digest":
                if self.chance.random() < 0.7:
                    self._answer(said, line, key, days=3.0)
                continue
            if key not in self._patience:
                self._patience[key] = self.chance.choices((1, 2, 3, _NEVER), (72, 12, 6, 10))[0]
            self._heard[key] += 1
            if said.to == cast.FALLBACK:
                self._later(1 + 2 * self.chance.random(), partial(self._find_owner, line.account))
            elif self._heard[key] >= self._patience[key] and key not in self._planned:
                if self._heard[key] == 1 and self.chance.random() < 0.06:
                    self._put_off(said, line, key)
                else:
                    self._answer(said, line, key, days=1.5)

    def _answer(self, said: Said, line: Line, key: tuple[int, int], *, days: float) -> None:
        self._planned.add(key)
        who = cast.ADMIN if said.to == cast.FALLBACK else said.to
        renew = line.renewable if self.chance.random() < 0.3 else None
        self._later(min(30.0, self.chance.expovariate(1 / days)), partial(self._rate, who, key, renew))

    def _rate(self, who: str, key: tuple[int, int], renew: int | None) -> bool:
        account, cycle = key
        self._planned.discard(key)
        if self._cycle[account] != cycle or who in self._gone or self._is_away(who):
            return False
        if renew is not None:
            self.bot.renew(who, account, renew)
        else:
            self.bot.rate(who, account, self.chance.randrange(1, 6))
        self._cycle[account] += 1
        self.done.append(facts.Rated(self.bot.now(), account))
        return False

    def _put_off(self, said: Said, line: Line, key: tuple[int, int]) -> None:
        def snooze() -> bool:
            if self._cycle[line.account] == key[1] and said.to not in self._gone:
                until = self._today(cast.HOME_ZONE) + timedelta(days=self.chance.choice(_SNOOZE_DAYS))
                self.bot.snooze(said.to, line.account, until)
                self.done.append(facts.Snoozed(self.bot.now(), line.account, until))
            return False

        self._later(0.05, snooze)

    def _find_owner(self, account: int) -> bool:
        """The fallback channel was asked: an admin gives the account to somebody who is here."""
        here = [each.user for each in self.bot.team if each.user not in self._gone and not self._is_away(each.user)]
        return self._assign(account, self.chance.choice(here))

    def _assign(self, account: int, owner: str) -> bool:
        if self._owner[account] != owner and owner not in self._gone:
            self._owner[account] = owner
            self.bot.assign(account, owner)
            self.done.append(facts.HandedOver(self.bot.now(), account, owner))
        return True

    def plan(self, days: int) -> None:
        """What will happen to people and accounts, whatever the bot does."""
        users = [each.user for each in self.bot.team]
        self.chance.shuffle(users)
        share = len(users) // 10
        leaving, travelling, moving = users[:share], users[share : 6 * share], users[6 * share : 7 * share]
        for user in leaving:
            self._later(self._some_day(days), partial(self._leave_company, user))
        for user in travelling:
            self._later(self._some_day(days), partial(self._go_away, user))
        for user in moving:
            self._later(self._some_day(days), partial(self._move_house, user))
        for account in self.chance.sample(sorted(self.plans), len(self.plans) // 20):
            self._later(self._some_day(days), partial(self._assign, account, self.chance.choice(users)))
        for account in self.chance.sample(sorted(self.plans), len(self.plans) // 10):
            self._later(self._some_day(days), partial(self._learn_renewal, account))
        for account in self.chance.sample(sorted(self.plans), len(self.plans) // 20):
            self._later(self._some_day(days), partial(self._change, account))
        for manager in self.chance.sample(sorted({each.manager for each in self.bot.team} - {cast.HEAD}), 2):
            self._later(self._some_day(days), partial(self._pause, manager))

    def _leave_company(self, user: str) -> bool:
        self._gone.add(user)
        guest = self.chance.random() < 0.3
        self.bot.change_person(user, **({"is_restricted": True} if guest else {"deleted": True}))
        self.done.append(facts.Gone(self.bot.now(), user))
        for account in [number for number, owner in self._owner.items() if owner == user]:
            if self.chance.random() < 0.8:
                self._later(2 + 30 * self.chance.random(), partial(self._find_owner, account))
        return True

    def _go_away(self, user: str) -> bool:
        if user in self._gone:
            return False
        today = self._today(self._zone[user])
        first = today + timedelta(days=self.chance.randrange(0, 10))
        last = first + timedelta(days=self.chance.choice((3, 7, 14, 28)))
        others = [each.user for each in self.bot.team if each.user not in {user, *self._gone, *self._away}]
        cover = self.chance.choice(others) if others and self.chance.random() < 0.5 else None
        self._away[user] = (first, last)
        owns = user in self._owner.values()
        self.bot.leave(user, first, last, cover if owns else None)
        self.done.append(facts.SaidAway(self.bot.now(), user, first, last, cover if owns else None))
        return True

    def _move_house(self, user: str) -> bool:
        if user in self._gone:
            return False
        zone = self.chance.choice([each for each in cast.ZONES if each != self._zone[user]])
        self._zone[user] = zone
        self.bot.change_person(user, tz=zone)
        self.done.append(facts.MovedHouse(self.bot.now(), user, zone))
        return True

    def _learn_renewal(self, account: int) -> bool:
        day = self._today(cast.HOME_ZONE) + timedelta(days=self.chance.randrange(20, 120))
        self.bot.learn_renewal(account, day)
        self.done.append(facts.RenewalKnown(self.bot.now(), account, day))
        return True

    def _change(self, account: int) -> bool:
        """A new executive, say."""
        self.bot.note_event(account)
        self.done.append(facts.Changed(self.bot.now(), account))
        return True

    def _pause(self, manager: str) -> bool:
        until = self._today(cast.HOME_ZONE) + timedelta(days=self.chance.randrange(2, 11))
        self.bot.pause(manager, until)
        team = frozenset({manager, *(each.user for each in self.bot.team if each.manager == manager)})
        midnight = datetime.combine(until, time(), ZoneInfo(cast.HOME_ZONE))
        self.done.append(facts.Paused(self.bot.now(), team, midnight))
        return True

    def _is_away(self, user: str) -> bool:
        if user not in self._away:
            return False
        first, last = self._away[user]
        return first <= self._today(self._zone[user]) <= last

    def _today(self, zone: str) -> date:
        return self.bot.now().astimezone(ZoneInfo(zone)).date()

    def _some_day(self, days: int) -> float:
        return self.chance.random() * days * 0.9

    def _later(self, days: float, deed: Callable[[], bool]) -> None:
        heapq.heappush(self._upcoming, (self.bot.now() + timedelta(days=days), next(self._numbers), deed))


def opening(day: date, zone: str) -> datetime:
    """When working hours begin somewhere."""
    return datetime.combine(day, time(9), ZoneInfo(zone))
