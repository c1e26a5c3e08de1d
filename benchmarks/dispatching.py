"""Dispatch in process: the bot's Bolt app with all its listeners, beside one with a single listener.

What is pressed is a button that is registered after all others, and acknowledged by nothing but `ack()`; in both apps
the same middleware says who pressed. So the row is what finding the listener costs,
in processor time.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from benchmarks.harness import Row, Size, compare, p50
from benchmarks.people import know
from bot.clock import SystemClock
from bot.flows import workspaces
from bot.listeners import middleware, register_all
from bot.listeners.deps import Deps
from bot.listeners.later import Later
from bot.startup import Identity
from bot.store.database import Database
from bot.wiring import make_bolt
from tests.databases import new_sqlite

SECRET, TEAM, USER, BUTTON = "bench-secret", "T1", "U1", "probe"
GOAL = 1.5


def rows(size: Size) -> Iterator[Row]:
    """One row, of both kinds of interaction that Slack sends most: a press and a form."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(new_sqlite(Path(folder)))
        workspace_id = workspaces.register(db, datetime.now(UTC), TEAM, "Benchmark")
        know(db, workspace_id, [USER])
        deps = Deps(db, SystemClock(), Later())
        whole, single = _app(), _app()
        register_all(whole, deps)
        single.use(middleware.identify(deps))
        for app in (whole, single):
            app.action(BUTTON)(_answer)
            app.view(BUTTON)(_answer)
        times = size.of(300, 20)
        yield compare(
            "dispatch in process, all listeners",
            goal=GOAL,
            ours=lambda: p50(_asks(whole), times, time.thread_time),
            limit=lambda: p50(_asks(single), times, time.thread_time),
            pairs=size.pairs,
        )
        deps.later.close()
        db.close()


def _answer(ack: Ack) -> None:
    ack()


def _app() -> App:
    identity = Identity(team=TEAM, team_name="", enterprise=None, bot="B1", bot_user="UBOT", scopes=None)
    # Nothing is called, and were it, nothing would listen there.
    return make_bolt(WebClient("xoxb-none", base_url="http://127.0.0.1:9/"), SECRET, identity)


def _asks(app: App) -> Callable[[], None]:
    action = {"type": "button", "action_id": BUTTON, "block_id": "b", "value": "1"}
    person = {"team": {"id": TEAM}, "user": {"id": USER, "team_id": TEAM}, "trigger_id": "1.1"}
    bodies = [
        urlencode({"payload": json.dumps({**person, **kind})})
        for kind in (
            {"type": "block_actions", "actions": [action]},
            {"type": "view_submission", "view": {"type": "modal", "callback_id": BUTTON, "id": "V1"}},
        )
    ]
    at = str(int(time.time()))
    sign = SignatureVerifier(SECRET).generate_signature
    headers: list[dict[str, str | Sequence[str]]] = [
        {
            "x-slack-request-timestamp": [at],
            "x-slack-signature": [sign(timestamp=at, body=body) or ""],
            "content-type": ["application/x-www-form-urlencoded"],
        }
        for body in bodies
    ]

    def ask() -> None:
        for body, header in zip(bodies, headers, strict=True):
            assert app.dispatch(BoltRequest(body=body, headers=header)).status == 200

    return ask
