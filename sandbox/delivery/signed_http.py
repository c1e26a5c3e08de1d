"""HTTP delivery: each payload posted to the app's request URL, signed with the signing secret."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Sequence
from urllib.parse import urlencode

import httpx

from sandbox.delivery.ack import Ack
from sandbox.model import Json

OK = range(200, 300)


class SignedHttp:
    """Posts to a request URL; of several to each by turns, and to the next one where nobody listens."""

    def __init__(self, request_urls: Sequence[str], signing_secret: str) -> None:
        self._urls = tuple(request_urls)
        self._turn = itertools.count()
        self._secret = signing_secret.encode()
        self._client = httpx.AsyncClient(trust_env=False, timeout=None, limits=httpx.Limits(max_connections=None))

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Ack:
        """Post a payload and return the app's answer, however long it takes."""
        body, content_type = _encoded(kind, payload)
        stamp = str(int(time.time()))
        signature = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": content_type,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signature}",
        }
        if retry is not None:
            headers |= {"x-slack-retry-num": str(retry[0]), "x-slack-retry-reason": retry[1]}
        try:
            answer = await self._post(body, headers)
        except httpx.HTTPError:
            return Ack(failure="connection_failed")
        no_retry = answer.headers.get("x-slack-no-retry") == "1"
        if answer.status_code not in OK:
            return Ack(failure="http_error", no_retry=no_retry)
        return Ack(_decoded(answer))

    async def _post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        first = next(self._turn)
        *others, last = (self._urls[(first + n) % len(self._urls)] for n in range(len(self._urls)))
        for url in others:
            with contextlib.suppress(httpx.ConnectError):
                return await self._client.post(url, content=body, headers=headers)
        return await self._client.post(last, content=body, headers=headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _decoded(answer: httpx.Response) -> object:
    if not answer.content:
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        return answer.json()
    return {"text": answer.text}
