"""What reaches the bot's address over HTTP, from Slack and from anybody else."""

import asyncio
import hashlib
import hmac
import json
import time

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.api.app import make_app
from tests.signed import FORM

SECRET = "of-the-test"


@pytest.fixture(scope="module")
def web() -> FastAPI:
    known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test")
    bolt = App(signing_secret=SECRET, authorize=lambda: known, process_before_response=True)
    return make_app(bolt, {}, CollectorRegistry())


def send(
    web: FastAPI, body: bytes, headers: dict[str, str], *, method: str = "POST", query: str = ""
) -> httpx.Response:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]  # also what no ASCII can say

    async def sent() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://bot") as client:
            return await client.request(method, f"/slack/events{query}", content=body, headers=raw)

    return asyncio.run(sent())


def post(web: FastAPI, body: str, *, kind: str = "application/json", at: str = "", **more: str) -> httpx.Response:
    """As Slack does, signed; `at` is the time stamp."""
    at = at or str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}", "Content-Type": kind}
    return send(web, body.encode(), {**signed, **more})


CHALLENGE = json.dumps({"type": "url_verification", "challenge": "kept"})


def test_slack_verifies_the_address(web: FastAPI) -> None:
    assert post(web, CHALLENGE).json() == {"challenge": "kept"}
    assert post(web, "ssl_check=1&token=legacy", kind=FORM).status_code == 200


def test_slack_looks_at_the_certificate(web: FastAPI) -> None:
    assert send(web, b"", {}, method="GET", query="?ssl_check=1").status_code == 200
    assert send(web, b"", {}, method="GET").status_code == 404


@pytest.mark.parametrize("at", ["0", "-1", "1e9", "soon", str(10**10), "9" * 400, "9" * 5000, "²", "٣"])
def test_a_time_that_is_not_now_is_refused(web: FastAPI, at: str) -> None:
    assert post(web, CHALLENGE, at=at).status_code == 401


def test_a_wrong_signature_is_refused(web: FastAPI) -> None:
    assert post(web, CHALLENGE, **{"X-Slack-Signature": "v0=00"}).status_code == 401
    assert send(web, CHALLENGE.encode(), {}).status_code == 401
    assert post(web, CHALLENGE, **{"X-Slack-Signature": "v0=é"}).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ("null", "application/json"),
        ("payload=", FORM),
        ("payload=[]", FORM),
        ("payload=null", FORM),
        ("payload={", FORM),
    ],
)
def test_what_can_not_be_read_is_refused_without_a_fault(web: FastAPI, body: str, kind: str) -> None:
    assert post(web, body, kind=kind).status_code == 400


def test_bytes_that_are_no_text_are_refused(web: FastAPI) -> None:
    assert send(web, b"\xff\xfe", {"Content-Type": FORM}).status_code == 400
