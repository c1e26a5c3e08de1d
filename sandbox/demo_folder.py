"""Where a demo keeps its things, so that it can be ended, even killed, and started again."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from sandbox.clocks import Calendar
from sandbox.server import Sandbox

_OTHERS_SETTINGS = ("SLACK_", "CMI_", "DATABASE_URL", "PORT")


class DemoError(Exception):
    """The demo can't go on; the text says what to do."""


@dataclass(frozen=True)
class Folder:
    """A demo's folder. It is complete once Slack's side was saved in it, which is done last."""

    path: Path

    @property
    def slack(self) -> Path:
        """What the local workspace looks like."""
        return self.path / "slack.json"

    @property
    def log(self) -> Path:
        """What the terminal is spared."""
        return self.path / "log.txt"

    @property
    def address(self) -> Path:
        """Where the demo is served, for its other processes; locked by whoever serves it."""
        return self.path / "address.txt"

    @property
    def complete(self) -> bool:
        """Whether there is something to go on with; a folder left in the middle of its making begins anew."""
        return self.slack.exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second demo out of this folder.

        Raises:
            DemoError: one is running in it.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            held = self.address.open("a+")
        except OSError as error:
            raise DemoError(f"{self.path} can't be used ({error.strerror}): choose another with --folder.") from None
        with held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                where = self.address.read_text().strip() or "starting just now"
                raise DemoError(
                    f"a demo is running in {self.path} already ({where}). End it first, or choose another --folder."
                ) from None
            held.truncate(0)
            yield

    def clear(self) -> None:
        """Forget everything but the lock. Only files that a demo made are touched."""
        made = (self.slack, self.log, self._calendar, *self.path.glob("*.new"), *self.path.glob("bot.sqlite*"))
        for file in made:
            file.unlink(missing_ok=True)

    @property
    def _calendar(self) -> Path:
        return self.path / "calendar.json"

    def calendar(self, *, starting: datetime | None = None) -> Calendar:
        """The calendar that all processes of the demo share; a new one may start at any instant."""
        if starting is not None:
            offset = (starting - datetime.now(UTC)).total_seconds()
            self._calendar.write_text(json.dumps({"offset_seconds": offset}))
        return Calendar(self._calendar)

    def settings(self, api_url: str, *, hurried: bool = False) -> Settings:
        """The bot's settings, none of them from the environment. `hurried` doesn't keep Slack's pace."""
        forget_environment()
        return Settings(
            _env_file=None,
            slack_bot_token=Sandbox.bot_token,
            slack_app_token=Sandbox.app_token,
            slack_api_url=api_url,
            database_url=f"sqlite:///{self.path / 'bot.sqlite'}",
            channel_interval=0.0 if hurried else 1.0,
            tick_seconds=1.0,
            log_level="WARNING",
        )

    def log_quietly(self) -> None:
        """Send warnings and errors of this process to the log, away from the terminal."""
        logging.basicConfig(
            filename=self.log, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        logging.captureWarnings(capture=True)


def forget_environment() -> None:
    """Drop settings of a real installation, and proxies: the demo talks to this machine alone."""
    for name in list(os.environ):
        if name.upper().startswith(_OTHERS_SETTINGS) or name.upper().endswith("_PROXY"):
            del os.environ[name]
