"""Plays a portfolio through the bot's own flows, each event at its past instant, so that all that follows is there."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import exists, select, update

from bot.flows import alerts, csv_accounts, health, importing, rating, settings
from bot.flows.actor import Actor
from bot.store import history
from bot.store.database import Database
from bot.store.tables import Account, Episode, Message
from bot.views.settings_form import SettingsForm
from bot.views.survey import SurveyMeta, SurveyPage
from cmi_core import Framework, load_framework
from sandbox.clocks import CalendarLike
from sandbox.demo_folder import DemoError
from sandbox.model import User
from sandbox.portfolio import Happening, Owner, Rated, Read, Story, happenings, stories

RECENT = timedelta(days=14)
DELIVERED_WITHIN = 20.0


@dataclass(frozen=True)
class Cast:
    """Who plays which part: Slack ids, and the owners by first name."""

    admin: str
    manager: str
    owners: dict[str, Owner]

    @classmethod
    def of(cls, people: Iterable[User]) -> Cast:
        """Everybody may own accounts, also who has left since."""
        found = {user.name: Owner(user.id, user.tz) for user in people}
        return cls(found["ada"].id, found["marta"].id, found)


@dataclass(frozen=True)
class Play:
    """Fills an empty workspace. `check` is called between steps and may raise to give up."""

    db: Database
    workspace_id: int
    cast: Cast
    check: Callable[[], None]
    ids: dict[str, int] = field(default_factory=dict)

    def past(self, now: datetime) -> list[Happening]:
        """Play all but the last two weeks, of which nobody is told any more. Gives what is left to play."""
        framework = load_framework("maor-wittgen")
        told = stories(self.cast.owners)
        events = happenings(told, self.cast.owners, framework, now)
        self._import(told, now)
        for event in events:
            if event.at < now - RECENT:
                self._happen(event, framework)
        self._withdraw()
        return [event for event in events if event.at >= now - RECENT]

    def recent(self, events: Iterable[Happening], calendar: CalendarLike, now: datetime) -> None:
        """Play the last two weeks with the bot delivering, so that Slack dates each message as it should."""
        framework = load_framework("maor-wittgen")
        for event in events:
            calendar.advance(max(event.at - calendar.now(), timedelta()))
            self._happen(event, framework)
            self._wait_until_delivered()
        calendar.advance(max(now - calendar.now(), timedelta()))

    def _import(self, told: Iterable[Story], now: datetime) -> None:
        by_day: dict[datetime, list[Story]] = {}
        for story in told:
            by_day.setdefault(story.joined(now), []).append(story)
        for day in sorted(by_day):
            sheet = csv_accounts.read(_csv(by_day[day], self.cast, now), day)
            known = {owner.id.lower(): owner.id for owner in self.cast.owners.values()}
            importing.apply(self.db, day, self.workspace_id, sheet, known)
        with self.db.read() as session:
            every = select(Account.name, Account.id).where(Account.workspace_id == self.workspace_id)
            self.ids.update((name, account_id) for name, account_id in session.execute(every))

    def choose_settings(self, now: datetime, *, alerts_to: str, fallback: str) -> None:
        """What an admin does first: the channels, the admins, the zone."""
        form = SettingsForm(
            alert_channel=alerts_to,
            fallback_channel=fallback,
            admins=(self.cast.admin, self.cast.manager),
            zone="Europe/London",
        )
        settings.write(self.db, now, Actor(self.workspace_id, self.cast.admin), form)

    def _happen(self, event: Happening, framework: Framework) -> None:
        self.check()
        actor = Actor(self.workspace_id, event.by)
        account_id = self.ids[event.account]
        key = f"demo-{account_id}-{event.at:%Y%m%d%H%M}"
        if isinstance(event, Rated):
            meta = SurveyMeta(
                submission=key, account_id=account_id, page=1, framework=framework.id, version=framework.version
            )
            rating.submit(self.db, event.at, actor, SurveyPage(meta=meta, answers=event.answers, note=event.note))
        elif isinstance(event, Read):
            health.record(self.db, event.at, actor, account_id, Fraction(event.value), submission=key)
        else:
            with self.db.read() as session:
                episode = history.open_episode(session, account_id)
            if episode is not None:
                alerts.claim(self.db, event.at, actor, episode.id)

    def _withdraw(self) -> None:
        """Nobody wants to hear of last year today."""
        with self.db.write() as session:
            session.execute(update(Episode).values(message_id=None))
            session.execute(update(Message).where(Message.state == "owed").values(state="withdrawn"))

    def _wait_until_delivered(self) -> None:
        deadline = time.monotonic() + DELIVERED_WITHIN
        waiting = select(exists().where(Message.state.in_(("owed", "sending", "unknown"))))
        while True:
            self.check()
            with self.db.read() as session:
                if not session.scalar(waiting):
                    return
            if time.monotonic() > deadline:
                raise DemoError("the bot did not deliver its messages in time. Please try again.")
            time.sleep(0.02)


def _csv(told: Iterable[Story], cast: Cast, now: datetime) -> bytes:
    """The accounts as a file that `cmi-bot import` takes."""
    columns = ("name", "owner", "manager", "recurring_revenue", "renewal_date", *csv_accounts.SEGMENTS)
    text = io.StringIO(newline="")
    sheet = csv.DictWriter(text, columns)
    sheet.writeheader()
    for story in told:
        people = {"owner": story.owner.id, "manager": cast.manager} if story.owner else {}
        money = {"recurring_revenue": story.revenue * 1000, "renewal_date": story.renewal(now).isoformat()}
        sheet.writerow({"name": story.name, **people, **money, **story.segments})
    return text.getvalue().encode()
