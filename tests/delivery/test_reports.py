"""A report goes out in the richest way that the workspace takes, once, and what it refused is remembered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import abilities, messages
from bot.store.messages import Priority
from bot.store.tables import Workspace
from bot.views import report
from bot.views.picture import Drawing
from bot.views.report import Report
from tests.charts.samples import account_map
from tests.delivery.conftest import ALERTS, Post


def shared() -> Report:
    """The example with a picture that can be drawn."""
    drawing = Drawing(chart="map", values=account_map(5).model_dump(mode="json"), alt="Map of 5 customers.")
    figure = report.example().figures[0].model_copy(update={"drawing": drawing})
    return report.example().model_copy(update={"figures": (figure,)})


def owe(post: Post, data: Report, key: str = "1") -> int:
    with post.db.write() as session:
        owed = messages.owe(
            session,
            workspace_id=post.workspace_id,
            key=f"report:{key}",
            kind="report",
            recipient=ALERTS,
            data=data,
            now=datetime.now(UTC),
            priority=Priority.DIGEST,
        )
    assert owed is not None
    return owed


def shown(post: Post) -> list[list[str]]:
    """The types of blocks in each of the bot's messages."""
    return [[block["type"] for block in message.blocks] for message in post.shown()]


def refused(post: Post) -> dict[str, Any]:
    with post.db.read() as session:
        return dict(session.scalars(select(Workspace.abilities)).one())


NATIVE = ["header", "section", "data_visualization", "data_table", "context"]
PICTURE = ["header", "section", "image", "section", "context"]
TEXT = ["header", "section", "section", "context"]


def test_slacks_own_charts_where_they_are_taken(post: Post) -> None:
    owe(post, shared())
    with post.delivery():
        post.wait_until_said()
    assert shown(post) == [NATIVE]
    assert post.calls("files.completeUploadExternal") == []


def test_a_picture_where_they_are_not_which_is_found_out_once(post: Post) -> None:
    post.sandbox.workspace.native_blocks = False
    owe(post, shared())
    with post.delivery():
        post.wait_until_said()
        owe(post, shared(), "2")
        post.wait(lambda: len(post.shown()) == 2)
        post.wait_until_said()
    assert shown(post) == [PICTURE, PICTURE]
    assert post.shown()[0].blocks[2]["alt_text"] == "Map of 5 customers."
    assert len(post.calls("chat.postMessage")) == 3
    assert len(post.calls("files.completeUploadExternal")) == 1
    assert refused(post)["native_charts"]["why"] == "invalid_blocks"


def test_text_where_there_are_no_files_either(post: Post) -> None:
    post.sandbox.workspace.native_blocks = False
    fault = {"method": "files.getUploadURLExternal", "kind": "error", "error": "file_uploads_disabled"}
    post.sandbox.faults.set([fault])
    owe(post, shared())
    with post.delivery():
        post.wait_until_said()
    assert shown(post) == [TEXT]
    assert "Expand and Leverage* 24" in str(post.shown()[0].blocks)
    assert set(refused(post)) == {"native_charts", "pictures"}


def test_text_where_slack_has_the_file_but_does_not_show_it(post: Post) -> None:
    post.sandbox.workspace.native_blocks = False
    post.sandbox.workspace.limits.file_processing_seconds = 3600
    owe(post, shared())
    with post.delivery():
        post.wait(lambda: len(post.shown()) == 1, seconds=20)
        post.wait_until_said()
    assert shown(post) == [TEXT]


def test_what_was_refused_is_tried_again_after_a_while(post: Post) -> None:
    now = datetime.now(UTC)
    with post.db.write() as session:
        abilities.refused(
            session, post.workspace_id, abilities.NATIVE_CHARTS, now - timedelta(days=8), "invalid_blocks"
        )
    owe(post, shared())
    with post.delivery():
        post.wait_until_said()
    assert shown(post) == [NATIVE]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_report_of_unknown_fate_is_looked_up_and_its_picture_not_uploaded_twice(post: Post, kind: str) -> None:
    post.sandbox.workspace.native_blocks = False
    with post.db.write() as session:
        abilities.refused(session, post.workspace_id, abilities.NATIVE_CHARTS, datetime.now(UTC), "invalid_blocks")
    post.fault(kind=kind)
    owe(post, shared())
    with post.delivery():
        post.wait_until_said(20)
    assert shown(post) == [PICTURE]
    assert len(post.calls("files.completeUploadExternal")) == 1


def test_all_levels_say_the_same_in_the_plain_text() -> None:
    texts = {report.render(shared(), level).text for level in report.Level}
    assert len(texts) == 1
    assert "Retain 12" in texts.pop()


def slow_uploads(post: Post) -> None:
    post.sandbox.workspace.native_blocks = False
    with post.db.write() as session:
        abilities.refused(session, post.workspace_id, abilities.NATIVE_CHARTS, datetime.now(UTC), "invalid_blocks")


def test_an_upload_that_hangs_keeps_no_other_message_waiting_and_uses_up_no_attempt(post: Post) -> None:
    slow_uploads(post)
    post.sandbox.faults.set([{"method": "files.completeUploadExternal", "kind": "delay", "seconds": 2, "times": 1}])
    pictured = owe(post, shared())
    with post.delivery():
        post.wait(lambda: len(post.calls("files.getUploadURLExternal")) == 1)
        row = post.get(pictured)
        assert (row.state, row.lease_until, row.attempts) == ("owed", None, 0)
        for _ in range(3):
            post.owe()
        post.wait_until_said()
    assert shown(post)[-1] == PICTURE
    assert len(post.calls("files.completeUploadExternal")) == 1


@pytest.mark.parametrize("fault", ["http_500", "drop_after", "rate_limited"])
def test_an_upload_that_fails_is_done_without_and_not_repeated_at_once(post: Post, fault: str) -> None:
    slow_uploads(post)
    post.sandbox.faults.set([{"method": "files.completeUploadExternal", "kind": fault}])
    owe(post, shared())
    with post.delivery():
        post.wait_until_said()
        owe(post, shared(), "2")
        post.wait_until_said()
    assert shown(post) == [TEXT, TEXT]
    assert len(post.calls("files.completeUploadExternal")) == 1


def test_an_upload_that_takes_too_long_is_waited_for_no_longer(post: Post) -> None:
    slow_uploads(post)
    owed = owe(post, shared())
    running = post.dispatcher()
    running._sending._uploads.patience = timedelta(seconds=0.3)
    post.sandbox.faults.set([{"method": "files.getUploadURLExternal", "kind": "delay", "seconds": 0.95}])
    running.start()
    try:
        post.wait(lambda: post.get(owed).state == "sent")
    finally:
        running.stop()
    assert shown(post) == [TEXT]
