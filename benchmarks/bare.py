"""What the bot is measured beside: a bare Bolt app behind FastAPI and the thread pool, arranged just as the bot is.

`python -m benchmarks.bare` serves it on `PORT`. To a command it says a line, to a form it answers with the view in the
file `VIEW`. With `IDLE=1` it also has what the bot keeps in memory: the database's and the scheduler's packages.
"""

import json
import os
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from slack_bolt import Ack, App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.authorization import AuthorizeResult

SECRET = "sandbox-signing-secret"
FORM = "bare"


def main() -> None:
    view: dict[str, Any] = json.loads(Path(os.environ["VIEW"]).read_text()) if "VIEW" in os.environ else {}
    bolt = App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="UBOT", bot_token="xoxb-none"),
        signing_secret=SECRET,
        process_before_response=True,
    )

    @bolt.command("/cmi")
    def command(ack: Ack) -> None:
        ack("Here is all the help there is.")

    @bolt.view(FORM)
    def submit(ack: Ack) -> None:
        ack(response_action="update", view=view)

    app = FastAPI(openapi_url=None)

    @app.get("/livez")
    def livez() -> str:
        return "ok"

    @app.post("/slack/events")
    async def slack_events(request: Request) -> Response:
        asked = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(bolt.dispatch, asked))

    if "IDLE" in os.environ:
        _import_what_the_bot_keeps()
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", access_log=False)


def _import_what_the_bot_keeps() -> None:
    import alembic  # noqa: F401, PLC0415 - only where asked for: its memory is what is measured
    import apscheduler.schedulers.background  # noqa: F401, PLC0415 - the same
    import psycopg  # noqa: F401, PLC0415 - the same
    import sqlalchemy.orm  # noqa: F401, PLC0415 - the same


if __name__ == "__main__":
    main()
