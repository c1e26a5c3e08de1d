"""Looking for a message in the history of its channel, in whatever shape Slack gives that."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.clock import real_now
from bot.delivery import reconcile
from bot.delivery.reconcile import Found
from bot.slack import make_client
from tests.delivery.conftest import Post
from tests.delivery.test_delivery import claim


@contextmanager
def slack(pages: list[dict[str, Any]]) -> Iterator[str]:
    """A Slack that gives these pages of a history, one after another; its API's address."""
    left = iter(pages)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"ok": True, **next(left)}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


BARE = {"messages": [{"ts": "1.1"}, {"ts": "1.2", "metadata": None}, {"ts": "1.3", "metadata": {"event_type": "x"}}]}


@pytest.mark.parametrize("end", [{}, {"response_metadata": None}, {"response_metadata": {"next_cursor": ""}}])
def test_a_history_is_read_to_its_end_whatever_its_messages_lack(post: Post, end: dict[str, Any]) -> None:
    post.owe()
    [message] = claim(post.db, "one", real_now())
    more = {**BARE, "response_metadata": {"next_cursor": "next"}}
    with slack([more, {**BARE, **end}]) as url:
        assert reconcile.look(make_client("xoxb-test", url), message, thread=None).found is Found.ABSENT
    ours = {"ts": "2.1", "metadata": {"event_type": "cmi_message", "event_payload": {"k": message.token}}}
    with slack([more, {"messages": [ours], **end}]) as url:
        assert reconcile.look(make_client("xoxb-test", url), message, thread="1.1").ts == "2.1"
