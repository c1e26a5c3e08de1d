"""The demo's portfolio: some sixty accounts (portfolio.yaml) and what happened to them in the last four quarters.

Only data and dates: `history.py` plays them through the bot. The same instant always gives the same portfolio.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from cmi_core import Framework

FILE = Path(__file__).with_name("portfolio.yaml")
QUARTERS = 4
QUARTER = timedelta(days=91)
JOINED_BEFORE = timedelta(days=20)  # an account is known so long before its first quarter ends
SPREAD = range(15, 89)  # the last rating and reading lie so many days back, where the file doesn't say
SEEDED = 2017
NONE, INCOMPLETE = "-", "?"
SEGMENTS = ("stage", "size", "location", "industry", "use_case")


@dataclass(frozen=True)
class Owner:
    """Who an account belongs to: a Slack id and a time zone."""

    id: str
    zone: str


@dataclass(frozen=True)
class Story:
    """One account as the file tells it. `cmi` and `health` have a word for each quarter, the latest last."""

    name: str
    owner: Owner | None
    segments: dict[str, str]
    revenue: int
    renewal_weeks: int
    cmi: list[str]
    health: list[str]
    special: dict[str, Any]

    def joined(self, now: datetime) -> datetime:
        """When the account was added."""
        quarters = next((QUARTERS - n for n, word in enumerate(self.cmi) if word != NONE), 0)
        return now - QUARTER * quarters - JOINED_BEFORE

    def renewal(self, now: datetime) -> date:
        """The day on which its contract ends."""
        return now.date() + timedelta(weeks=self.renewal_weeks)


@dataclass(frozen=True)
class Rated:
    """An account was rated; `answers` by criterion id, None for "not known"."""

    at: datetime
    account: str
    by: str
    answers: dict[str, int | None]
    note: str = ""


@dataclass(frozen=True)
class Read:
    """A health score (0-100) was typed."""

    at: datetime
    account: str
    by: str
    value: int


@dataclass(frozen=True)
class Claimed:
    """Somebody took an account's alert on."""

    at: datetime
    account: str
    by: str


Happening = Rated | Read | Claimed


def stories(owners: dict[str, Owner]) -> list[Story]:
    """Read the file; `owners` by first name, whoever isn't among them owns nothing."""
    found = []
    for owner, rows in yaml.safe_load(FILE.read_text(encoding="utf-8")).items():
        for row in rows:
            name, *segments, revenue, weeks, cmi, health = row[:10]
            special = row[10] if len(row) > 10 else {}
            words = dict(zip(SEGMENTS, segments, strict=True))
            found.append(Story(name, owners.get(owner), words, revenue, weeks, cmi.split(), health.split(), special))
    return found


def happenings(told: list[Story], owners: dict[str, Owner], framework: Framework, now: datetime) -> list[Happening]:
    """Everything that happened to these accounts up to `now`, in order."""
    chance = random.Random(SEEDED)
    found: list[Happening] = []
    for story in told:
        if story.owner is not None:
            found += _ratings(story, story.owner, framework, now, chance)
            found += _readings(story, story.owner, now, chance)
        if "claimed" in story.special:
            name, days = story.special["claimed"]
            found.append(Claimed(_at_work(now, days, owners[name].zone, 16, chance), story.name, owners[name].id))
    return sorted(found, key=lambda one: one.at)


def _ratings(story: Story, owner: Owner, framework: Framework, now: datetime, chance: random.Random) -> list[Happening]:
    last = story.special.get("rated", chance.choice(SPREAD))
    rated: list[Happening] = []
    answers: dict[str, int | None] = {}
    for quarter, word in enumerate(story.cmi):
        if word == NONE:
            continue
        latest = quarter == QUARTERS - 1
        if latest and "ratings" in story.special:
            levels = map(int, story.special["ratings"].split())
            answers = dict(zip((each.id for each in framework.criteria), levels, strict=True))
        else:
            answers = _answers(framework, answers, word, chance)
        at = _at_work(now, last + QUARTER.days * (QUARTERS - 1 - quarter), owner.zone, chance.randrange(9, 13), chance)
        final = all(later == NONE for later in story.cmi[quarter + 1 :])
        rated.append(Rated(at, story.name, owner.id, answers, story.special.get("note", "") if final else ""))
    return rated


def _readings(story: Story, owner: Owner, now: datetime, chance: random.Random) -> list[Happening]:
    last = story.special.get("read", chance.choice(SPREAD))
    return [
        Read(
            _at_work(now, last + QUARTER.days * (QUARTERS - 1 - quarter), owner.zone, chance.randrange(10, 15), chance),
            story.name,
            owner.id,
            int(word),
        )
        for quarter, word in enumerate(story.health)
        if word != NONE
    ]


def _at_work(now: datetime, days: int, zone: str, hour: int, chance: random.Random) -> datetime:
    """So many days ago at an hour of somebody's working day; a weekend's work was done on the Friday."""
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, time(hour, chance.randrange(60)), ZoneInfo(zone)).astimezone(now.tzinfo)


def _answers(
    framework: Framework, before: dict[str, int | None], word: str, chance: random.Random
) -> dict[str, int | None]:
    """Answers near the wanted CMI, with as few changes from the last ones as that takes."""
    ids = [criterion.id for criterion in framework.criteria]
    if word == INCOMPLETE:
        return {each: chance.choice((2, 3, None)) if n % 2 else None for n, each in enumerate(ids)}
    wanted, (low, high) = float(word), framework.scale
    answers: dict[str, int] = {
        each: before.get(each) or min(high, max(low, round(wanted) + chance.choice((-1, 0, 0, 1)))) for each in ids
    }
    weights = _weights(framework)
    for _ in range(50):
        missing = wanted - sum(weights[each] * answers[each] for each in ids)
        step = 1 if missing > 0 else -1
        helping = [
            each
            for each in ids
            if low <= answers[each] + step <= high and abs(missing - step * weights[each]) < abs(missing)
        ]
        if not helping:
            break
        answers[chance.choice(helping)] += step
    return dict(answers)


def _weights(framework: Framework) -> dict[str, float]:
    """What one level of a criterion adds to the CMI when everything is rated."""
    total = float(sum(category.weight for category in framework.categories))
    return {
        criterion.id: float(category.weight) / total / len(category.criteria)
        for category in framework.categories
        for criterion in category.criteria
    }
