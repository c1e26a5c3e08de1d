"""The bot of a run: the real flows, outbox and dispatcher over one SQLite file and the local Slack, in one thread."""

from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from bot.delivery.dispatcher import Timing
from bot.delivery.pace import Pace
from bot.flows import (
    absence,
    account_events,
    asking,
    due_dates,
    handing_over,
    leavers,
    pausing,
    people,
    putting_off,
    rating,
    renewing,
    weekly_report,
    workspaces,
)
from bot.flows.actor import Actor
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Message, Workspace
from bot.store.tables.base import Base
from bot.views.event_form import Event
from bot.views.pause_form import PauseEntry
from bot.views.survey import SurveyMeta, SurveyPage
from cmi_core import load_framework
from sandbox.model import Channel, User
from sandbox.workspace import BOT_USER_ID, TEAM_ID
from tests.databases import new_sqlite
from tests.flows.office import Office
from tests.year import cast
from tests.year.slack import Calendar, LocalSlack, Sender

NAME = "maor-wittgen"
FRAMEWORK = load_framework(NAME)
CRITERIA = [each.id for category in FRAMEWORK.categories for each in category.criteria]
NOON = time(12, tzinfo=UTC)


class Bot:
    """What people do with the bot, and what its clock and its delivery do by themselves."""

    def __init__(self, folder: Path, calendar: Calendar, team: list[cast.Owner]) -> None:
        self.calendar, self.team = calendar, team
        users = [User(each.user, each.user.lower(), each.user, tz=each.zone) for each in team]
        users += [User(user, user.lower(), user, tz=cast.HOME_ZONE) for user in (cast.ADMIN, cast.HEAD)]
        channel = Channel(cast.FALLBACK, "cs-team", [cast.ADMIN, BOT_USER_ID])
        self.slack = LocalSlack(users, channel, calendar)
        self.db = Database(new_sqlite(folder))
        self.workspace_id = workspaces.register(self.db, calendar.now(), TEAM_ID, "A year")
        self._dispatcher = Sender(
            self.db,
            self.slack.client,
            calendar,
            workspace_id=self.workspace_id,
            pace=Pace(0.0, 10**6),
            timing=Timing(),
            threads=1,
        )
        self._submissions = count(1)
        self._reports_wait = False

    def close(self) -> None:
        self._dispatcher.stop()
        self.db.close()

    def now(self) -> datetime:
        return self.calendar.now()

    def actor(self, user: str) -> Actor:
        return Actor(self.workspace_id, user)

    def tick(self) -> None:
        """One look of the clock, and all that it owes is sent."""
        owed = asking.tick(self.db, self.now(), self.slack.client)
        owed += leavers.tick(self.db, self.now())
        owed += weekly_report.tick(self.db, self.now(), self.slack.client)
        if owed or self._reports_wait:
            self.deliver()
            # The report of a leaver waits for its reader's working hours.
            self._reports_wait = self._dispatcher.is_anything_left("leavers")

    def deliver(self) -> None:
        """Send what is owed. The answers to those who rate are left out: nobody is asked anything by them."""
        with self.db.write() as session:
            session.execute(delete(Message).where(Message.kind == "result"))
        self._dispatcher.drain()

    def rate(self, user: str, account: int, level: int) -> None:
        meta = SurveyMeta(
            submission=f"s{next(self._submissions)}",
            account_id=account,
            page=0,
            framework=NAME,
            version=FRAMEWORK.version,
        )
        page = SurveyPage(meta=meta, answers=dict.fromkeys(CRITERIA, level), health=None)
        rating.submit(self.db, self.now(), self.actor(user), page)

    def renew(self, user: str, account: int, assessment: int) -> None:
        renewing.renew(self.db, self.now(), self.actor(user), account, assessment)

    def snooze(self, user: str, account: int, until: date) -> None:
        putting_off.snooze(self.db, self.now(), self.actor(user), account, until)

    def leave(self, user: str, first: date, last: date, cover: str | None) -> None:
        """Somebody says when they are away and who covers for them; nobody does for those who own nothing."""
        absence.leave(self.db, self.now(), self.actor(user), user, first=first, last=last)
        if cover is not None:
            handing_over.cover_all(self.db, self.now(), self.actor(user), user, who=cover, until=last)

    def assign(self, account: int, owner: str) -> None:
        handing_over.assign(self.db, self.now(), self.actor(cast.ADMIN), account, owner)

    def change_person(self, user: str, **values: object) -> None:
        """Change somebody in Slack, which tells the bot."""
        for name, value in values.items():
            setattr(self.slack.users[user], name, value)
        people.take(self.db, self.now(), self.workspace_id, user, self.slack.described(user))

    def note_event(self, account: int) -> None:
        number = next(self._submissions)
        event = Event(account_id=account, submission=f"e{number}", kind="executive", on=self._today())
        account_events.note(self.db, self.now(), self.actor(cast.ADMIN), event)

    def pause(self, manager: str, until: date) -> None:
        entry = PauseEntry(manager=manager, until=until, reason="The team is at an offsite")
        pausing.pause(self.db, self.now(), self.actor(cast.ADMIN), entry)

    def _today(self) -> date:
        return self.now().astimezone(ZoneInfo(cast.HOME_ZONE)).date()

    def learn_renewal(self, account: int, day: date) -> None:
        """A renewal date arrives, as by an import."""
        with self.db.write() as session:
            row = session.get_one(Account, account)
            row.renewal_date = day
            due_dates.plan_again(row, cast.settings(day), now=self.now())

    def settle_in(self, plans: list[cast.Plan], begins: date) -> dict[int, cast.Plan]:
        """Store settings, people and accounts, each with its last rating: copies of one that the bot has stored.

        Gives the accounts by their ids.
        """
        settings, unwanted = cast.settings(begins), cast.want_no_report(self.team)
        sample = Office(self.db, self.now(), team=TEAM_ID).account("Sample", owner=cast.HEAD)
        self.rate(cast.HEAD, sample, 3)
        with self.db.write() as session:
            session.get_one(Workspace, self.workspace_id).settings = settings.model_dump(mode="json")
            for each in self.team:
                row = people_store.get(session, self.workspace_id, each.user)
                row.manager, row.weekly = each.manager, False if each.user in unwanted else None
            account, rating_of_it = session.get_one(Account, sample), session.scalars(select(Assessment)).one()
            like, kept = _values(account), _values(rating_of_it)
            found = dict(enumerate(plans, sample + 1))
            ratings = []
            for number, plan in found.items():
                at = datetime.combine(plan.rated, NOON) if plan.rated else None
                session.add(stored := Account(**{**like, **_own(number, plan, at)}))
                due_dates.plan_next(stored, settings, at, now=self.now())
                if at:
                    own = {"id": number, "account_id": number, "submission": f"before-{number}", "created_at": at}
                    ratings.append({**kept, **own})
            account.lifecycle, account.ask_on = "churned", None
            session.flush()
            session.execute(insert(Assessment), ratings)
        return found


def _values(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _own(number: int, plan: cast.Plan, rated: datetime | None) -> dict[str, Any]:
    """What of an account's row is not like the others'."""
    size = "Enterprise" if plan.months == cast.ENTERPRISE_MONTHS else "Small"
    own: dict[str, Any] = {
        "id": number,
        "name": plan.name,
        "name_key": plan.name.casefold(),
        "owner": plan.owner,
        "segments": {"size": size},
        "renewal_date": plan.renewal,
    }
    if rated:
        return own | {"assessment_id": number, "cmi_on": rated}
    return own | dict.fromkeys(("assessment_id", "cmi_on", "cmi", "answers", "framework_id"))
