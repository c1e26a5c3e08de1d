"""Slack's own requests to the bot, signed, over HTTP: for tests that need to see each acknowledgement."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx

FORM = "application/x-www-form-urlencoded"


class SignedSlack:
    """Posts to a bot's `/slack/events` as Slack does. One per thread."""

    def __init__(self, url: str, secret: str, team: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=5)
        self._secret = secret
        self._team = team

    def close(self) -> None:
        self._http.close()

    def command(self, user: str, text: str) -> httpx.Response:
        """`/cmi` with some words."""
        return self._post(
            urlencode({"command": "/cmi", "text": text, "user_id": user, "team_id": self._team, "channel_id": "C1"})
        )

    def submit(self, user: str, view: dict[str, Any]) -> httpx.Response:
        """A modal's form."""
        payload = {
            "type": "view_submission",
            "team": {"id": self._team, "domain": "sandbox"},
            "user": {"id": user, "team_id": self._team},
            "trigger_id": "1.1.1",
            "view": {"type": "modal", "id": "V1", "hash": "1.1", "root_view_id": "V1", **view},
        }
        return self._post(urlencode({"payload": json.dumps(payload)}))

    def _post(self, body: str) -> httpx.Response:
        at = str(int(time.time()))
        digest = hmac.new(self._secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}", "Content-Type": FORM}
        return self._http.post("/slack/events", content=body, headers=headers)
