"""The demo: a local Slack workspace and the whole bot, from one command and without a Slack account.

`make demo`, or `python -m sandbox.demo --help`.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from sandbox import tour
from sandbox.demo_folder import DemoError, Folder, forget_environment
from sandbox.demo_office import LONDON, Check, Office, opening_moment, running, worker

PORT = 8065
DATA = ".demo"


class EndedError(Exception):
    """Somebody ended the demo before it was ready, or the tour before its end."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo, its tour or one of its workers. Gives the exit status."""
    options = _options(argv)
    forget_environment()
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    try:
        if options.worker:
            return _work(Folder(options.worker), ended)
        if options.tour:
            return tour.run(_check(ended))
        return _demo(Folder(options.folder), options.port, ended, fresh=options.fresh)
    except DemoError as error:
        print(f"The demo can't run: {error}", file=sys.stderr)
        return 1
    except EndedError:
        print("Ended in the middle of it; the next start begins anew.")
        return 1 if options.tour else 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description="CMI Bot in a local Slack workspace.")
    parser.add_argument("--port", type=int, help=f"the page's port (default: {PORT}, or another if it is taken)")
    parser.add_argument("--fresh", action="store_true", help="begin anew, forgetting what was done in earlier demos")
    parser.add_argument("--folder", type=Path, default=Path(DATA), help=f"where the demo is kept (default: {DATA})")
    parser.add_argument("--tour", action="store_true", help="play the main story without a page, and check it")
    parser.add_argument("--worker", type=Path, metavar="FOLDER", help="help the demo that runs in this folder")
    return parser.parse_args(argv)


def _demo(folder: Folder, port: int | None, ended: threading.Event, *, fresh: bool) -> int:
    with folder.locked():
        if fresh:
            folder.clear()
        folder.log_quietly()
        print("Starting …", flush=True)
        ports = (PORT, 0) if port is None else (port,)
        with running(folder, ports, opening_moment(datetime.now(UTC)), _check(ended)) as office:
            print(_welcome(office, folder, port), flush=True)
            ended.wait()
            print("\nSaving …", flush=True)
        print("Bye. “make demo” goes on from here.")
    return 0


def _work(folder: Folder, ended: threading.Event) -> int:
    folder.log_quietly()
    program = worker(folder)
    program.start(slack=False, clock=True)
    print("ready", flush=True)
    ended.wait()
    program.stop()
    return 0


def _check(ended: threading.Event) -> Check:
    def check() -> None:
        if ended.is_set():
            raise EndedError

    return check


def _welcome(office: Office, folder: Folder, wanted: int | None) -> str:
    url = office.sandbox.url
    today = office.calendar.now().astimezone(ZoneInfo(LONDON))
    lines = [f"\nCMI Bot's demo is ready:  {url}\n"]
    if wanted is None and not url.endswith(f":{PORT}"):
        lines.append(f"(Port {PORT} was taken, so it is another one.)")
    lines.append("You are Priya Shah, who looks after customers from London; be somebody else at the top right.")
    if today.date() != datetime.now(UTC).astimezone(ZoneInfo(LONDON)).date():
        lines.append(f"In the demo it is {today:%A, %-d %B %Y, %H:%M}.")
    lines.append(
        f"""
Three things to try:
  1. Type “/cmi score Acme” and rate it for the first time.
  2. Look into #cs-alerts, and take one on with “I'm on it”.
  3. Press “+ Quarter” at the top, and see whom CMI Bot asks what.

Everything is kept in {folder.path} (make demo ARGS=--fresh begins anew). Ctrl-C ends the demo."""
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
