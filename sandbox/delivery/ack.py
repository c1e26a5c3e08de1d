"""The app's answer to one payload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ack:
    """Whether the app acknowledged in time, and with what.

    `failure` is None, or Slack's retry reason: http_timeout, connection_failed, http_error (timeout over a socket).
    """

    payload: Any = None
    failure: str | None = None
    no_retry: bool = False
