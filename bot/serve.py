"""The processes: `run`, `web` and `worker`, from their start to a clean end."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bot.garbage import uncollected

with uncollected():  # all of it is kept: looking through it again and again would be a sixth of the start
    import uvicorn

    from bot.clock import Clock
    from bot.errors import StartupError
    from bot.settings import Settings
    from bot.wiring import Program, build

log = logging.getLogger(__name__)


def serve(role: str, settings: Settings, *, check_channels: bool = True, clock: Clock | None = None) -> int:
    """Run one role until SIGINT or SIGTERM, then finish what is under way. StartupError says why it can't begin."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes longer than its interval is fine
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    # Whoever makes a call to Slack says what became of it; the client would say it a second time.
    logging.getLogger("slack_sdk.web.base_client").setLevel(logging.CRITICAL)
    stop = _Stop()
    listening = None if role == "worker" else _listen(settings)
    try:
        program = build(settings, clock, check_channels=check_channels)
        try:
            program.start(slack=role != "worker", clock=role != "web")
            log.info("CMI Bot is at work (%s), in the Slack workspace %s", role, program.identity.team_name)
            if listening is None:
                stop.wait()
            else:
                stop.serve(_server(program), listening)
        finally:
            with _ending_within(settings.stop_seconds):
                program.stop()
    finally:
        if listening is not None:
            listening.close()
    log.info("CMI Bot has stopped; nothing is left half done")
    return 0


class _Stop:
    """What SIGINT and SIGTERM ask for; remembered also while the program still begins."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._server: uvicorn.Server | None = None
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked.set()
        if self._server is not None:
            self._server.should_exit = True

    def wait(self) -> None:
        self._asked.wait()

    def serve(self, server: uvicorn.Server, listening: socket.socket) -> None:
        """Answer requests until a signal comes; uvicorn hands it on to our own handler when it is done."""
        self._server = server
        if not self._asked.is_set():
            server.run(sockets=[listening])


@contextmanager
def _ending_within(seconds: float) -> Iterator[None]:
    """End the process where ending takes longer, since the platform would kill it without a word.

    That loses nothing: what was owed, claimed or begun stands in the database, and another process goes on with it.
    """

    def leave() -> None:
        log.warning("Not everything ended within %g s, probably for want of Slack; another process goes on", seconds)
        logging.shutdown()
        os._exit(0)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns Nagle's delay (40 ms an answer) off only where the protocol is named.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise StartupError(
            f"Port {settings.port} can't be used ({error.strerror}): set PORT to another, or stop what uses it."
        ) from None
    return listening


def _server(program: Program) -> uvicorn.Server:
    config = uvicorn.Config(program.web, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    return uvicorn.Server(config)
