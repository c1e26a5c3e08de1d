"""Processes under measurement, and Slack's side of the wire: signed requests over kept connections."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.bare import SECRET
from tests.processes import BotProcess

KEPT_SECONDS = 3.0  # uvicorn ends what was idle for five
_TYPE = "application/x-www-form-urlencoded"


class Caller:
    """Posts to one process as Slack does. Each thread has a connection of its own; `closing` ends them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def post(self, body: str) -> bytes:
        """The answer's body. AssertionError where the request wasn't acknowledged."""
        connection = self._connection()
        at = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}", "Content-Type": _TYPE}
        connection.request("POST", "/slack/events", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200, f"{answer.status}: {said[:300]!r}"
        return said

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        """This thread's; a new one where the server will have given it up."""
        if time.monotonic() - getattr(self._own, "used", -KEPT_SECONDS) >= KEPT_SECONDS:
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._all.append(self._own.connection)
        self._own.used = time.monotonic()
        connection: http.client.HTTPConnection = self._own.connection
        return connection


def command_body(team: str, user: str, text: str, trigger: str = "1.1.1") -> str:
    """`/cmi` with some words, as Slack posts it."""
    asked = {"command": "/cmi", "text": text, "user_id": user, "team_id": team, "channel_id": "C1"}
    return urlencode({**asked, "trigger_id": trigger})


def form_body(team: str, user: str, view: dict[str, Any]) -> str:
    """A modal's form, as Slack posts it."""
    payload = {
        "type": "view_submission",
        "team": {"id": team, "domain": "sandbox"},
        "user": {"id": user, "team_id": team},
        "trigger_id": "1.1.1",
        "view": {"type": "modal", "id": "V1", "hash": "1.1", "root_view_id": "V1", **view},
    }
    return urlencode({"payload": json.dumps(payload)})


@contextmanager
def bare(folder: Path, **environment: str) -> Iterator[BotProcess]:
    """The bare Bolt app, ready."""
    folder.mkdir()
    with BotProcess(folder, environment, ("-m", "benchmarks.bare")) as process:
        process.start()
        process.wait_until_ready()
        yield process


@contextmanager
def bot(folder: Path, role: str, **environment: str) -> Iterator[BotProcess]:
    """`cmi-bot web` or another role over HTTP, ready."""
    folder.mkdir()
    known = {"CMI_LOG_LEVEL": "WARNING", "SLACK_SIGNING_SECRET": SECRET, **environment}
    with BotProcess(folder, known, ("-m", "bot", role)) as process:
        process.start()
        process.wait_until_ready()
        yield process


def at_once(work: Callable[[str], object], bodies: Sequence[str], threads: int) -> float:
    """Seconds for each of so many requests, this many under way at a time."""
    turns = iter(bodies)
    lock = threading.Lock()
    failed: list[BaseException] = []

    def one() -> None:
        while not failed:
            with lock:
                body = next(turns, None)
            if body is None:
                return
            try:
                work(body)
            except BaseException as error:
                failed.append(error)

    running = [threading.Thread(target=one) for _ in range(threads)]
    began = time.perf_counter()
    for each in running:
        each.start()
    for each in running:
        each.join()
    if failed:
        raise failed[0]
    return (time.perf_counter() - began) / len(bodies)
