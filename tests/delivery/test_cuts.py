"""A sender whose connection to PostgreSQL is cut records what it knows on another one, and waits for no lease."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.flows import workspaces
from bot.store.database import Database
from bot.store.tables import Base
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.databases import PostgresServer
from tests.delivery.conftest import Post

_WRITE_BEGINS = "SET LOCAL lock_timeout"


@pytest.fixture
def post(postgres: PostgresServer, sandbox: Sandbox) -> Iterator[Post]:
    url = postgres.new()
    db = Database(url)
    Base.metadata.create_all(db.engine)
    yield Post(db, sandbox, workspaces.register(db, datetime.now(UTC), TEAM_ID, "Sandbox"))
    db.close()
    postgres.drop(url)


def cutting(post: Post, when: Callable[[str], bool], *, at_commit: bool = False) -> list[str]:
    """Cut the connection of a sender's next write for which ``when`` (of the statement) holds; gives what was cut."""
    outside = Database(post.db.url.render_as_string(hide_password=False))
    cut: list[str] = []
    due = threading.local()

    def end(connection: Connection, statement: str) -> None:
        backend = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]  # psycopg's
        with outside.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
        outside.close()
        cut.append(statement)

    def executed(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not cut and threading.current_thread().name.startswith("delivery") and when(statement):
            due.commit = at_commit
            if not at_commit:
                end(connection, statement)

    def committed(connection: Connection) -> None:
        if getattr(due, "commit", False) and not cut:
            end(connection, "commit")

    event.listen(post.db.engine, "before_cursor_execute", executed)
    event.listen(post.db.engine, "commit", committed)
    return cut


@pytest.mark.parametrize("at_commit", [False, True], ids=["at once", "at the commit"])
@pytest.mark.parametrize(
    "fault",
    [
        None,
        {"kind": "rate_limited", "retry_after": 1},
        {"kind": "http_500_after"},
        {"kind": "error", "error": "is_archived"},
    ],
    ids=["sent", "again", "unknown", "refused"],
)
def test_what_became_of_a_message_is_recorded_on_another_connection(
    post: Post, fault: dict[str, Any] | None, at_commit: bool, caplog: pytest.LogCaptureFixture
) -> None:
    if fault is not None:
        post.fault(**fault)
    post.choose(fallback_channel="C01GENERAL")
    message_id = post.owe()
    cut = cutting(post, lambda said: bool(post.calls()) and said.startswith(_WRITE_BEGINS), at_commit=at_commit)
    with caplog.at_level(logging.WARNING, "bot.delivery"), post.delivery():
        post.wait(lambda: post.get(message_id).state == "sent")
    assert cut
    assert "recorded once more" in caplog.text
    assert "could not be handled" not in caplog.text
    assert sum(call["effect"] for call in post.calls()) == 1
    assert len(post.calls("conversations.history")) == (fault == {"kind": "http_500_after"})


def test_a_connection_cut_before_the_message_goes_out_keeps_it_from_nobody(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    message_id = post.owe("U01PRIYA00")
    cut = cutting(post, lambda said: not post.calls() and said.startswith(_WRITE_BEGINS))
    with caplog.at_level(logging.WARNING, "bot.delivery"), post.delivery():
        post.wait(lambda: post.get(message_id).state == "sent")
    assert cut
    assert "could not be handled" not in caplog.text
    assert sum(call["effect"] for call in post.calls()) == 1
