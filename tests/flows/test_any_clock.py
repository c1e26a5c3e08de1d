"""Whatever the zones, the clocks and the outages: each person is told in their working hours, once a day, and nothing
is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from bot.delivery.moment import Drop, Wait
from bot.flows import asking, people, timely
from bot.slack import make_client
from bot.store.database import Database
from bot.store.tables import Base, Message
from bot.views.prompt import Prompt
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.flows.asked import due_account, in_hand
from tests.flows.office import DIEGO, PRIYA, Office

ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
# Around clock changes north and south, a leap day, and the turn of a year.
BEGINNINGS = [
    datetime(2026, 3, 26, tzinfo=UTC),
    datetime(2026, 4, 2, tzinfo=UTC),
    datetime(2026, 10, 1, tzinfo=UTC),
    datetime(2026, 10, 22, tzinfo=UTC),
    datetime(2026, 12, 28, tzinfo=UTC),
    datetime(2028, 2, 24, tzinfo=UTC),
]
DAYS = 12
hours = st.integers(0, 24 * 6)
zones = st.sampled_from(ZONES)


@dataclass(frozen=True)
class Course:
    """What happens: two people move after some hours, and for some hours Slack is out."""

    begins: datetime
    minutes: int
    first: tuple[str, str]
    then: tuple[str, str]
    moves_after: int
    out_from: int
    out_for: int


courses = st.builds(
    Course,
    begins=st.sampled_from(BEGINNINGS),
    minutes=st.integers(0, 59),
    first=st.tuples(zones, zones),
    then=st.tuples(zones, zones),
    moves_after=hours,
    out_from=hours,
    out_for=st.integers(0, 40),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(courses)
def test_each_is_told_in_their_hours_once_a_day_and_of_everything(slack: Sandbox, course: Course) -> None:
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder)}/bot.db")
        Base.metadata.create_all(db.engine)
        office = Office(db, now=course.begins + timedelta(minutes=course.minutes), team=TEAM_ID)
        days = _Days(office, slack, make_client(slack.bot_token, slack.api_url))
        days.live_in(course.first)
        for number, owner in enumerate((PRIYA, DIEGO) * 3):
            due_account(office, f"Account {number}", owner=owner, on=(course.begins + timedelta(days=number)).date())
        for hour in range(0, 24 * DAYS, 2):
            if course.moves_after <= hour < course.moves_after + 2:
                days.live_in(course.then)
            days.look(slack_is_there=not course.out_from <= hour < course.out_from + course.out_for)
            office.later(hours=2)
        days.judge()
        db.close()


class _Days:
    """Time that goes by, and what was sent when, by the clock of whoever got it."""

    def __init__(self, office: Office, slack: Sandbox, client: WebClient) -> None:
        self._office, self._slack, self._client = office, slack, client
        self._zones: dict[str, str] = {}
        self._sent: list[tuple[str, datetime, Prompt]] = []

    def live_in(self, zones_of: tuple[str, str]) -> None:
        """Where they live from now on, as Slack tells the bot."""
        self._zones = dict(zip((PRIYA, DIEGO), zones_of, strict=True))
        for user, zone in self._zones.items():
            self._slack.workspace.users[user].tz = zone
            seen = self._client.users_info(user=user)["user"]
            people.take(self._office.db, self._office.now, self._office.workspace_id, user, seen)

    def look(self, *, slack_is_there: bool) -> None:
        """What the clock and the dispatcher do."""
        now = self._office.now
        asking.tick(self._office.db, now, self._client)
        for row in self._office.messages("prompt"):
            if slack_is_there and row.state == "owed" and row.not_before <= now:
                verdict = timely.look(self._office.db, self._client, in_hand(row), now)
                with self._office.db.write() as session:
                    stored = session.get_one(Message, row.id)
                    if isinstance(verdict, Wait):
                        assert verdict.until > now
                        stored.not_before = verdict.until
                    else:
                        stored.state = "withdrawn" if isinstance(verdict, Drop) else "sent"
                if verdict is None:
                    local = now.astimezone(ZoneInfo(self._zones[row.recipient]))
                    self._sent.append((row.recipient, local, Prompt.model_validate(row.data)))

    def judge(self) -> None:
        for _, local, _ in self._sent:
            assert local.weekday() < 5
            assert 9 <= local.hour < 17
        told = [(who, local.date()) for who, local, _ in self._sent]
        assert len(told) == len(set(told))
        names = {item.name for _, _, prompt in self._sent for item in prompt.items}
        assert names == {f"Account {number}" for number in range(6)}
