"""One request of one person: who asks, and the ways to answer after the acknowledgement."""

import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.flows import home as home_flow
from bot.flows.actor import Actor
from bot.listeners import reply
from bot.listeners.deps import Deps
from bot.listeners.later import explain
from bot.slack import Kind, meaning
from bot.store.database import Database
from bot.views import home, notes
from bot.views.message import Block, Message

# An answer that Slack gets after our update of the same window would undo it, and no call says when it got there.
SETTLE_SECONDS = 1.0
# How long Slack waits for a window's content, and for the answer to a form, before it hears that this takes longer:
# both leave most of its three seconds, and whoever has a small portfolio sees nothing but the result.
WINDOW_SECONDS = 0.5
FORM_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Call:
    """Made by the middleware for every request with a person behind it; listeners take it as ``call``."""

    deps: Deps
    actor: Actor
    client: WebClient
    body: reply.Body

    @property
    def db(self) -> Database:
        return self.deps.db

    def now(self) -> datetime:
        return self.deps.clock.now()

    def later(self, work: Callable[[], object]) -> None:
        """Do slow work after the answer; where it fails the person is told."""
        self.deps.later.run(work, self._tell)

    def tell(self, message: Message) -> None:
        """Say something that only this person sees."""
        self.later(lambda: self._tell(message))

    def show(self, view: Block, *, again: Block) -> None:
        """Show a window: in place of the one they are in, else a new one.

        ``again`` is the button that opens it after all, offered where Slack's three seconds were over.
        """
        self.later(lambda: self._show(view, again))

    def show_when_ready(self, title: str, work: Callable[[], Block], *, again: Block) -> None:
        """Show the window that ``work`` gives; where that takes long, first one of this title that says so.

        ``again`` is as in `show`. What ``work`` raises early is raised here, later it is told in the window.
        """
        begun = self.deps.later.ask(work)
        try:
            view = begun.result(WINDOW_SECONDS)
        except TooSlow:
            self.later(lambda: self._show_late(notes.loading_modal(title), begun.result, again))
        else:
            self.show(view, again=again)

    def answer_form(self, ack: Ack, work: Callable[[], Block], *, meanwhile: Block) -> None:
        """Answer a form with the view that ``work`` gives; where it takes long with ``meanwhile``, then with it."""
        begun = self.deps.later.ask(work)
        try:
            ack(response_action="update", view=begun.result(FORM_SECONDS))
        except TooSlow:
            self.finish(begun.result)
            ack(response_action="update", view=meanwhile)

    def replace(self, view: Block, view_id: str = "") -> bool:
        """Put another view into a window, or that from which this request came; False where it was closed meanwhile."""
        try:
            self.client.views_update(view_id=view_id or self.body["view"]["id"], view=view)
        except SlackApiError as error:
            if meaning(error).kind is not Kind.GONE:
                raise
            return False
        return True

    def finish(self, work: Callable[[], Block]) -> None:
        """Do the rest of a submission later, while its window says so; ``work`` gives the view that takes its place."""
        settled = time.monotonic() + SETTLE_SECONDS
        self.later(lambda: self._finish(work, settled))

    def refresh_home(self, *also: str | None) -> None:
        """Bring this person's Home up to date, and those of whom the change concerns as well.

        Where Slack refuses nobody is bothered: a Home is renewed when it is opened.
        """
        for user in {self.actor.user, *filter(None, also)}:
            actor = Actor(self.actor.workspace_id, user)
            self.deps.later.run(partial(self._publish_home, actor), lambda _: None)

    def _tell(self, message: Message) -> None:
        reply.privately(self.client, self.body, message)

    def _show(self, view: Block, again: Block) -> str:
        """Gives the id of the window; "" where there is none."""
        if reply.in_modal(self.body):
            return str(self.body["view"]["id"]) if self.replace(view) else ""
        try:
            opened = self.client.views_open(trigger_id=self.body["trigger_id"], view=view)
        except SlackApiError as error:
            if meaning(error).kind not in (Kind.EXPIRED_TRIGGER, Kind.RETRY):
                raise
            self._tell(notes.too_slow(again))
            return ""
        return str(opened["view"]["id"])

    def _show_late(self, meanwhile: Block, result: Callable[[], Block], again: Block) -> None:
        view_id = self._show(meanwhile, again)
        if not view_id:
            return
        try:
            view = result()
        except Exception as error:  # whatever it is, the window must not say “One moment …” for ever
            view = notes.note_modal(explain(error))
        self.replace(view, view_id)

    def _finish(self, work: Callable[[], Block], settled: float) -> None:
        failure = ""
        try:
            view = work()
        except Exception as error:  # whatever it is, the window must not say "Saving…" for ever
            failure = explain(error)
            view = notes.note_modal(failure)
        time.sleep(max(settled - time.monotonic(), 0))
        if not self.replace(view) and failure:
            self._tell(notes.note(failure))
        self.refresh_home()

    def _publish_home(self, actor: Actor) -> None:
        now = self.now()
        shown = home_flow.look(self.db, now, actor)
        self.client.views_publish(user_id=actor.user, view=home.build(shown, now))
