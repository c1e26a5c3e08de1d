"""A short run of `make chaos`, one on SQLite in a single process, and that the judge sees what it is there to see."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos import run
from tests.chaos.judge import Judge
from tests.chaos.record import Owed, Record
from tests.chaos.run import Outcome
from tests.chaos.world import Size
from tests.databases import PostgresServer, new_sqlite

SMALL = Size(seconds=12.0, least=16, accounts=4, owners=20, threads=4, day=4.0, kill_every=(3.0, 5.0))


@pytest.fixture(scope="module")
def outcome(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    url = postgres.new()
    yield run.play(tmp_path_factory.mktemp("chaos"), url, SMALL)
    postgres.drop(url)


def broken(record: Record) -> list[str]:
    return Judge(record).judge().broken


def test_three_workers_and_two_web_processes_keep_every_promise(outcome: Outcome) -> None:
    assert broken(outcome.record) == []
    assert outcome.figures["SIGKILL"] + outcome.figures.get("SIGTERM", 0) > 0
    assert outcome.figures["database connections cut"] > 0
    assert len(outcome.record.saved) > 5
    assert {"alert", "episode_note", "prompt", "result"} <= {each.kind for each in outcome.record.owed}


def test_one_process_on_sqlite_keeps_every_promise(tmp_path: Path) -> None:
    outcome = run.play(tmp_path, new_sqlite(tmp_path), replace(SMALL, roles=("run",), seconds=8.0, least=6))
    assert broken(outcome.record) == []
    assert len(outcome.record.saved) > 2


def first(record: Record, kind: str) -> Owed:
    return next(each for each in record.owed if each.kind == kind)


def test_the_judge_sees_an_alert_that_was_said_twice(outcome: Outcome) -> None:
    record, alert = outcome.record, first(outcome.record, "alert")
    twice = replace(record, effects=record.effects + Counter([alert.token]))
    assert any(line.startswith("Nothing is said twice") and alert.key in line for line in broken(twice))
    strange = replace(record, effects=record.effects + Counter(["made up"]))
    assert any("nobody owed the message made up" in line for line in broken(strange))


@pytest.mark.parametrize("kind", ["alert", "episode_note", "prompt", "result"])
def test_the_judge_misses_what_is_not_in_slack(outcome: Outcome, kind: str) -> None:
    record, lost = outcome.record, first(outcome.record, kind)
    without = replace(record, shown=tuple(each for each in record.shown if each.token != lost.token))
    assert any(line.startswith("Nothing owed is missing") and lost.key in line for line in broken(without))


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        ("alert", "Every episode has its alert"),
        ("episode_note", "Every fact has its line"),
        ("prompt", "Each due account is asked about once"),
        ("result", "A rating that was acknowledged is stored"),
    ],
)
def test_the_judge_misses_what_was_never_owed(outcome: Outcome, kind: str, promise: str) -> None:
    record, lost = outcome.record, first(outcome.record, kind)
    without = replace(
        record,
        owed=tuple(each for each in record.owed if lost.id not in (each.id, each.thread_of)),
        shown=tuple(each for each in record.shown if each.token != lost.token),
        effects=Counter({token: number for token, number in record.effects.items() if token != lost.token}),
    )
    assert any(line.startswith(promise) for line in broken(without))


def test_the_judge_sees_a_message_that_is_still_under_way(outcome: Outcome) -> None:
    record, some = outcome.record, first(outcome.record, "result")
    for change in ({"state": "unknown"}, {"state": "failed"}, {"leased": True}):
        stuck = replace(record, owed=tuple(replace(e, **change) if e is some else e for e in record.owed))
        assert any(line.startswith("Nothing owed is missing") and some.key in line for line in broken(stuck))


def test_the_judge_sees_a_note_out_of_order_and_outside_its_thread(outcome: Outcome) -> None:
    record = outcome.record
    threads = Counter(each.thread_of for each in record.owed if each.kind == "episode_note")
    thread, number = threads.most_common(1)[0]
    assert number > 1, "no thread has two notes: the run was too short"
    one, other = [each for each in record.owed if each.kind == "episode_note" and each.thread_of == thread][:2]
    shown = {each.token: each for each in record.shown}
    swapped = {one.token: shown[other.token].ts, other.token: shown[one.token].ts}
    wrong = replace(record, shown=tuple(replace(e, ts=swapped.get(e.token, e.ts)) for e in record.shown))
    assert any(line.startswith("A thread is in order") and "stands before" in line for line in broken(wrong))
    astray = replace(record, shown=tuple(replace(e, thread=None) if e.token == one.token else e for e in record.shown))
    assert any("is not in the thread of its alert" in line for line in broken(astray))


def test_the_judge_sees_an_old_wording(outcome: Outcome) -> None:
    record, alert = outcome.record, first(outcome.record, "alert")
    old = replace(record, shown=tuple(replace(e, text="?") if e.token == alert.token else e for e in record.shown))
    assert any(line.startswith("The last word is shown") for line in broken(old))


def test_the_judge_misses_a_rating_a_move_a_press_and_a_setting(outcome: Outcome) -> None:
    record = outcome.record
    lost = next(each for each in record.stored if each.submission in record.saved)
    without = replace(record, stored=tuple(each for each in record.stored if each is not lost))
    assert any("was read as saved and is not there" in line for line in broken(without))
    still = replace(record, stays=record.stays[:-1])
    assert any(line.startswith("Each rating moved its account once") for line in broken(still))
    pressed = replace(record, done=(*record.done, ("U0", "claim_episode", "0")))
    assert any("claimed episode 0" in line for line in broken(pressed))
    assert not broken(replace(pressed, refused=record.refused + Counter(["U0"])))
    changed = replace(record, settings_changed=record.settings_changed + 1)
    assert any("the settings were changed" in line for line in broken(changed))


def test_the_judge_sees_who_was_not_asked_and_what_ended_badly(outcome: Outcome) -> None:
    assert any("asked about Due 7" in line for line in broken(replace(outcome.record, forgotten=("Due 7",))))
    assert any("status 1" in line for line in broken(replace(outcome.record, unclean=("worker ended with status 1",))))
