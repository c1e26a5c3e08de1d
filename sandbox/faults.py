"""Faults on demand, and the log of every call, by which tests count what really happened."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from starlette.requests import HTTPConnection

from sandbox.model import Json

API_KINDS = ("drop_before", "drop_after", "delay", "http_500", "http_500_after", "rate_limited", "error", "error_after")
DELIVERY_KINDS = ("drop", "delay", "duplicate", "lost_ack")


@dataclass
class Fault:
    """One thing to go wrong: with a Web API method, or (where `deliver` is set) on the way to the app.

    `times` counts down to nothing; None means always. `seconds` is how long a delay takes. A "lost_ack" reaches the
    app, whose answer gets lost; the effect is there all the same. A "duplicate" comes `copies` times more.
    """

    method: str = "*"
    kind: str = ""
    deliver: str = ""
    type: str = "*"
    error: str = "internal_error"
    seconds: float = 1.0
    retry_after: int = 1
    copies: int = 1
    probability: float = 1.0
    times: int | None = None


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._random = random.Random(1)  # seeded, so that a run can be repeated

    def set(self, faults: Iterable[Json]) -> None:
        """Replace all faults.

        Raises:
            ValueError: a kind or a property is unknown.
        """
        known = {item.name for item in fields(Fault)}
        fresh = []
        for given in faults:
            if unknown := given.keys() - known:
                raise ValueError(f"A fault has no {', '.join(sorted(unknown))}")
            fault = Fault(**given)
            if fault.deliver not in DELIVERY_KINDS if fault.deliver else fault.kind not in API_KINDS:
                raise ValueError(f"There is no fault of kind {fault.deliver or fault.kind!r}")
            fresh.append(fault)
        with self._lock:
            self._faults = fresh

    def for_call(self, method: str) -> Fault | None:
        """Return the fault that strikes this call of a Web API method."""
        return self._strike(lambda fault: not fault.deliver and fault.method in ("*", method))

    def for_delivery(self, kind: str) -> Fault | None:
        """Return the fault that strikes this delivery to the app."""
        return self._strike(lambda fault: bool(fault.deliver) and fault.type in ("*", kind))

    def _strike(self, fits: Any) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.times == 0 or not fits(fault) or self._random.random() >= fault.probability:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


class CallLog:
    """Every Web API call, in order; `effect` says whether it changed the workspace."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def add(self, **entry: Any) -> None:
        """Note a call."""
        self.entries.append({"n": len(self.entries) + 1, **entry})

    def since(self, number: int) -> list[Json]:
        """Return the calls after the one with this number."""
        return self.entries[number:]


def break_connection(connection: HTTPConnection) -> None:
    """Cut a connection as a network failure would: without a single byte of an answer."""
    for open_one in list(connection.app.state.connections):
        if connection.client is not None and open_one.client == (connection.client.host, connection.client.port):
            open_one.transport.abort()
