"""The figures for whoever watches: what waits, since when, and what became of what was tried."""

from datetime import UTC, datetime, timedelta

from prometheus_client import generate_latest

from bot import metrics
from bot.store.tables import Message
from tests.delivery.conftest import ALERTS, Post


def figures(post: Post) -> dict[str, float]:
    lines = generate_latest(metrics.registry(post.db)).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_what_waits_and_since_when(post: Post) -> None:
    assert figures(post)["cmi_oldest_owed_seconds"] == 0
    first, later = post.owe(), post.owe()
    post.owe(kind="report", priority=8)
    with post.db.write() as session:
        oldest = session.get_one(Message, first)
        oldest.ready_at = oldest.not_before = datetime.now(UTC) - timedelta(minutes=5)
        session.get_one(Message, later).not_before = datetime.now(UTC) + timedelta(hours=9)
    seen = figures(post)
    assert seen['cmi_messages{state="owed"}'] == 3
    assert (seen['cmi_backlog{priority="alert"}'], seen['cmi_backlog{priority="digest"}']) == (1, 1)
    assert 300 <= seen["cmi_oldest_owed_seconds"] < 330


def test_what_became_of_it_is_known_to_every_process(post: Post) -> None:
    post.fault(kind="drop_after")
    post.owe()
    with post.delivery():
        post.wait_until_said()
        post.fault(kind="rate_limited")
        post.owe()
        post.wait_until_said()
        broken = post.owe(kind="unheard of")
        post.wait(lambda: post.get(broken).state == "failed")
    seen = figures(post)
    counted = {outcome: seen[f'cmi_delivery_total{{outcome="{outcome}"}}'] for outcome in metrics.OUTCOMES}
    assert counted == {
        **dict.fromkeys(metrics.OUTCOMES, 0),
        "sent": 1,
        "unknown": 1,
        "found": 1,
        "retried": 1,
        "failed": 1,
    }
    assert len(post.shown(ALERTS)) == 2
