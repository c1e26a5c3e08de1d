"""The crowd: it rates accounts up and down, works on their alerts, answers prompts, and somebody changes settings."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import httpx
from sqlalchemy import select

from bot.flows import settings
from bot.flows.actor import Actor
from bot.store import workspaces
from bot.store.tables import Episode
from bot.store.tables import Message as Owed
from bot.views import buttons, playbook
from sandbox.model import Message
from tests.chaos import record
from tests.chaos.hands import CORNERS, Hands, Notebook
from tests.chaos.world import World, account_ids, owners, raters

_SETTINGS_EVERY = 4.0
_ALERTS_TO_WORK_ON = 0.35  # of the turns in which the account has one
_ANSWER_PROMPT = 0.15  # of the turns
_SLOW_DAY = 4  # times as long as others


@dataclass
class Turn:
    """One thread's share: its people, the accounts that nobody else rates, and where it left each."""

    chance: random.Random
    http: httpx.Client
    people: list[Hands]
    accounts: list[str]
    owners: list[Hands]
    stands: dict[str, str] = field(default_factory=dict)


class Crowd:
    """People at work in several threads, from `begin` to `finish`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ids = account_ids(world.db)
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(world.size.threads + 2, thread_name_prefix="crowd")
        self.notebook = Notebook()
        self.settings_changed = 0

    def begin(self) -> None:
        size = self._world.size
        every, those = raters(size), owners(size)
        self._running = [self._pool.submit(self._calendar), self._pool.submit(self._settings)]
        for number in range(size.threads):
            http = httpx.Client(trust_env=False, verify=False, timeout=90)  # loopback without TLS
            hands = partial(Hands, self._world.sandbox, notebook=self.notebook, http=http)
            turn = Turn(
                random.Random(size.seed * 100 + number),
                http,
                [hands(user) for user in every[5 * number : 5 * number + 5]],
                [f"Customer {each}" for each in range(number, size.accounts, size.threads)],
                [hands(user) for user in those[number :: size.threads]],
            )
            self._running.append(self._pool.submit(self._live, turn))

    def finish(self) -> None:
        """Let everybody end what they are at, and raise what went wrong in a thread."""
        self._stopping.set()
        self._pool.shutdown(wait=True)
        self.check()

    def check(self) -> None:
        """Raise what went wrong in a thread."""
        for each in self._running:
            if each.done():
                each.result()

    def _live(self, turn: Turn) -> None:
        with turn.http:
            while not self._stopping.is_set():
                self._act(turn)

    def _act(self, turn: Turn) -> None:
        if turn.chance.random() < _ANSWER_PROMPT:
            self._answer_prompt(turn)
            return
        account = turn.chance.choice(turn.accounts)
        person = turn.people[turn.accounts.index(account) % len(turn.people)]
        alert = self._alert_of(self._ids[account])
        if alert is not None and turn.chance.random() < _ALERTS_TO_WORK_ON:
            self._work_on(turn, person, alert)
            return
        # More often into the cells that page somebody: their threads are what may go wrong.
        corners = [corner for corner in (*CORNERS, "save", "let_churn") if corner != turn.stands.get(account, "retain")]
        corner = turn.chance.choice(corners)
        if person.rate(account, corner):
            turn.stands[account] = corner
        if turn.chance.random() < 0.02:
            person.open_home()

    def _work_on(self, turn: Turn, person: Hands, alert: Message) -> None:
        match turn.chance.choice(("claim", "hand back", "tick", "tick", "snooze", "wake")):
            case "claim":
                person.press(alert, buttons.CLAIM)
            case "hand back":
                person.press(alert, buttons.HAND_BACK)
            case "tick":
                person.press(alert, playbook.TICK, ["done"])
            case "snooze":
                day = self._world.calendar.now() + timedelta(days=turn.chance.randrange(1, 5))
                person.snooze(alert, day.date().isoformat())
            case "wake":
                person.press(alert, buttons.WAKE)

    def _answer_prompt(self, turn: Turn) -> None:
        """Somebody reads their last message: they confirm or rate an account of theirs that it asks for."""
        owner = turn.chance.choice(turn.owners)
        dm = self._world.sandbox.workspace.channels.get(f"D{owner.user[1:]}")  # to open one is for the server's thread
        said = list(dm.messages) if dm else []
        prompt = next((each for each in reversed(said) if "for a new rating" in each.text), None)
        if prompt is None:
            return
        if turn.chance.random() < 0.5 and owner.press(prompt, buttons.RENEW):
            return
        number = owners(self._world.size).index(owner.user)
        mine = [f"Due {number + lap * self._world.size.owners}" for lap in range(3)]
        owner.rate(turn.chance.choice(mine), turn.chance.choice(list(CORNERS)))

    def _alert_of(self, account_id: int) -> Message | None:
        """The alert of the account's open episode, if it is in Slack by now."""
        of_open = select(Owed.channel, Owed.ts).join(Episode, Episode.message_id == Owed.id)
        with self._world.db.read() as session:
            row = session.execute(
                of_open.where(Episode.account_id == account_id, Episode.ended_at.is_(None), Owed.ts.is_not(None))
            ).one_or_none()
        return None if row is None else self._world.sandbox.workspace.channels[str(row.channel)].by_ts[str(row.ts)]

    def _calendar(self) -> None:
        """A day goes by now and then, from noon to noon; later where somebody is still to be asked, but it does."""
        began = time.monotonic()
        while not self._stopping.wait(1.0):
            passed = time.monotonic() - began
            if passed < self._world.size.day or (passed < _SLOW_DAY * self._world.size.day and self._asking()):
                continue
            friday = self._world.calendar.now().weekday() == 4
            self._world.calendar.advance(timedelta(days=3 if friday else 1))
            self.notebook.count("days gone by")
            began = time.monotonic()

    def _asking(self) -> bool:
        with self._world.db.read() as session:
            return bool(record.forgotten(session, self._world.calendar.now()))

    def _settings(self) -> None:
        """An admin tries this and that: how long an alert stays quiet, and which rule of the channels comes first."""
        actor = Actor(self._world.workspace_id, raters(self._world.size)[0])
        while not self._stopping.wait(_SETTINGS_EVERY):
            with self._world.db.write(30.0) as session:
                before = workspaces.settings_of(session, actor.workspace_id)
                change = {
                    "quiet_days": 0 if before.quiet_days else 7,
                    "alert_routes": before.alert_routes[::-1],
                }
                settings.change(session, self._world.calendar.now(), actor, change)
            self.settings_changed += 1
