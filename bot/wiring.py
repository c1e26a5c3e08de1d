"""The one place where everything is put together. Nothing happens at import."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import metrics, startup
from bot.api.app import make_app
from bot.clock import Clock, SystemClock
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.delivery.pace import Pace
from bot.flows import asking, decisions, import_resuming, leavers, overrides, timely, uploads, weekly_report
from bot.jobs import schedule
from bot.listeners import alert, register_all
from bot.listeners.deps import Deps
from bot.listeners.later import Later
from bot.listeners.routed import RoutedApp
from bot.settings import Settings
from bot.slack import make_client
from bot.store.database import Database

# slack_sdk takes a connection for lost after about six of these: with its default nobody hears the bot for a minute.
PING_SECONDS = 2.0
# A listener may wait 1.5 s for a lock; Bolt's default of ten would let as many hold up everybody else.
LISTENERS_AT_ONCE = 32
# The longest Retry-After that is waited for: after three seconds no window can open any more.
SECONDS_OF_A_PERSON, SECONDS_OF_A_TICK = 2.0, 60.0


@dataclass
class Program:
    """All parts of one process, built and not yet started. `start` and `stop` what the process's role needs."""

    db: Database
    identity: startup.Identity
    workspace_id: int
    bolt: App
    later: Later
    dispatcher: Dispatcher
    scheduler: BackgroundScheduler
    web: FastAPI
    socket: SocketModeHandler | None

    def start(self, *, slack: bool, clock: bool) -> None:
        """Begin to hear Slack (over Socket Mode; HTTP begins with the web server) and to watch the clock.

        StartupError where Slack refuses the connection.
        """
        if slack and self.socket is not None:
            startup.connect(self.socket)
        if clock:
            self.dispatcher.start()
            self.scheduler.start()

    def stop(self) -> None:
        """Take nothing new, finish what is under way, and hand the rest back to the database."""
        if self.scheduler.running:
            self.scheduler.pause()
        delivery = threading.Thread(target=self.dispatcher.stop)
        delivery.start()
        if self.socket is not None:
            startup.hang_up(self.socket)
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)
        self.later.close()
        delivery.join()
        self.db.close()


def build(settings: Settings, clock: Clock | None = None, *, check_channels: bool = True) -> Program:
    """Put a process together. StartupError says in one line what is missing and what to do about it."""
    clock = clock or SystemClock()
    settings.require_tokens()
    db = startup.open_database(settings.database_url)
    client = make_client(settings.slack_bot_token, settings.slack_api_url, timeout=settings.slack_seconds)
    identity = startup.identify(client)
    workspace_id = startup.register(db, clock.now(), identity)
    if check_channels:
        startup.check_channels(db, client, workspace_id)
    interactive, patient = (
        make_client(
            settings.slack_bot_token, settings.slack_api_url, timeout=settings.slack_seconds, longest_wait=seconds
        )
        for seconds in (SECONDS_OF_A_PERSON, SECONDS_OF_A_TICK)
    )
    bolt = make_bolt(interactive, settings.slack_signing_secret, identity)
    later = Later()
    register_all(bolt, Deps(db=db, clock=clock, later=later))
    dispatcher = Dispatcher(
        db,
        client,
        clock,
        workspace_id=workspace_id,
        pace=Pace(settings.channel_interval, settings.workspace_per_minute),
        timing=Timing(slack_timeout=settings.slack_seconds, settle=settings.settle_seconds),
        threads=settings.delivery_threads,
        good_moment=partial(timely.look, db, patient),
    )
    scheduler = schedule(
        {
            "ask": lambda: asking.tick(db, clock.now(), patient),
            "leavers": lambda: leavers.tick(db, clock.now()),
            "weekly": lambda: weekly_report.tick(db, clock.now(), patient),
            "overrides": lambda: overrides.tick(db, clock.now()),
            "uploads": lambda: uploads.tick(db, clock.now()),
            "imports": lambda: import_resuming.tick(db, clock.now()),
            "review": lambda: decisions.tick(db, clock.now(), patient),
            "wake": lambda: alert.wake_due(db, patient, later, clock.now()),
        },
        settings.tick_seconds,
        db.alone,
    )
    socket = None
    if settings.slack_app_token:
        socket = SocketModeHandler(
            bolt, settings.slack_app_token, concurrency=LISTENERS_AT_ONCE, ping_interval=PING_SECONDS
        )
    checks: dict[str, Callable[[], str | None]] = {"database": startup.database_check(db)}
    if socket is not None:
        checks["slack"] = lambda: None if socket.client is None or socket.client.is_connected() else "not connected"
    web = make_app(bolt if settings.slack_signing_secret else None, checks, metrics.registry(db))
    return Program(db, identity, workspace_id, bolt, later, dispatcher, scheduler, web, socket)


def make_bolt(client: WebClient, signing_secret: str, identity: startup.Identity) -> App:
    """Bolt, told once who it is: left to itself it would call `auth.test` again and again."""

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=identity.enterprise,
            team_id=identity.team,
            bot_user_id=identity.bot_user,
            bot_id=identity.bot,
            bot_token=client.token,
        )

    logging.getLogger("slack_bolt.App").addFilter(_worth_saying)
    return RoutedApp(
        client=client,
        authorize=authorize,
        signing_secret=signing_secret or "unused: Socket Mode requests carry no signature",
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )


def _worth_saying(record: logging.LogRecord) -> bool:
    """Bolt warns at every start that `authorize` and `client` make it ignore the token, which is just what is meant."""
    return not record.getMessage().startswith(("As `installation_store` or `authorize`", "As you gave `client`"))
