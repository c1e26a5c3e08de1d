"""Modals, Homes and the triggers that open them."""

from __future__ import annotations

import secrets
from collections import defaultdict

from sandbox.blocks import check_view
from sandbox.blocks.checker import view_bytes
from sandbox.content import settle
from sandbox.errors import SlackError
from sandbox.inputs import initial_state
from sandbox.model import Json, Trigger, View
from sandbox.workspace import APP_ID, BOT_ID, TEAM_ID, Workspace

KEPT_TRIGGERS = 10_000  # long dead ones are forgotten, oldest first


class Views:
    """Every person's stack of open modals and their Home."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.stacks: defaultdict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self._by_id: dict[str, View] = {}
        self._triggers: dict[str, Trigger] = {}

    def new_trigger(self, user_id: str, view: View | None = None) -> str:
        """Give out a trigger for one interaction."""
        team_number = "4242424242"
        trigger_id = f"{secrets.randbelow(10**12):012d}.{team_number}.{secrets.token_hex(16)}"
        modal = view.id if view is not None and view.source["type"] == "modal" else None
        self._triggers[trigger_id] = Trigger(trigger_id, user_id, self._workspace.protocol.now(), modal)
        if len(self._triggers) > KEPT_TRIGGERS:
            del self._triggers[next(iter(self._triggers))]
        return trigger_id

    def _redeem(self, trigger_id: str) -> Trigger:
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._workspace.protocol.now() - trigger.born > self._workspace.limits.trigger_seconds:
            raise SlackError("expired_trigger_id")
        return trigger

    def open(self, trigger_id: str, source: Json, *, push: bool) -> View:
        """Open a modal for whoever the trigger belongs to.

        Raises:
            SlackError: the trigger, the view or the stack doesn't allow it.
        """
        trigger = self._redeem(trigger_id)
        within = self._by_id.get(trigger.view_id) if trigger.view_id else None
        if push and within is None:
            raise SlackError("invalid_trigger_id", ["views.push needs a trigger from an interaction within a modal"])
        self.check(source)
        if within is None:
            self.clear(trigger.user)
        view = self.push(trigger.user, source)
        trigger.used = True
        return view

    def push(self, user_id: str, source: Json) -> View:
        """Put a modal on a person's stack.

        Raises:
            SlackError: push_limit_reached.
        """
        stack = self.stacks[user_id]
        if len(stack) >= self._workspace.limits.view_stack:
            raise SlackError("push_limit_reached")
        view = self._make(user_id, source)
        view.root_id = stack[0].id if stack else view.id
        view.previous_id = stack[-1].id if stack else None
        stack.append(view)
        self._workspace.changes.bump()
        return view

    def publish(self, user_id: str, source: Json, expected_hash: str | None) -> View:
        """Show a person's Home.

        Raises:
            SlackError: the view is refused, or hash_conflict.
        """
        self.check(source)
        home = self.homes.get(user_id)
        if home is None:
            home = self.homes[user_id] = self._make(user_id, source)
            home.root_id = home.id
            self._workspace.changes.bump()
            return home
        return self.replace(home, source, expected_hash)

    def replace(self, view: View, source: Json, expected_hash: str | None = None) -> View:
        """Change a view in place: its id stays, and what was typed under unchanged ids.

        Raises:
            SlackError: hash_conflict.
        """
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        view.replaced = view.blocks
        view.source = {**source, "blocks": settle(source["blocks"])}
        view.state = initial_state(view.blocks, view.state)
        self._workspace.files.show(view.blocks, view.owner)
        view.hash = self._hash()
        view.errors = {}
        self._workspace.changes.bump()
        return view

    def check(self, source: Json, external_of: View | None = None) -> None:
        """Refuse what Slack would refuse in a view.

        Raises:
            SlackError: invalid_arguments with pointers, view_too_large, missing_scope or duplicate_external_id.
        """
        blocks = self._workspace.limits.blocks
        if view_bytes(source) > blocks.view_bytes:
            raise SlackError("view_too_large")
        problems = check_view(source, blocks) or self._workspace.problems(source["blocks"], "/view/blocks")
        if problems:
            raise SlackError("invalid_arguments", [str(problem) for problem in problems])
        asks_for_files = any(block.get("element", {}).get("type") == "file_input" for block in source["blocks"])
        if asks_for_files and "files:read" not in self._workspace.manifest.scopes:
            raise SlackError("missing_scope", needed="files:read", provided=",".join(self._workspace.manifest.scopes))
        external = source.get("external_id")
        taken = self.by_external(external) if external else None
        if taken is not None and taken is not external_of and source["type"] == "modal":
            raise SlackError("duplicate_external_id")

    def get(self, view_id: str) -> View | None:
        """Return an open modal or a Home by id."""
        return self._by_id.get(view_id)

    def by_external(self, external_id: str) -> View | None:
        """Return an open modal or a Home by the app's own id."""
        return next((v for v in self._by_id.values() if v.source.get("external_id") == external_id), None)

    def close(self, view: View) -> None:
        """Take one modal off its stack; one that was opened above it meanwhile stays."""
        stack = self.stacks[view.owner]
        del self._by_id[view.id]
        stack.remove(view)
        for below, above in zip([None, *stack], stack, strict=False):
            above.previous_id = below.id if below else None
        self._workspace.changes.bump()

    def clear(self, user_id: str) -> None:
        """Close all of a person's modals."""
        for view in list(self.stacks[user_id]):
            self.close(view)

    def _make(self, user_id: str, source: Json) -> View:
        settled = {**source, "blocks": settle(source["blocks"])}
        view = View(self._workspace.next_id("V"), user_id, settled, self._hash(), initial_state(settled["blocks"]))
        view.team_id = self._workspace.users[user_id].team_id
        self._by_id[view.id] = view
        self._workspace.files.show(view.blocks, user_id)
        return view

    def _hash(self) -> str:
        return f"{int(self._workspace.calendar.now().timestamp())}.{secrets.token_urlsafe(6)}"


def view_payload(view: View) -> Json:
    """Return Slack's view object, as API answers, payloads and the people's page show it."""
    source = view.source
    shared: Json = {
        "id": view.id,
        "team_id": view.team_id or TEAM_ID,
        "type": source["type"],
        "blocks": source["blocks"],
        "private_metadata": source.get("private_metadata", ""),
        "callback_id": source.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": source.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": source.get("clear_on_close", False),
        "notify_on_close": source.get("notify_on_close", False),
        "close": source.get("close"),
        "submit": source.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": source.get("external_id", ""),
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
    return shared
