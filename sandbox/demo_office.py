"""The demo's parts, put together: the local workspace and the whole bot on one calendar, with a lived-in portfolio."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from bot.errors import StartupError
from bot.wiring import Program, build
from cmi_core.cadence import next_delivery
from sandbox import cast
from sandbox.clocks import Calendar
from sandbox.demo_folder import DemoError, Folder
from sandbox.history import RECENT, Cast, Play
from sandbox.limits import Limits
from sandbox.model import Channel, User
from sandbox.saved import Keeper, load
from sandbox.server import Sandbox
from sandbox.workspace import BOT_USER_ID

MANIFEST = Path(__file__).parents[1] / "manifest.yaml"
GENERAL, ALERTS, TEAM = "C01GENERAL", "C01CSALERT", "C01CSTEAM0"
GREETING = (
    "CMI Bot lives here now. Rate your accounts with `/cmi score`, see all it can do with `/cmi help`, "
    "and keep an eye on #cs-alerts."
)
LONDON = "Europe/London"
FIRST = "priya"

Check = Callable[[], None]


@dataclass(frozen=True)
class Office:
    """A running demo."""

    sandbox: Sandbox
    program: Program
    calendar: Calendar


@contextmanager
def running(folder: Folder, ports: Sequence[int], opening: datetime, check: Check) -> Iterator[Office]:
    """Run the demo that the folder holds, or a fresh one that begins at `opening`; afterwards all is saved.

    The first of `ports` that is free serves the page (0: any). `check` may raise to give up early.

    Raises:
        DemoError: the ports are taken, or the folder holds what this version can't use.
    """
    fresh = not folder.complete
    if fresh:
        folder.clear()
    calendar = folder.calendar(starting=opening - RECENT if fresh else None)
    sandbox = _sandbox(calendar, ports)
    if not fresh:
        _restore(sandbox, folder)
    with sandbox:
        folder.address.write_text(sandbox.url)
        if fresh:
            _fill(sandbox, folder, calendar, opening, check)
        keeper = Keeper(sandbox.workspace, sandbox.views, folder.slack)
        program = _program(folder, sandbox.api_url, calendar)
        keeper.start()
        program.start(slack=True, clock=True)
        try:
            yield Office(sandbox, program, calendar)
        finally:
            program.stop()
            keeper.stop()


def worker(folder: Folder) -> Program:
    """A second process's part of the demo that runs in this folder: the clock and the delivery, not started yet.

    Raises:
        DemoError: no demo runs there.
    """
    url = folder.address.read_text().strip() if folder.address.exists() else ""
    if not url or not folder.complete:
        raise DemoError(f"no demo is running in {folder.path}. Start one first.")
    return _program(folder, f"{url}/api/", folder.calendar())


def opening_moment(now: datetime) -> datetime:
    """When a fresh demo begins: now, but never outside London's working hours, when nobody would be asked anything.

    Then it is the next working day's half past two, when New York is at work as well.
    """
    if next_delivery(now, LONDON) == now:
        return now
    return next_delivery(now, LONDON, start=time(14, 30))


def people() -> list[User]:
    """The cast, with the CSM first whom the page shows when it is opened."""
    return sorted(cast.people(), key=lambda user: user.name != FIRST)


def _channels() -> list[Channel]:
    found = cast.channels(BOT_USER_ID)
    members = next(channel.members for channel in found if channel.id == ALERTS)
    return [*found, Channel(TEAM, "cs-team", list(members), topic="What nobody owns yet")]


def _sandbox(calendar: Calendar, ports: Sequence[int]) -> Sandbox:
    for port in ports:
        try:
            return Sandbox(MANIFEST, port=port, people=people(), channels=_channels(), calendar=calendar)
        except (OSError, OverflowError):  # OverflowError: no port has such a number
            continue
    raise DemoError(f"port {ports[0]} is taken or can't be used. Choose another with --port.")


def _restore(sandbox: Sandbox, folder: Folder) -> None:
    try:
        load(sandbox.workspace, sandbox.views, folder.slack)
    except ValueError as error:
        raise DemoError(f"{error}. Start once with --fresh.") from None


def _program(folder: Folder, api_url: str, calendar: Calendar, *, hurried: bool = False) -> Program:
    try:
        return build(folder.settings(api_url, hurried=hurried), calendar, check_channels=False)
    except StartupError as error:
        raise DemoError(f"{folder.path} can't be used ({error}) Start once with --fresh.") from None


def _fill(sandbox: Sandbox, folder: Folder, calendar: Calendar, opening: datetime, check: Check) -> None:
    """Let the last year happen. The bot of this time doesn't keep Slack's pace, and Slack doesn't mind."""
    print("Letting a year of customer success happen …", flush=True)
    sandbox.workspace.limits.apply({"enforce_rates": False})
    program = _program(folder, sandbox.api_url, calendar, hurried=True)
    try:
        play = Play(program.db, program.workspace_id, Cast.of(cast.people()), check)
        play.choose_settings(calendar.now(), alerts_to=ALERTS, fallback=TEAM)
        recent = play.past(opening)
        with sandbox.workspace.lock:
            sandbox.workspace.post(sandbox.workspace.channels[GENERAL], play.cast.manager, GREETING)
        program.dispatcher.start()
        play.recent(recent, calendar, opening)
    finally:
        program.stop()
        sandbox.workspace.limits.apply({"enforce_rates": Limits().enforce_rates})
