"""Where files' bytes go in and out: the app's uploads and downloads, and what people look at."""

from __future__ import annotations

import asyncio

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import CallLog, Fault, Faults, break_connection
from sandbox.model import File
from sandbox.webapi import Tokens
from sandbox.workspace import Workspace

LOGIN = "<!DOCTYPE html><html><head><title>Sign in to Sandbox | Slack</title></head><body>Sign in</body></html>"
HARMLESS = {"x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}


class FileServer:
    """Routes for bytes. Uploads and downloads stand in the call log, and faults strike them, as these two names."""

    def __init__(self, workspace: Workspace, tokens: Tokens, faults: Faults, calls: CallLog) -> None:
        self._workspace = workspace
        self._tokens = tokens
        self._faults = faults
        self._calls = calls

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/upload/v1/{key}", self._upload, methods=["POST"]),
            Route("/files-pri/{file_id}/{name}", self._download),
            Route("/files-pri/{file_id}/download/{name}", self._download),
            Route("/files/{file_id}", self._look),
        ]

    async def _upload(self, request: Request) -> Response:
        content = await _content(request)
        fault = await self._fault("upload")
        answer = Response(status_code=500)
        effect = False
        if _carried_out(fault):
            with self._workspace.lock:
                effect = self._workspace.files.receive(request.path_params["key"], content)
            answer = PlainTextResponse(f"OK - {len(content)}" if effect else "not found", 200 if effect else 404)
        return self._outcome(request, "upload", fault, answer, effect=effect)

    async def _download(self, request: Request) -> Response:
        fault = await self._fault("download")
        answer = Response(status_code=500)
        if _carried_out(fault):
            token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
            with self._workspace.lock:
                answer = self._bytes(request.path_params["file_id"], token)
        return self._outcome(request, "download", fault, answer, effect=False)

    def _bytes(self, file_id: str, token: str) -> Response:
        if token != self._tokens.bot or "files:read" not in self._workspace.manifest.scopes:
            return HTMLResponse(LOGIN)  # so Slack answers instead of refusing: 200, and no file
        file = self._workspace.files.by_id.get(file_id)
        if file is None or not file.completed:
            return HTMLResponse("<!DOCTYPE html><title>Not found | Slack</title>", 404)
        return _served(file)

    async def _look(self, request: Request) -> Response:
        file = self._workspace.files.by_id.get(request.path_params["file_id"])
        if file is None or not self._workspace.files.visible(file, request.query_params.get("person", "")):
            return PlainTextResponse("There is no such file for you", 404)
        return _served(file)

    async def _fault(self, name: str) -> Fault | None:
        fault = self._faults.for_call(name)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        return fault

    def _outcome(self, request: Request, name: str, fault: Fault | None, answer: Response, *, effect: bool) -> Response:
        dropped = fault is not None and fault.kind.startswith("drop")
        if fault is not None and fault.kind != "delay":
            answer = Response(status_code=500)
        self._calls.add(
            at=self._workspace.protocol.now(),
            method=name,
            token_kind="",
            args=dict(request.path_params),
            status=None if dropped else answer.status_code,
            error=None,
            effect=effect,
            fault=fault.kind if fault else None,
        )
        if dropped:
            break_connection(request)
        return answer


def _carried_out(fault: Fault | None) -> bool:
    return fault is None or fault.kind in ("delay", "drop_after", "http_500_after", "error_after")


async def _content(request: Request) -> bytes:
    """Return the bytes sent, as they are or in the first file of a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        sent = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        return await sent.read() if sent else b""


def _served(file: File) -> Response:
    """Return the bytes; only images open in the browser, whatever else somebody uploaded is saved."""
    shown = "inline" if file.is_image else "attachment"
    headers = HARMLESS | {"content-disposition": f'{shown}; filename="{file.safe_name}"'}
    return Response(file.content, media_type=file.mimetype or "application/octet-stream", headers=headers)
