"""The processes: `run`, `web` and `worker`, from their start to a clean end."""

import logging
import signal
import socket
import threading
from types import FrameType

import uvicorn

from bot.errors import StartupError
from bot.settings import Settings
from bot.wiring import Program, build

log = logging.getLogger(__name__)


def serve(role: str, settings: Settings, *, check_channels: bool = True) -> int:
    """Run one role until SIGINT or SIGTERM, then finish what is under way."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    listening = None if role == "worker" else _listen(settings)
    program = build(settings, check_channels=check_channels)
    program.start(slack=role != "worker", clock=role != "web")
    log.info("CMI Bot is at work (%s), in the Slack workspace %s", role, program.identity.team_name)
    try:
        if listening is None:
            asked_to_stop.wait()
        else:
            _http(program, listening)
    finally:
        program.stop()
    log.info("CMI Bot has stopped; nothing is left half done")
    return 0


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=512)
    except OSError as error:
        raise StartupError(
            f"Port {settings.port} can't be used ({error.strerror}): set PORT to another, or stop what uses it."
        ) from None


def _http(program: Program, listening: socket.socket) -> None:
    """Serve until a signal comes; uvicorn hands it on to our own handler when it is done."""
    config = uvicorn.Config(program.web, log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])
