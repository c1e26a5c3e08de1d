"""A person's client for tests and the tour: it finds things by what a person sees."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

import httpx

from sandbox.errors import PersonError
from sandbox.model import Json
from sandbox.reading import Spot, find, option_value, seen_text

T = TypeVar("T")
ELSEWHERE_SECONDS = 0.1  # how late a change outside the workspace is noticed
PATIENCE_SECONDS = 30.0  # for what comes at once, on however busy a machine


class Person:
    """Somebody in the workspace. What Slack's client would refuse, or show as an error, raises PersonError."""

    def __init__(self, url: str, user_id: str) -> None:
        self.id = user_id
        self._url = url
        self._http = httpx.Client(base_url=f"{url}/people/{user_id}/", timeout=90, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Close the connection."""
        self._http.close()

    def state(self) -> Json:
        """Return everything that this person sees."""
        answer = self._http.get("state")
        if answer.status_code != httpx.codes.OK:
            raise PersonError(answer.json()["error"])
        found: Json = answer.json()
        return found

    def act(self, name: str, **body: Any) -> Json:
        """Do one thing of the people-side API and return its answer as it is, refusals included."""
        answer: Json = self._http.post(name, json=body).json()
        return answer

    def _did(self, name: str, **body: Any) -> Json:
        answer = self.act(name, **body)
        if not answer["ok"]:
            details = answer.get("errors") or answer.get("messages") or ""
            raise PersonError(f"{name}: {answer['error']} {details}".strip())
        return answer

    def wait_for(self, look: Callable[[Json], T], timeout: float = PATIENCE_SECONDS) -> T:
        """Return what `look` finds in the state, as soon as it is truthy. It may look elsewhere too, as in a database.

        Raises:
            PersonError: nothing came within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            state = self.state()
            if found := look(state):
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise PersonError(f"Nothing came within {timeout} s. {_summary(state)}")
            self._http.get("wait", params={"since": state["version"], "timeout": min(left, ELSEWHERE_SECONDS)})

    def messages(self, channel: str) -> list[Json]:
        """Return the top-level messages of a channel, by id or name."""
        state = self.state()
        found: list[Json] = state["messages"][self._channel(state, channel)]
        return found

    def dm(self) -> list[Json]:
        """Return the messages exchanged with the app."""
        return self.messages("im")

    @property
    def modal(self) -> Json | None:
        """The modal on top, if any is open."""
        views = self.state()["views"]
        return views[-1] if views else None

    def home(self, timeout: float = PATIENCE_SECONDS) -> Json:
        """Open the app's Home and return it once it is published."""
        self._did("home")
        home: Json = self.wait_for(lambda state: state["home"], timeout)
        return home

    def command(self, text: str, channel: str = "general") -> None:
        """Type a slash command, such as "/cmi help"."""
        name, _, rest = text.partition(" ")
        self._did("command", channel=self._channel(self.state(), channel), command=name, text=rest)

    def say(self, text: str, channel: str = "im", thread_ts: str | None = None) -> str:
        """Write a message and return its ts."""
        ts: str = self._did("message", channel=self._channel(self.state(), channel), text=text, thread_ts=thread_ts)[
            "ts"
        ]
        return ts

    def shortcut(self, name: str, message: Json | None = None) -> None:
        """Use a shortcut by its name or callback id; on a message, if one is given."""
        known = self.state()["shortcuts"]
        found = next((s for s in known if name in (s["name"], s["callback_id"])), None)
        if found is None:
            raise PersonError(f"There is no shortcut {name!r}; there are: {', '.join(s['name'] for s in known)}")
        on = {"message": {"channel": message["channel"], "ts": message["ts"]}} if message else {}
        self._did("shortcut", callback_id=found["callback_id"], **on)

    def click(self, wanted: str, where: Json | None = None, value: Any = None) -> None:
        """Press a button, by its text or action_id.

        `where` is a message or view as found in the state; without it, the modal on top, else the newest message that
        has such a button, else the Home.
        """
        place, spot = self._spot(wanted, where)
        self._did("click", where=place, **_address(spot), value=value)

    def choose(self, wanted: str, option: Any, where: Json | None = None) -> None:
        """Choose in a menu, radio buttons, checkboxes or a picker, by label, block_id or action_id.

        `option` is an option's text or value (a list where several may be chosen), an id, or for external selects the
        {"value", "text"} that `options` offered.
        """
        place, spot = self._spot(wanted, where)
        value = _value(spot, option)
        if spot.block["type"] == "input":
            values = {spot.block["block_id"]: {spot.element["action_id"]: value}}
            if "view" in place:
                self._did("input", view=place["view"], values=values)
            if not spot.block.get("dispatch_action"):
                return
        self._did("click", where=place, **_address(spot), value=value)

    def attach(self, wanted: str, name: str, content: bytes) -> Json:
        """Attach a file to a question of the modal on top, by label, block_id or action_id; return Slack's file object.

        Raises:
            PersonError: Slack's client doesn't take it there: its type, its size, or one too many.
        """
        place, spot = self._spot(wanted, self._top())
        query = {**place, **_address(spot), "name": name}
        answer = self._http.post("attach", params=query, content=content).json()
        if not answer["ok"]:
            raise PersonError(f"attach: {answer['error']}")
        file: Json = answer["file"]
        return file

    def download(self, file: Json | str) -> bytes:
        """Return the bytes of a file that this person can see: one of a message's `files`, a slack_file, or an id.

        Raises:
            PersonError: they can't see it.
        """
        file_id = file if isinstance(file, str) else file["id"]
        answer = self._http.get(f"{self._url}/files/{file_id}", params={"person": self.id})
        if answer.status_code != httpx.codes.OK:
            raise PersonError(answer.text)
        return answer.content

    def fill(self, answers: dict[str, Any]) -> None:
        """Answer several questions of the modal: label or block_id to text, option, date or id."""
        for wanted, value in answers.items():
            self.choose(wanted, value)

    def options(self, wanted: str, query: str, where: Json | None = None) -> list[Json]:
        """Type into an external select and return the options offered, groups flattened."""
        place, spot = self._spot(wanted, where)
        answer = self._did("options", where=place, **_address(spot), query=query)
        groups = [option for group in answer["option_groups"] for option in group["options"]]
        return [*answer["options"], *groups]

    def submit(self) -> dict[str, str]:
        """Submit the modal on top; return the errors under its questions, by block_id (none: it was taken)."""
        answer = self.act("submit", view=self._top()["id"])
        if answer["ok"]:
            return {}
        if answer["error"] != "validation":
            raise PersonError(f"submit: {answer['error']} {answer.get('messages', '')}".strip())
        errors: dict[str, str] = answer["errors"]
        return errors

    def close(self, *, everything: bool = False) -> None:
        """Close the modal on top, or the whole stack."""
        self._did("close", view=self._top()["id"], all=everything)

    def _top(self) -> Json:
        modal = self.modal
        if modal is None:
            raise PersonError("No modal is open")
        return modal

    def _channel(self, state: Json, wanted: str) -> str:
        for channel in state["channels"]:
            if wanted in (channel["id"], channel["kind"]) or wanted.removeprefix("#") == channel["name"]:
                return str(channel["id"])
        raise PersonError(f"{state['me']['name']} sees no channel {wanted!r}")

    def _spot(self, wanted: str, where: Json | None) -> tuple[Json, Spot]:
        state = self.state()
        for place in [where] if where else _places(state):
            spot = find(place["blocks"], wanted)
            if spot is not None:
                return _where(place), spot
        raise PersonError(f"{state['me']['name']} sees nothing like {wanted!r}. {_summary(state)}")


def _places(state: Json) -> list[Json]:
    if state["views"]:
        return [state["views"][-1]]
    every = [m for messages in (*state["messages"].values(), *state["threads"].values()) for m in messages]
    newest = sorted(every, key=lambda message: str(message["ts"]), reverse=True)
    return newest + ([state["home"]] if state["home"] else [])


def _where(place: Json) -> Json:
    if "ts" in place:
        return {"message": {"channel": place["channel"], "ts": place["ts"]}}
    return {"home": True} if place["type"] == "home" else {"view": place["id"]}


def _address(spot: Spot) -> Json:
    return {"block_id": spot.block["block_id"], "action_id": spot.element["action_id"]}


def _value(spot: Spot, wanted: Any) -> Any:
    element = spot.element
    if "options" not in element and "option_groups" not in element:
        return wanted
    if isinstance(wanted, list):
        return [option_value(element, one) for one in wanted]
    return None if wanted is None else option_value(element, wanted)


def _summary(state: Json) -> str:
    modal = f"The modal reads: {seen_text(state['views'][-1])}" if state["views"] else "No modal is open."
    notices = " ".join(notice["text"] for notice in state["notices"])
    return f"{modal} {f'Notices: {notices}' if notices else ''}".strip()
