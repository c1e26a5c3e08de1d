"""The bot as a process of its own, started as in production and ended as roughly as a test likes."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.forks import Forked

ROOT = Path(__file__).parents[1]
_START_SECONDS = 60.0


def free_port() -> int:
    """A free port below those of outgoing connections, so that it stays free between two starts."""
    while True:
        port = secrets.randbelow(10_000) + 20_000
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class BotProcess:
    """`cmi-bot` in a folder of its own, so that no `.env` of the checkout counts. The environment is all it knows.

    Where its start isn't what is tested it may be `forked`, which costs a tenth.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        command: Sequence[str] = ("-m", "bot", "run"),
        *,
        forked: bool = False,
    ) -> None:
        self._folder = folder
        self._command = command
        self._forked = forked
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "CMI_HOST": "127.0.0.1",
            **environment,
        }
        self._running: subprocess.Popen[bytes] | Forked | None = None
        self.log = folder / "bot.log"
        self.log.unlink(missing_ok=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of the process, which must have been started."""
        assert self._running is not None
        return self._running.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start the process, which must not run; `wait_until_ready` says when it answers."""
        assert self._running is None or self._running.poll() is not None
        if self._forked:
            self._running = Forked(self._command, self._folder, self.environment, self.log)
            return
        command = [sys.executable, *self._command]
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                command, cwd=self._folder, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def wait_until_ready(self) -> None:
        """Return once it serves HTTP; AssertionError with its log where it ended or took too long."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            assert self._running is not None
            assert self._running.poll() is None, f"ended with {self._running.returncode}:\n{self.said()}"
            try:
                if httpx.get(f"{self.url}/livez", trust_env=False, timeout=1).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"did not become ready:\n{self.said()}")

    def wait_until_it_says(self, words: str) -> None:
        """Return once its log holds these words."""
        deadline = time.monotonic() + _START_SECONDS
        while words not in self.said():
            assert self._running is not None
            assert self._running.poll() is None, f"ended with {self._running.returncode}:\n{self.said()}"
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL)."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def restart(self) -> None:
        """Kill it and start it anew."""
        self.kill()
        self.start()

    def terminate(self, timeout: float = 60.0) -> int:
        """Ask it to end (SIGTERM); its exit status."""
        assert self._running is not None
        self._running.send_signal(signal.SIGTERM)
        return self._running.wait(timeout)

    def is_running(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def ended(self, timeout: float = 60.0) -> int:
        """Wait until it ends by itself; its exit status."""
        assert self._running is not None
        return self._running.wait(timeout)

    def said(self) -> str:
        """All that it wrote to standard output and error."""
        return self.log.read_text() if self.log.exists() else ""
