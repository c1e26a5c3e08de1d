"""How the sandbox refuses, in Slack's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A Web API call that Slack answers with ok:false and this error code."""

    def __init__(self, code: str, messages: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the JSON answer, with response_metadata.messages where there is more to say."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {text}" for text in self.messages]}
        return answer


class RateLimitedError(SlackError):
    """Too many calls: HTTP 429 with Retry-After in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class PersonError(Exception):
    """A person tried something that Slack's client would not let them do; the text says what."""


def missing(*names: str) -> SlackError:
    """Return the refusal for required arguments that were left out."""
    return SlackError("invalid_arguments", [f"missing required field: {name}" for name in names])
