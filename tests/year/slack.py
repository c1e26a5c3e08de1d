"""A local Slack that the bot calls without a network, and its record of what the bot said to whom, and when."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlalchemy import select, text

from bot.clock import real_now
from bot.delivery.dispatcher import Dispatcher
from bot.store.tables import UNSAID, Message
from bot.views import buttons
from sandbox.delivery import Courier
from sandbox.faults import CallLog, Faults
from sandbox.limits import Limits
from sandbox.manifest import Manifest
from sandbox.methods import Platform
from sandbox.modals import Views
from sandbox.model import Channel, User
from sandbox.payloads import user_object
from sandbox.rates import Rates
from sandbox.server import Sandbox
from sandbox.webapi import Tokens, WebApi
from sandbox.workspace import BOT_USER_ID, Workspace
from tests.processes import ROOT

Kind = Literal["asking", "reminder", "digest", "weekly", "leavers", "other"]
_KINDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"^A reminder: "), "reminder"),
    (re.compile(r"^\d+ accounts? (is|are) due for a new rating"), "asking"),
    (re.compile(r"could not be rated yet, after a prompt and two reminders"), "digest"),
    (re.compile(r"^The week in your portfolio"), "weekly"),
    (re.compile(r"^<@\w+> (has left Slack|is a guest)"), "leavers"),
)
_LEAVER = re.compile(r"^<@(\w+)>", re.MULTILINE)

_AT_ONCE = 50


class Calendar:
    """The only clock of a run: it stands still until it is moved, so that a run can be repeated to the second."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        self._now += by
        return self._now

    def to(self, instant: datetime) -> None:
        assert instant >= self._now, "the calendar moves forward only"
        self._now = instant


@dataclass(frozen=True)
class Line:
    """An account that a message asks about; `renewable` is what its button “Nothing changed” carries."""

    account: int
    renewable: int | None = None


@dataclass(frozen=True)
class Said:
    """A message as it was posted: to a person or channel, with the accounts that wait in it.

    `hidden`: there were more than the message has room for. `leavers` are the people whom a report of leavers names.
    """

    at: datetime
    to: str
    kind: Kind
    lines: tuple[Line, ...]
    hidden: bool
    leavers: tuple[str, ...] = ()


class LocalSlack:
    """The sandbox's workspace behind an unchanged client, in this thread. `said` is its record of what was posted."""

    def __init__(self, people: list[User], channel: Channel, calendar: Calendar) -> None:
        limits = Limits(enforce_rates=False)
        self._workspace = Workspace(Manifest.read(ROOT / "manifest.yaml"), people, [channel], calendar, limits)
        self._calendar, self.users = calendar, self._workspace.users
        faults = Faults()
        platform = Platform(
            self._workspace,
            Views(self._workspace),
            Rates(limits, self._workspace.protocol),
            Courier(self._workspace, faults).sockets,
            "local",
        )
        tokens = Tokens(Sandbox.bot_token, Sandbox.app_token)
        self._api = WebApi(platform, tokens, faults, CallLog())
        self.said: list[Said] = []
        self.client = _Client(self._call, tokens.bot)

    def described(self, user: str) -> dict[str, Any]:
        """Somebody as the event `user_change` shows them."""
        return user_object(self.users[user], self._calendar.now(), email=False, locale=False)

    def _call(self, method: str, token: str, args: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        status, answer = self._api.call(method, token, args)
        if method == "chat.postMessage" and answer["ok"]:
            self.said.append(self._read(args))
        return status, answer

    def _read(self, args: dict[str, Any]) -> Said:
        channel = self._workspace.channels[args["channel"]]
        to = next((m for m in channel.members if m != BOT_USER_ID), "") if channel.kind == "im" else channel.id
        kind: Kind = next((kind for words, kind in _KINDS if words.search(args["text"])), "other")
        lines = _waiting(args["blocks"]) if kind != "other" else ()
        leavers = tuple(_LEAVER.findall(args["text"])) if kind == "leavers" else ()
        return Said(self._calendar.now(), to, kind, lines, "more account" in args["text"], leavers)


def _waiting(blocks: list[dict[str, Any]]) -> tuple[Line, ...]:
    found: dict[int, Line] = {}
    for block in blocks:
        pressed = [*block.get("elements", ()), block.get("accessory", {})]
        by_action = {each.get("action_id", "").split(":")[0]: each.get("value", "") for each in pressed}
        value = by_action.get(buttons.RATE) or by_action.get(buttons.OPEN)
        if value:
            renew = by_action.get(buttons.RENEW)
            found[int(value)] = Line(int(value), int(renew.split(":")[-1]) if renew else None)
    return tuple(found.values())


class _Client(WebClient):
    """Slack's own client, whose calls end here and not in a socket."""

    def __init__(self, call: Callable[[str, str, dict[str, Any]], tuple[int, dict[str, Any]]], token: str) -> None:
        super().__init__(token=token)
        self._answer = call

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        sent = {**(given.get("params") or {}), **(given.get("data") or {}), **(given.get("json") or {})}
        args = json.loads(json.dumps({name: value for name, value in sent.items() if value is not None}))
        status, answer = self._answer(api_method, str(self.token), args)
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args=given,
            data=json.loads(json.dumps(answer)),
            headers={},
            status_code=status,
        )
        response.validate()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped
        return response


class Sender(Dispatcher):
    """The dispatcher without threads of its own, so that a run is the same each time."""

    def drain(self) -> None:
        """Send all that can be sent, one after another, in this thread."""
        claimed = self._claim(_AT_ONCE)
        while claimed:
            for message in claimed:
                self._under_way.acquire()
                self._pacer.take(message.recipient)
                self._work(message)
            claimed = self._claim(_AT_ONCE) if self._is_anything_owed() else []

    def is_anything_left(self, kind: str) -> bool:
        """Whether a message of this kind still waits for its moment."""
        with self._db.read() as session:
            left = select(Message.id).where(text(UNSAID), Message.state == "owed", Message.kind == kind)
            return session.scalar(left.limit(1)) is not None

    def _is_anything_owed(self) -> bool:
        with self._db.read() as session:
            owed = select(Message.id).where(text(UNSAID), Message.state == "owed")
            ready = owed.where(Message.not_before <= self._clock.now(), Message.ready_at <= real_now())
            return session.scalar(ready.limit(1)) is not None
