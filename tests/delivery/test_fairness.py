"""Who comes next: no channel or workspace behind another's backlog, what is urgent first, and bulk in the end too."""

import time
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from bot.clock import real_now
from bot.delivery import pace
from bot.delivery.pace import WORKSPACE, Budget, Pace, Pacer
from bot.flows import workspaces
from bot.store import claims, messages
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.store.messages import Priority
from bot.views.alert import example as alert
from tests.delivery.conftest import ALERTS, Post

NOW = datetime.now(UTC)


@pytest.fixture
def workspace_id(db: Database) -> int:
    return workspaces.register(db, NOW, "T1", "One")


def owe(db: Database, workspace_id: int, recipient: str, number: int = 1, priority: Priority = Priority.ALERT) -> None:
    with db.write() as session:
        for _ in range(number):
            messages.owe(
                session,
                workspace_id=workspace_id,
                key=f"{recipient}:{time.perf_counter_ns()}",
                kind="alert",
                recipient=recipient,
                data=alert(),
                now=NOW,
                priority=priority,
            )


def claim(
    db: Database, workspace_id: int, limit: int = 1, not_to: Collection[str] = (), *, bulk_first: bool = False
) -> list[Claimed]:
    real = real_now() + timedelta(seconds=1)
    with db.write_plain() as connection:
        return claims.claim(
            connection,
            workspace_id=workspace_id,
            worker="one",
            now=real,
            real=real,
            lease_until=real + timedelta(minutes=1),
            limit=limit,
            not_to=not_to,
            bulk_first=bulk_first,
        )


def test_nobody_waits_behind_the_backlog_of_others(
    db: Database, workspace_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "real_now", lambda: NOW)  # all is owed at one moment, however long that takes here
    for channel in range(8):
        owe(db, workspace_id, f"CBUSY{channel}", 30)
    owe(db, workspace_id, "CQUIET", 2)
    served = Counter(claim(db, workspace_id)[0].recipient for _ in range(45))
    assert served["CQUIET"] == 2
    assert max(served.values()) - min(served[f"CBUSY{channel}"] for channel in range(8)) <= 2


def test_one_claim_serves_each_recipient_once_however_long_one_backlog_is(db: Database, workspace_id: int) -> None:
    owe(db, workspace_id, "CBUSY", 200)
    for number in range(6):
        owe(db, workspace_id, f"CQUIET{number}")
    claimed = claim(db, workspace_id, 10)
    assert [message.recipient for message in claimed] == ["CBUSY", *(f"CQUIET{number}" for number in range(6))]
    assert claim(db, workspace_id, 10, not_to={"CBUSY"}) == []


def test_a_workspace_is_served_what_is_its_own(db: Database, workspace_id: int) -> None:
    other = workspaces.register(db, NOW, "T2", "Two")
    owe(db, workspace_id, "CBUSY", 50)
    owe(db, other, "CQUIET")
    assert [message.recipient for message in claim(db, other, 10)] == ["CQUIET"]
    assert [message.recipient for message in claim(db, workspace_id, 10)] == ["CBUSY"]


def test_what_is_urgent_comes_first_and_of_the_rest_a_share_in_any_case(db: Database, workspace_id: int) -> None:
    for number in range(3):
        owe(db, workspace_id, f"UOWNER{number}", 1, Priority.PROMPT)
    for number in range(5):
        owe(db, workspace_id, f"CALERT{number}")
    owe(db, workspace_id, "UASKED", 1, Priority.ANSWER)
    first = claim(db, workspace_id, 2)
    assert {message.priority for message in first} == {Priority.ALERT}
    shared = claim(db, workspace_id, 2, bulk_first=True)
    assert [message.priority for message in shared] == [Priority.ALERT, Priority.PROMPT]
    rest = [message.priority for message in claim(db, workspace_id, 10)]
    assert rest == sorted(rest)
    assert claim(db, workspace_id, 10, bulk_first=True) == []


def test_prompts_get_through_a_steady_stream_of_alerts(post: Post) -> None:
    people = [f"U01{name}" for name in ("PRIYA00", "DIEGO00", "GRACE00")]
    prompts = [post.owe(person, priority=Priority.PROMPT) for person in people]
    alerts = [post.owe(ALERTS if number % 2 else "C01OTHER00") for number in range(60)]
    post.pace = Pace(channel_interval=0.0, per_minute=3000)
    with post.delivery():
        post.wait_until_said()
    sent = sorted(post.get(message_id).ts or "" for message_id in (*prompts, *alerts))
    assert max(sent.index(post.get(prompt).ts or "") for prompt in prompts) < 40


