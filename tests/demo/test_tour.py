"""The tour holds all that it claims, and says so by its exit status."""

import subprocess
import sys

import pytest

from sandbox import tour
from sandbox.demo_office import opening_moment
from tests.demo.conftest import OPENING, ROOT


def test_the_tour_plays_to_its_end() -> None:
    command = [sys.executable, "-m", "sandbox.demo", "--tour"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=ROOT, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Traceback" not in told.stderr
    assert "Acme has its first place on the map" in told.stdout
    assert "@Grace Kim is on it" in told.stdout


def test_a_claim_that_does_not_hold_fails() -> None:
    with pytest.raises(tour.TourError, match="does not hold that pigs fly"):
        tour.expect(claim=False, text="pigs fly")


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-11-25T14:30:00+00:00", "2026-11-25T14:30:00+00:00"),
        ("2026-11-25T09:00:00+00:00", "2026-11-25T09:00:00+00:00"),
        ("2026-11-25T05:00:00+00:00", "2026-11-25T14:30:00+00:00"),
        ("2026-11-27T17:00:00+00:00", "2026-11-30T14:30:00+00:00"),
        ("2026-07-04T12:00:00+00:00", "2026-07-06T13:30:00+00:00"),
    ],
)
def test_a_demo_begins_when_people_are_at_work(now: str, begins: str) -> None:
    assert opening_moment(OPENING.fromisoformat(now)) == OPENING.fromisoformat(begins)
