"""A demo of one's own, in the same process or in another."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.demo_folder import Folder
from sandbox.demo_office import Office, opening_moment, running

READY_WITHIN = 60.0
ROOT = Path(__file__).parents[2]
# A Wednesday: the story may happen at any date, and this one needs no moving.
OPENING = datetime.fromisoformat("2026-11-25T14:30:00+00:00")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A fresh demo, only to be looked at.

    It ends with its module: its threads draw from `random`, which Hypothesis guards in the tests that follow.
    """
    before = dict(os.environ)
    folder = Folder(tmp_path_factory.mktemp("demo"))
    try:
        with running(folder, (0,), opening_moment(OPENING), lambda: None) as office:
            yield office
    finally:
        os.environ.update(before)  # the demo forgets settings of a real installation


class Process:
    """A demo in a process of its own."""

    def __init__(self, folder: Path, output: Path, *options: str) -> None:
        self._output = output
        command = [sys.executable, "-m", "sandbox.demo", "--folder", str(folder), *options]
        with output.open("w") as written:
            self._process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, cwd=ROOT)

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while text not in self.output:
            assert self._process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)

    @property
    def url(self) -> str:
        """The page's address, once the demo is ready."""
        self.wait_for("Ctrl-C ends")
        return self.output.partition("demo is ready:")[2].split()[0]

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, and give the exit status that follows within a few seconds."""
        self._process.send_signal(with_signal)
        return self._process.wait(15)

    def status(self) -> int:
        """The exit status of a demo that ends by itself."""
        return self._process.wait(READY_WITHIN)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a demo in the test's folder; whatever is left of it is killed in the end."""
    processes: list[Process] = []

    def begin(*options: str) -> Process:
        processes.append(Process(tmp_path / "demo", tmp_path / f"{len(processes)}.output", *options))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
