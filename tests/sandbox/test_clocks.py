"""The two clocks: a calendar that only moves forward and is shared by file, and the protocol's own time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from sandbox import Calendar, Sandbox
from sandbox.clocks import ProtocolClock
from tests.sandbox.conftest import ALERTS, MANIFEST, new_client


def test_the_calendar_moves_forward_only() -> None:
    calendar = Calendar()
    assert abs(calendar.now() - datetime.now(UTC)) < timedelta(minutes=1)
    calendar.advance(timedelta(days=91))
    assert timedelta(days=91) <= calendar.now() - datetime.now(UTC) + timedelta(minutes=1)
    with pytest.raises(ValueError, match="forward only"):
        calendar.advance(timedelta(seconds=-1))


def test_processes_share_a_calendar_by_its_file(tmp_path: Path) -> None:
    mine, theirs = (Calendar(tmp_path / "calendar.json") for _ in range(2))
    mine.advance(timedelta(days=1))
    theirs.advance(timedelta(days=2))
    for calendar in (mine, theirs, Calendar(tmp_path / "calendar.json")):
        assert timedelta(days=2, hours=23) < calendar.now() - datetime.now(UTC) <= timedelta(days=3)


def test_the_page_moves_the_calendar_by_days_months_or_to_a_date(control: httpx.Client) -> None:
    start = control.get("clock").json()["now"]
    day = control.post("clock", json={"advance_days": 1}).json()["now"]
    assert 86400 <= day - start < 86460
    quarter = control.post("clock", json={"advance_months": 3}).json()["now"]
    assert 89 * 86400 <= quarter - day < 93 * 86400
    there = datetime.fromtimestamp(quarter, UTC) + timedelta(days=10)
    moved = control.post("clock", json={"to": there.isoformat()}).json()["now"]
    assert abs(moved - there.timestamp()) < 60
    assert control.post("clock", json={"to": start}).status_code == 400


def test_sleepers_wake_when_the_protocol_clock_moves() -> None:
    async def nap() -> float:
        clock = ProtocolClock()
        clock.attach(asyncio.get_running_loop())
        began = time.monotonic()
        sleeper = asyncio.create_task(clock.sleep(300))
        await asyncio.sleep(0.01)
        clock.advance(299)
        await asyncio.sleep(0.01)
        assert not sleeper.done()
        clock.advance(1)
        await sleeper
        return time.monotonic() - began

    assert asyncio.run(nap()) < 60


class Stopped:
    """A calendar that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 10, 1, 9, 59, 59, 999_999, tzinfo=UTC)

    def advance(self, by: timedelta) -> datetime:
        return self.now()


def test_message_times_are_unique_and_grow_while_the_calendar_stands_still() -> None:
    with Sandbox(manifest=MANIFEST, calendar=Stopped()) as sandbox:
        client = new_client(sandbox)
        stamps = [client.chat_postMessage(channel=ALERTS, text=text)["ts"] for text in "abc"]
    assert stamps == ["1790848799.999999", "1790848800.000000", "1790848800.000001"]
