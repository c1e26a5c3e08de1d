"""The tour: plays the main story through Slack's own protocol, prints what was said, and checks each step."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time as real
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from cmi_core import load_framework
from cmi_core.cadence import next_delivery
from sandbox.demo_folder import DemoError, Folder
from sandbox.demo_office import ALERTS, LONDON, TEAM, Check, Office, running
from sandbox.errors import PersonError
from sandbox.reading import seen_text
from sandbox.transcript import Said, Transcript

PRIYA, DIEGO, GRACE, HANA, MARTA = "U01PRIYA00", "U01DIEGO00", "U01GRACE00", "U01HANA000", "U01MANAGER"
AT_WORK = (PRIYA, DIEGO, GRACE, MARTA)  # when it is half past two in London
GOLDEN = (3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1)
GOOD = (4,) * 12
FALLING = "Lakeshore Pharma"
TOKYO = "Asia/Tokyo"
QUIET_SECONDS = 2.5  # more than two ticks: time enough for whatever should not be sent to be sent


class TourError(Exception):
    """A step did not do what it claims; the text says which claim."""


def run(check: Check) -> int:
    """Play the story in a folder of its own. Gives the exit status: 0 only if every claim held."""
    began = real.monotonic()
    with tempfile.TemporaryDirectory(prefix="cmi-tour-") as name:
        folder = Folder(Path(name))
        folder.log_quietly()
        opening = next_delivery(datetime.now(UTC), LONDON, start=time(14, 30), end=time(15))
        try:
            with running(folder, (0,), opening, check) as office:
                Tour(office, folder, check).play()
        except (TourError, PersonError, DemoError) as error:
            print(f"\nThe tour failed: {error}\n{folder.log.read_text()}", file=sys.stderr)
            return 1
    print(f"\nThe tour is done: every step did what it says ({real.monotonic() - began:.0f} s).")
    return 0


class Tour:
    """The story, one method a step."""

    def __init__(self, office: Office, folder: Folder, check: Check) -> None:
        self._office, self._folder, self._check = office, folder, check
        self._transcript = Transcript(office.sandbox)
        self._people = {user: office.sandbox.person(user) for user in (*AT_WORK, HANA)}
        self._questions = [criterion.id for criterion in load_framework("maor-wittgen").criteria]
        self._posted_before = len(office.sandbox.calls.entries)
        self._steps = 0

    def play(self) -> None:
        """Play all steps.

        Raises:
            TourError: a claim did not hold.
            PersonError: somebody could not do what the step asks of them.
        """
        try:
            self._wait_until_quiet()
            self._transcript.new()
            self._take(self._help, self._first_score, self._into_save, self._claim)
            with self._second_process():
                self._take(self._quarter, self._tokyo, self._reassess, self._nothing_twice)
        finally:
            for person in self._people.values():
                person.leave()

    def _take(self, *steps: Callable[[], Sequence[Said]]) -> None:
        for step in steps:
            self._check()
            self._steps += 1
            print(f"\n{self._steps}. {step.__doc__}", flush=True)
            if said := step():
                print(self._transcript.show(said), flush=True)

    def _help(self) -> Sequence[Said]:
        """Priya asks what CMI Bot can do."""
        self._people[PRIYA].command("/cmi help")
        said = self._heard(lambda each: "/cmi score Acme" in seen_text(each.message.blocks))
        expect(all(each.message.visible_to == PRIYA for each in said), "only Priya sees the help")
        return said

    def _first_score(self) -> Sequence[Said]:
        """Priya rates Acme for the first time: it comes to CMI 2.4 and, with its health of 41, to Let Churn."""
        priya = self._people[PRIYA]
        priya.command("/cmi score Acme")
        self._answer(PRIYA, GOLDEN)
        expect("CMI 2.4 · health 41 · Let Churn" in seen_text(priya.modal), "Acme's place is shown at once")
        priya.close()
        return self._heard(
            lambda each: each.channel.id == ALERTS and "Acme" in each.text,
            lambda each: each.channel.id == dm(PRIYA) and "CMI 2.4 · health 41 · Let Churn" in each.text,
        )

    def _into_save(self) -> Sequence[Said]:
        """Diego notes that Lakeshore Pharma's health has fallen: a mature customer, so it moves to Save."""
        self._people[DIEGO].command(f"/cmi health {FALLING} 31")
        return self._heard(
            lambda each: each.channel.id == ALERTS and FALLING in each.text and "to Save" in each.text,
            lambda each: each.channel.id == dm(DIEGO) and FALLING in each.text,
        )

    def _claim(self) -> Sequence[Said]:
        """Grace takes the alert on, and it says so in place."""
        grace = self._people[GRACE]
        alerts = [message for message in grace.messages(ALERTS) if FALLING in message["text"]]
        grace.click("I'm on it", alerts[-1])
        said = self._heard(lambda each: each.channel.id == ALERTS and each.changed and "is on it" in each.text)
        in_channel = [each for each in said if each.channel.id == ALERTS and each.message.thread_ts is None]
        expect(len(in_channel) == 1, "the alert was changed in place, and beside its thread nothing else was said")
        expect(in_channel[0].message.ts == alerts[-1]["ts"], "it is the same message")
        return said

    def _quarter(self) -> Sequence[Said]:
        """A quarter passes. Whoever is at work in London and New York is asked, in one message each."""
        self._go_to(next_delivery(self._later(days=91), LONDON, start=time(14, 30), end=time(15)))
        said = self._heard(*(asked_in(place) for place in (*map(dm, AT_WORK), TEAM)))
        for place in (*map(dm, AT_WORK), TEAM):
            expect(len(prompts(said, place)) == 1, f"{place} was asked in one message, not {len(prompts(said, place))}")
        expect(not prompts(said, dm(HANA)), "Hana, for whom it is night, was not asked")
        return said

    def _tokyo(self) -> Sequence[Said]:
        """Morning in Tokyo: now Hana is asked, and nobody else, since they sleep."""
        self._go_to(next_delivery(self._office.calendar.now(), TOKYO, start=time(10), end=time(11)))
        said = self._heard(asked_in(dm(HANA)))
        expect(len(said) == 1, f"Hana's prompt is all that was said, not {len(said)} messages")
        return said

    def _reassess(self) -> Sequence[Said]:
        """Hana rates the first of her accounts from the message itself, where it is ticked off."""
        hana = self._people[HANA]
        prompt = next(message for message in reversed(hana.dm()) if is_prompt(message["text"]))
        hana.click("Rate", prompt)
        self._answer(HANA, GOOD)
        hana.close()
        said = self._heard(lambda each: each.changed and each.message.ts == prompt["ts"] and "✓" in each.text)
        expect(any("CMI 4.0" in each.text for each in said if not each.changed), "the new rating came to 4.0")
        return said

    def _nothing_twice(self) -> Sequence[Said]:
        """All of this time a second process worked on the same database. Slack's log says that nothing came twice."""
        entries = self._office.sandbox.calls.since(self._posted_before)
        posts = Counter(
            entry["args"]["metadata"]["event_payload"]["k"]
            for entry in entries
            if entry["method"] == "chat.postMessage" and entry["effect"]
        )
        twice = [token for token, times in posts.items() if times > 1]
        expect(not twice, f"{len(twice)} messages came twice")
        print(f"   {len(posts)} messages were posted, each once.")
        return self._transcript.new()

    def _answer(self, user: str, levels: Sequence[int]) -> None:
        """Answer all pages of the survey that opens for somebody."""
        person = self._people[user]
        person.wait_for(lambda state: state["views"])
        answers = dict(zip(self._questions, levels, strict=True))
        while (modal := person.modal) is not None and modal["callback_id"] == "survey":
            for block in modal["blocks"]:
                question = block["block_id"].removeprefix("question:")
                if question in answers:
                    person.choose(block["block_id"], str(answers[question]))
            errors = person.submit()
            expect(not errors, f"the survey takes the answers: {errors}")

    def _heard(self, *wanted: Callable[[Said], bool]) -> list[Said]:
        """Wait until each of these was said, and a little longer for what nobody waits for. Gives all that was."""
        said: list[Said] = []
        deadline = real.monotonic() + 15
        while not all(any(map(each, said)) for each in wanted):
            self._check()
            expect(real.monotonic() < deadline, f"it is said in time; so far: {[each.text[:80] for each in said]}")
            said += self._transcript.new()
            real.sleep(0.05)
        if any(is_prompt(each.text) for each in said):
            self._wait_until_quiet()
        return said + self._transcript.new()

    def _wait_until_quiet(self) -> None:
        calls, last = self._office.sandbox.calls, real.monotonic()
        posted = -1
        while real.monotonic() < last + QUIET_SECONDS:
            self._check()
            now = sum(entry["effect"] for entry in calls.entries)
            if now != posted:
                posted, last = now, real.monotonic()
            real.sleep(0.05)

    def _later(self, *, days: int) -> datetime:
        return self._office.calendar.now() + timedelta(days=days)

    def _go_to(self, moment: datetime) -> None:
        self._office.calendar.advance(moment - self._office.calendar.now())
        print(f"   It is {moment:%A, %-d %B %Y, %H:%M} UTC.", flush=True)

    @contextmanager
    def _second_process(self) -> Iterator[None]:
        """Run another worker beside the demo's own, on the same folder."""
        command = [sys.executable, "-m", "sandbox.demo", "--worker", str(self._folder.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                expect(
                    process.stdout is not None and process.stdout.readline() == "ready\n", "the second process starts"
                )
                yield
                expect(process.poll() is None, "the second process is still at work")
            finally:
                process.terminate()
        expect(process.returncode == 0, "the second process ends cleanly")


def expect(claim: bool, text: str) -> None:
    """Check a claim.

    Raises:
        TourError: it does not hold.
    """
    if not claim:
        raise TourError(f"It does not hold that {text}")


def dm(user: str) -> str:
    """The channel between a person and the app."""
    return f"D{user[1:]}"


def is_prompt(text: str) -> bool:
    """Whether a message asks for ratings."""
    return "due for a new rating" in text or "waiting for a new rating" in text


def asked_in(place: str) -> Callable[[Said], bool]:
    """Whether a message asks for ratings in this channel."""
    return lambda each: each.channel.id == place and is_prompt(each.text)


def prompts(said: Sequence[Said], place: str) -> list[Said]:
    """The fresh prompts of one channel."""
    return [each for each in said if asked_in(place)(each) and not each.changed]