@pytest.mark.parametrize("owed_to", ["one recipient that has to wait", "replies that have to wait", "later"])
def test_a_long_head_that_has_to_wait_hides_nothing(db: Database, workspace_id: int, owed_to: str) -> None:
    """A hundred thousand messages that can't be sent now stand before the one that can."""
    later = (NOW if owed_to != "later" else NOW + timedelta(days=1)).replace(tzinfo=None if db.sqlite else UTC)
    owe(db, workspace_id, "CFIRST")
    with db.write() as session:
        session.execute(
            text(
                """INSERT INTO messages (workspace_id, created_at, key, kind, priority, turn, recipient, data, token,
                    state, revision, sent_revision, not_before, ready_at, attempts, error, thread_of)
                WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
                SELECT :workspace, :now, 'k' || n, 'alert', 1, n * 0.0001, 'CBUSY', '{}', 't', 'owed', 1, 0, :later,
                    :now, 0, '', CASE WHEN :replies THEN 1 END FROM n"""
            ),
            {
                "workspace": workspace_id,
                "now": NOW.replace(tzinfo=None if db.sqlite else UTC),
                "later": later,
                "replies": owed_to.startswith("replies"),
            },
        )
    owe(db, workspace_id, "CQUIET")
    not_to = {"CFIRST", *({"CBUSY"} if owed_to.startswith("one") else ())}
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("PRAGMA optimize" if db.sqlite else "ANALYZE"))
    began = time.perf_counter()
    assert [message.recipient for message in claim(db, workspace_id, 4, not_to)] == ["CQUIET"]
    assert time.perf_counter() - began < 20.0  # about a hundredth of that; without its index it takes minutes


def test_a_budget_allows_a_short_burst_and_no_more_than_so_many_in_any_minute() -> None:
    budget = Budget(300)
    now, sent = 1000.0, []
    for _ in range(20_000):
        now += 0.01
        if budget.room(now):
            budget.take(now)
            sent.append(now)
    busiest = max(sum(start <= each < start + 60 for each in sent) for start in sent)
    assert 297 <= busiest <= 300
    assert sum(each < 1000.1 for each in sent) == 10
    assert next(each for each in sent if sum(one <= each for one in sent) == 360) - sent[0] < 75


def test_a_pause_leaves_no_room_and_no_burst_after_it() -> None:
    budget = Budget(300)
    budget.rest(50.0)
    assert budget.room(49.99) == 0
    assert budget.room(50.0) == 1
    assert budget.room(50.5) == 3


def test_a_second_recipient_that_is_refused_pauses_the_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now))
    pacer = Pacer(Pace())
    assert not pacer.refused("C1", 0.5)
    assert not pacer.refused("C1", 0.5)
    assert pacer.room() > 0
    assert pacer.refused("C2", 0.5)
    assert pacer.room() == 0
    assert pacer.closed() == {"C1", "C2"}
    now += 0.55
    assert pacer.room() == 1
    assert pacer.closed() == set()


def test_a_methods_places_come_one_after_another_and_are_kept() -> None:
    pacer = Pacer(Pace(per_minute=300))
    waits = [pacer.place("chat.update", number) for number in range(7)]
    assert waits[0] == 0
    assert 0 < waits[1] < waits[6]
    assert pacer.place("chat.update", 5) == 0
    assert pacer.may("conversations.open")
    assert pacer.room() == Pace().of(WORKSPACE) // 30


def test_who_kept_a_place_before_a_pause_waits_for_its_end_like_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now))
    pacer = Pacer(Pace(per_minute=300))
    for number in range(7):
        pacer.place("chat.update", number)
    pacer.rest(30.0, "chat.update")
    now += 10
    waits = [pacer.place("chat.update", number) for number in (3, 4, 5, 6)]
    assert waits[0] == pytest.approx(20.0)
    assert waits == sorted(set(waits))
    now += waits[0]
    assert pacer.place("chat.update", 3) == 0
