"""A run: the calendar jumps from one instant at which something may be due to the next."""

import random
import time as clock
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.year import cast, facts
from tests.year.life import Life, opening
from tests.year.office import Bot
from tests.year.slack import Calendar, Said

BEGINS = datetime(2027, 11, 1, tzinfo=UTC)  # a Monday; the year has a leap day
_MOST_DAYS = 366


@dataclass(frozen=True)
class Size:
    """How much is played: by default the whole year."""

    accounts: int = 2000
    owners: int = 150
    days: int = _MOST_DAYS
    seed: int = 2027


@dataclass(frozen=True)
class Outcome:
    """What happened: what the bot said by Slack's record, what people did, and what it took."""

    size: Size
    team: list[cast.Owner]
    plans: dict[int, cast.Plan]
    said: list[Said]
    facts: list[facts.Fact]
    looks: int
    seconds: float

    @property
    def ends(self) -> datetime:
        return BEGINS + timedelta(days=self.size.days)


def play(folder: Path, size: Size) -> Outcome:
    """Play it in a folder of its own."""
    began = clock.monotonic()
    chance = random.Random(size.seed)
    team = cast.owners(size.owners)
    calendar = Calendar(BEGINS)
    bot = Bot(folder, calendar, team)
    try:
        wanted = cast.plans(size.accounts, team, BEGINS.date(), size.days, chance)
        plans = bot.settle_in(wanted, BEGINS.date())
        life = Life(bot, plans, BEGINS + timedelta(days=size.days), chance)
        life.plan(size.days)
        looks = _live(bot, life, size)
        return Outcome(size, team, plans, bot.slack.said, life.done, looks, clock.monotonic() - began)
    finally:
        bot.close()


def _live(bot: Bot, life: Life, size: Size) -> int:
    looks = 0
    for instant in _openings(size):
        while (deed := life.next_at()) is not None and deed < instant:
            bot.calendar.to(deed)
            if life.act(deed):
                _look(bot, life)
                looks += 1
        bot.calendar.to(instant)
        _look(bot, life)
        looks += 1
    bot.deliver()
    return looks


def _look(bot: Bot, life: Life) -> None:
    """The bot asks whom it has to, and they read it, before anybody does anything else."""
    heard = len(bot.slack.said)
    bot.tick()
    for said in bot.slack.said[heard:]:
        life.hear(said)


def _openings(size: Size) -> Iterator[datetime]:
    """Each morning of each zone: nothing that waits for a day or for somebody's working hours is due in between."""
    days = [BEGINS.date() + timedelta(days=number) for number in range(-1, size.days + 1)]
    instants = {opening(day, zone).astimezone(UTC) for day in days for zone in cast.ZONES}
    return iter(sorted(each for each in instants if BEGINS <= each < BEGINS + timedelta(days=size.days)))
