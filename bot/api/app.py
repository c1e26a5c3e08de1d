"""The HTTP side: Slack's endpoint, and what the platform asks about the program's health."""

from collections.abc import Callable, Mapping

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

Check = Callable[[], str | None]
"""Gives what is wrong, in a few words, or None."""
# Digits of a Unix time; one that is longer than any number can't be reckoned with.
_LONGEST_TIME = 12


def make_app(bolt: App | None, checks: Mapping[str, Check], registry: CollectorRegistry) -> FastAPI:
    """The web app. Without `bolt` (Socket Mode, or a worker) it only answers about the program's health."""
    app = FastAPI(title="CMI Bot", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")

    @app.get("/livez", response_class=PlainTextResponse)
    def livez() -> str:
        """Whether the process answers at all."""
        return "ok"

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        """Whether it can do its work: each part's trouble by name, 503 if there is any."""
        found = {name: trouble for name, check in checks.items() if (trouble := check()) is not None}
        return JSONResponse({"ready": not found, "trouble": found}, status_code=503 if found else 200)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    if bolt is not None:
        _add_slack(app, bolt)
    return app


def _add_slack(app: FastAPI, bolt: App) -> None:
    @app.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        """Slack's commands, clicks, forms and events.

        Bolt's own handler would block the event loop while a listener runs, and so every other request with it. It
        also reads the body before it looks at the signature, so anybody can send what it can't read.
        """
        body = await request.body()
        if not _may_be_signed(request.headers):
            return Response("This is not signed by Slack.", status_code=401)
        try:
            asked = to_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError, KeyError):
            return Response("This is not a request of Slack's.", status_code=400)
        return to_starlette_response(await run_in_threadpool(bolt.dispatch, asked))

    @app.get("/slack/events", include_in_schema=False)
    def slack_looks_at_the_certificate(ssl_check: str = "") -> Response:
        """Slack looks from time to time whether the address has a valid certificate, without a signature."""
        return Response(status_code=200 if ssl_check == "1" else 404)


def _may_be_signed(headers: Mapping[str, str]) -> bool:
    """Whether a time stamp and a signature are of a form that can be checked: Slack's verifier raises for others."""
    at, signature = headers.get("x-slack-request-timestamp", "0"), headers.get("x-slack-signature", "")
    return at.isascii() and at.isdecimal() and len(at) <= _LONGEST_TIME and signature.isascii()
