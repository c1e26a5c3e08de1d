"""One request of one person: who asks, and the ways to answer after the acknowledgement."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.delivery.pictures import Pictures
from bot.flows import home as home_flow
from bot.flows.actor import Actor
from bot.listeners import reply
from bot.listeners.deps import Deps
from bot.listeners.home_publisher import HomePublisher
from bot.listeners.later import explain
from bot.listeners.picturing import Picturing, Window
from bot.listeners.picturing import add as add_picture
from bot.slack import Kind, meaning
from bot.store.database import Database
from bot.views import notes
from bot.views.message import Block, Message
from bot.workspace_settings import WorkspaceSettings

# An answer that Slack gets after our update of the same window would undo it, and no call says when it got there.
SETTLE_SECONDS = 1.0
# How long Slack waits for a window's content, and for the answer to a form, before it hears that this takes longer:
# both leave most of its three seconds, and whoever has a small portfolio sees nothing but the result.
WINDOW_SECONDS = 0.5
FORM_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Call:
    """Made by the middleware for every request with a person behind it; listeners take it as ``call``.

    ``settings`` are the workspace's as they were when the request came: for what is only said, not for what is stored.
    """

    deps: Deps
    actor: Actor
    client: WebClient
    body: reply.Body
    settings: WorkspaceSettings

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

    def show(self, view: Block, *, again: Block, picturing: Picturing | None = None) -> None:
        """Show a window: in place of the one they are in, else a new one.

        ``again`` is the button that opens it after all, offered where Slack's three seconds were over; ``picturing``
        gives it a picture, which comes when it is ready.
        """
        self.later(lambda: self._add_picture(self._show(view, again), picturing))

    def show_when_ready(
        self, title: str, work: Callable[[], Block], *, again: Block, picturing: Picturing | None = None
    ) -> None:
        """Show the window that ``work`` gives; where that takes long, first one of this title that says so.

        The rest is as in `show`. What ``work`` raises early is raised here, later it is told in the window.
        """
        begun = self.deps.later.ask(work)
        try:
            view = begun.result(WINDOW_SECONDS)
        except TooSlow:
            meanwhile = notes.loading_modal(title)
            self.later(lambda: self._add_picture(self._show_late(meanwhile, begun.result, again), picturing))
        else:
            self.show(view, again=again, picturing=picturing)

    def answer_form(self, ack: Ack, work: Callable[[], Block], *, meanwhile: Block) -> None:
        """Answer a form with the view that ``work`` gives; where it takes long with ``meanwhile``, then with it."""
        begun = self.deps.later.ask(work)
        try:
            ack(response_action="update", view=begun.result(FORM_SECONDS))
        except TooSlow:
            self.finish(begun.result)
            ack(response_action="update", view=meanwhile)

    def replace(self, view: Block, view_id: str = "") -> Window | None:
        """Put another view into a window, or that from which this request came; None where it was closed meanwhile."""
        try:
            updated = self.client.views_update(view_id=view_id or self.body["view"]["id"], view=view)
        except SlackApiError as error:
            if meaning(error).kind is not Kind.GONE:
                raise
            return None
        return _window(updated)

    def finish(self, work: Callable[[], Block]) -> None:
        """Do the rest of a submission later, while its window says so; ``work`` gives the view that takes its place."""
        settled = time.monotonic() + SETTLE_SECONDS
        self.later(lambda: self._finish(work, settled))

    def refresh_home(self, about: int | None = None, *also: str | None) -> None:
        """Bring this person's Home up to date; after a change of an account (`about`) also those whom it concerns.

        ``also`` are others to whom the change matters. Of many changes at once the last one shows. Where Slack refuses
        nobody is bothered: a Home is renewed when it is opened.
        """
        first = {self.actor.user, *filter(None, also)}
        self._publish_homes(first)
        if about is not None:
            workspace_id = self.actor.workspace_id
            self.deps.changes.note(workspace_id, about, first)
            self.deps.later.newest(("changes", workspace_id), self._publish_concerned)

    def _tell(self, message: Message) -> None:
        reply.privately(self.client, self.body, message)

    def _show(self, view: Block, again: Block) -> Window | None:
        """Gives the window; None where there is none."""
        if reply.in_modal(self.body):
            return self.replace(view)
        try:
            opened = self.client.views_open(trigger_id=self.body["trigger_id"], view=view)
        except SlackApiError as error:
            kind = meaning(error).kind
            if kind not in (Kind.EXPIRED_TRIGGER, Kind.USED_TRIGGER, Kind.RETRY):
                raise
            if kind is not Kind.USED_TRIGGER:
                self._tell(notes.too_slow(again))
            return None
        return _window(opened)

    def _show_late(self, meanwhile: Block, result: Callable[[], Block], again: Block) -> Window | None:
        """Gives the window where it shows the result."""
        window = self._show(meanwhile, again)
        if window is None:
            return None
        try:
            view = result()
        except Exception as error:  # whatever it is, the window must not say “One moment …” for ever
            self.replace(notes.note_modal(explain(error)), window.id)
            return None
        return self.replace(view, window.id)

    def _add_picture(self, window: Window | None, picturing: Picturing | None) -> None:
        if window is not None and picturing is not None:
            pictures = Pictures(self.db, self.client, self.actor.workspace_id, self.now())
            self.deps.later.beside(lambda: add_picture(pictures, window, picturing()))

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

    def show_home(self) -> None:
        """Show this person their Home, which they look at just now."""
        self.deps.later.newest(self.actor, partial(self._publish_home, self.actor), urgent=True)

    def _publish_homes(self, users: Iterable[str]) -> None:
        for user in users:
            actor = Actor(self.actor.workspace_id, user)
            self.deps.later.newest(actor, partial(self._publish_home, actor))

    def _publish_concerned(self) -> None:
        """Whoever may have changed them: the accounts that changed lately, and whose people don't see it yet."""
        changed = self.deps.changes.take(self.actor.workspace_id)
        if not changed:
            return
        found = home_flow.concerned(self.db, self.now(), self.actor.workspace_id, changed)
        self._publish_homes({user for account, users in found.items() for user in users - changed[account]})

    def _publish_home(self, actor: Actor) -> None:
        HomePublisher(self.db, self.client, self.deps.later, self.now(), actor).publish()


def _window(answer: SlackResponse) -> Window:
    view = answer["view"]
    return Window(str(view["id"]), str(view.get("hash") or ""))
