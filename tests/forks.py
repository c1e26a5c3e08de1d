"""Processes that begin as copies of one which has imported the bot: importing it anew costs each two seconds."""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["bot.serve", "bot.doctor", "tests.chaos.process", "tests.forks"])


class Forked:
    """As much of `subprocess.Popen` as the tests use; a process of its own in all but what it has imported."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> None:
        """`command` is what would follow `python`: "-m", a module, and its arguments."""
        _, module, *arguments = command
        self._process = _CONTEXT.Process(target=_run, args=(module, arguments, folder, dict(environment), log))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status; subprocess.TimeoutExpired as of `Popen`."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.exitcode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(module: str, arguments: list[str], folder: Path, environment: dict[str, str], log: Path) -> None:
    """What `python -m` does, where it was told to."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file, how in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        (2, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    ):
        opened = os.open(file, how, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
