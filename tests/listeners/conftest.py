"""A bot's listeners with real parts: Bolt over Socket Mode, flows on SQLite, and the local Slack workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult

from bot.clock import SystemClock
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.delivery.pace import Pace
from bot.flows import accounts, settings, workspaces
from bot.flows.actor import Actor
from bot.listeners import register_all
from bot.listeners.deps import Deps
from bot.listeners.later import Later
from bot.listeners.routed import RoutedApp
from bot.slack import make_client
from bot.startup import hang_up
from bot.store.database import Database
from bot.store.tables import Base
from bot.views.account_form import NewAccount
from bot.views.settings_form import SettingsForm
from bot.views.standing import Standing
from sandbox.limits import Limits
from sandbox.person import Person
from sandbox.server import Sandbox

ALERTS = "C01CSALERT"
SLOW_MACHINE_SECONDS = 10.0
ADMIN, MANAGER, PRIYA, DIEGO = "U01ADMIN00", "U01MANAGER", "U01PRIYA00", "U01DIEGO00"


@dataclass(frozen=True)
class Office:
    """A running bot, and the people who use it."""

    sandbox: Sandbox
    db: Database
    app: App
    team: str
    later: Later
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, user: str = PRIYA) -> Person:
        if user not in self.people:
            self.people[user] = self.sandbox.person(user)
        return self.people[user]

    def actor(self, user: str = PRIYA) -> Actor:
        return workspaces.actor(self.db, self.team, None, user)

    def add(self, name: str, user: str = PRIYA) -> Standing:
        """An account of this person's."""
        return accounts.create(self.db, self.now(), self.actor(user), NewAccount(name=name))

    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('office')}/bot.db")
    Base.metadata.create_all(db.engine)
    with running(db) as office:
        yield office


@contextmanager
def running(db: Database) -> Iterator[Office]:
    """The bot at work on a database, which is closed in the end."""
    # Slack's own three seconds are for `test_quick`, `test_saving` and `test_score`, which measure them.
    limits = Limits(enforce_rates=False, ack_seconds=SLOW_MACHINE_SECONDS, trigger_seconds=SLOW_MACHINE_SECONDS)
    with Sandbox(limits=limits) as sandbox:
        client = make_client(sandbox.bot_token, sandbox.api_url, longest_wait=2.0)
        me = client.auth_test()
        workspaces.register(db, datetime.now(UTC), me["team_id"], me["team"])
        known = AuthorizeResult.from_auth_test_response(bot_token=sandbox.bot_token, auth_test_response=me)
        app = RoutedApp(
            client=client,
            authorize=lambda: known,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
        later = Later()
        register_all(app, Deps(db, SystemClock(), later))
        handler = SocketModeHandler(app, sandbox.app_token)
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        office = Office(sandbox, db, app, me["team_id"], later)
        try:
            yield office
        finally:
            for person in office.people.values():
                person.leave()
            hang_up(handler)
            later.close()
            db.engine.dispose()


@pytest.fixture(scope="module")
def delivering(office: Office) -> Iterator[Office]:
    """The office with its outbox being sent, and a channel for alerts."""
    form = SettingsForm(alert_channel=ALERTS, admins=(ADMIN,))
    settings.write(office.db, office.now(), office.actor(ADMIN), form)
    client = make_client(office.sandbox.bot_token, office.sandbox.api_url)
    dispatcher = Dispatcher(
        office.db,
        client,
        SystemClock(),
        workspace_id=office.actor(ADMIN).workspace_id,
        pace=Pace(0, 10_000),
        timing=Timing(poll=0.05),
        threads=2,
    )
    dispatcher.start()
    yield office
    dispatcher.stop()
