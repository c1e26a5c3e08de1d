"""/api/<method>: takes calls the way Slack's clients send them, and answers or refuses as Slack does."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.errors import RateLimitedError, SlackError
from sandbox.faults import CallLog, Fault, Faults, break_connection
from sandbox.methods import METHODS, Call, Method, Platform
from sandbox.model import Json

log = logging.getLogger(__name__)
PREFIXES = ("xoxb", "xapp")


@dataclass(frozen=True)
class Tokens:
    """The tokens of the installed app."""

    bot: str
    app: str


class WebApi:
    """Dispatches calls to the methods, with faults on demand and a log of everything."""

    def __init__(self, platform: Platform, tokens: Tokens, faults: Faults, calls: CallLog) -> None:
        self._platform = platform
        self._tokens = tokens
        self._faults = faults
        self._calls = calls

    async def endpoint(self, request: Request) -> Response:
        """Answer one call."""
        name = request.path_params["method"]
        try:
            args = await _arguments(request)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip() or str(args.pop("token", ""))
        args.pop("token", None)
        fault = self._faults.for_call(name)
        status, effect = 200, False
        answer: Json = {}
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault is None or fault.kind in ("delay", "drop_after", "http_500_after", "error_after"):
            status, answer, effect = self._carried_out(name, token, args)
        shown = self._outcome(fault, status, answer)
        self._note(name, token, args, shown, effect=effect, fault=fault)
        if shown is None:
            break_connection(request)
            return Response(status_code=500)
        return self._response(shown)

    def call(self, name: str, token: str, args: Json) -> tuple[int, Json]:
        """Carry out one call without a server and without faults, and log it. Returns its status and answer."""
        status, answer, effect = self._carried_out(name, token, args)
        self._note(name, token, args, (status, answer), effect=effect, fault=None)
        return status, answer

    def _carried_out(self, name: str, token: str, args: Json) -> tuple[int, Json, bool]:
        with self._platform.workspace.lock:
            try:
                method = self._admitted(name, token)
                return 200, {"ok": True, **method.answer(Call(args, self._platform))}, method.effect
            except RateLimitedError as error:
                return 429, {**error.body(), "retry_after": error.retry_after}, False
            except SlackError as error:
                return 200, error.body(), False

    def _admitted(self, name: str, token: str) -> Method:
        method = METHODS.get(name)
        if method is None:
            log.error("The sandbox does not know the Web API method %s", name)
            raise SlackError("unknown_method", req_method=name)
        if method.token:
            self._check_token(method, token)
        self._platform.rates.method(name, method.tier)
        for scope in method.scopes:
            Call({}, self._platform).need_scope(scope)
        return method

    def _check_token(self, method: Method, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token not in (self._tokens.bot, self._tokens.app):
            raise SlackError("invalid_auth")
        if not token.startswith(method.token):
            raise SlackError("not_allowed_token_type")

    def _outcome(self, fault: Fault | None, status: int, answer: Json) -> tuple[int, Json] | None:
        kind = fault.kind if fault else ""
        if fault is None or kind == "delay":
            return status, answer
        if kind.startswith("drop"):
            return None
        if kind.startswith("http_500"):
            return 500, {}
        if kind == "rate_limited":
            return 429, {"ok": False, "error": "ratelimited", "retry_after": fault.retry_after}
        return 200, {"ok": False, "error": fault.error}

    def _note(
        self, name: str, token: str, args: Json, shown: tuple[int, Json] | None, *, effect: bool, fault: Fault | None
    ) -> None:
        status, answer = shown or (None, {})
        self._calls.add(
            at=self._platform.workspace.protocol.now(),
            method=name,
            token_kind=token[:4] if token.startswith(PREFIXES) else "",
            args=args,
            status=status,
            error=answer.get("error"),
            effect=effect,
            fault=fault.kind if fault else None,
        )

    def _response(self, shown: tuple[int, Json]) -> Response:
        status, answer = shown
        headers = {
            "x-slack-req-id": secrets.token_hex(8),
            "x-oauth-scopes": ",".join(self._platform.workspace.manifest.scopes),
        }
        if status == 500:
            return Response("Internal Server Error", status, headers, "text/plain")
        if status == 429:
            headers["retry-after"] = str(answer.pop("retry_after"))
        return JSONResponse(answer, status, headers)


async def _arguments(request: Request) -> Json:
    args: Json = dict(request.query_params)
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    if not body:
        return args
    if content_type.startswith("application/json"):
        given: Any = json.loads(body)
        return args | (given if isinstance(given, dict) else {})
    return args | dict(parse_qsl(body.decode(), keep_blank_values=True))
