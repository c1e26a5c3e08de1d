"""Working on an alert: on its message, on the Home, and in the window that tells its whole story.

The alert itself is changed by delivery, which owns that message.
"""

from datetime import datetime

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.errors import FieldError, Overtaken
from bot.flows import alerts, escalating, snoozing, story
from bot.listeners import button_value, checking
from bot.listeners.call import Call
from bot.listeners.home_publisher import HomePublisher
from bot.listeners.later import Later
from bot.listeners.reply import Body
from bot.store.database import Database
from bot.views import buttons, escalate_form, snooze_form
from bot.views import story as story_view
from bot.views.escalate_form import EscalateEntry
from bot.views.message import Block


def claim(ack: Ack, action: Body, call: Call) -> None:
    """The button "I'm on it"."""
    episode_id = button_value.account_id(action)
    account_id = alerts.claim(call.db, call.now(), call.actor, episode_id)
    _done(ack, call, episode_id, account_id)


def hand_back(ack: Ack, action: Body, call: Call) -> None:
    episode_id = button_value.account_id(action)
    account_id, before = alerts.hand_back(call.db, call.now(), call.actor, episode_id)
    _done(ack, call, episode_id, account_id, before)


def wake(ack: Ack, action: Body, call: Call) -> None:
    """The button "Wake" ends a snooze."""
    episode_id = button_value.account_id(action)
    account_id = snoozing.wake(call.db, call.now(), call.actor, episode_id)
    _done(ack, call, episode_id, account_id)


def press_snooze(ack: Ack, action: Body, call: Call) -> None:
    form = snoozing.open_form(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(snooze_form.build(form), again=buttons.snooze(form.episode_id, form.name))
    ack()


def submit_snooze(ack: Ack, view: Body, call: Call) -> None:
    entry = snooze_form.parse(view)
    if entry.errors:
        ack(response_action="errors", errors=entry.errors)
        return
    try:
        account_id = snoozing.snooze(call.db, call.now(), call.actor, entry)
    except FieldError as error:
        ack(response_action="errors", errors={snooze_form.block_of(error.field): error.text})
        return
    except Overtaken:
        form = snoozing.open_form(call.db, call.now(), call.actor, entry.episode_id)
        typed = {"until": entry.until, "reason": entry.reason, "overtaken": True}
        ack(response_action="update", view=snooze_form.build(form.model_copy(update=typed)))
        return
    ack(response_action="update", view=_story(call, entry.episode_id))
    call.refresh_home(account_id)


def press_escalate(ack: Ack, action: Body, call: Call) -> None:
    form = escalating.open_form(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(escalate_form.build(form), again=buttons.escalate(form.episode_id, form.name))
    ack()


def submit_escalate(ack: Ack, view: Body, call: Call) -> None:
    """Slack is asked who is called, where that isn't known yet: nobody outside the workspace learns of an account."""
    entry = escalate_form.parse(view)
    if entry.errors:
        ack(response_action="errors", errors=entry.errors)
        return
    checking.answer_form(
        ack, call, entry.to, lambda: _escalate(call, entry), block_of=escalate_form.block_of, field="to"
    )


def _escalate(call: Call, entry: EscalateEntry) -> Block:
    try:
        account_id, called = escalating.escalate(call.db, call.now(), call.actor, entry)
    except Overtaken:
        form = escalating.open_form(call.db, call.now(), call.actor, entry.episode_id)
        return escalate_form.build(form.model_copy(update={"to": entry.to, "why": entry.why, "overtaken": True}))
    call.refresh_home(account_id, called)
    return _story(call, entry.episode_id)


def press_story(ack: Ack, action: Body, call: Call) -> None:
    """The button "The whole story", which is called "Alert" on a card and on the Home."""
    shown = story.read(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(story_view.modal(shown), again=buttons.story(shown.episode_id, shown.name))
    ack()


def _done(ack: Ack, call: Call, episode_id: int, account_id: int, *also: str | None) -> None:
    """The story shows what was done where it was done there; elsewhere the alert does."""
    if (call.body.get("view") or {}).get("callback_id") == story_view.CALLBACK:
        view = _story(call, episode_id)
        call.later(lambda: call.replace(view))
    ack()
    call.refresh_home(account_id, *also)


def _story(call: Call, episode_id: int) -> Block:
    return story_view.modal(story.read(call.db, call.now(), call.actor, episode_id))


def wake_due(db: Database, client: WebClient, later: Later, now: datetime) -> None:
    """What the clock does: alerts that were snoozed until today come back, and the Homes that show them."""
    for actor in snoozing.tick(db, now):
        later.newest(actor, HomePublisher(db, client, later, now, actor).publish)


def register(app: App) -> None:
    app.action(buttons.CLAIM)(claim)
    app.action(buttons.HAND_BACK)(hand_back)
    app.action(buttons.WAKE)(wake)
    app.action(buttons.SNOOZE)(press_snooze)
    app.view(snooze_form.CALLBACK)(submit_snooze)
    app.action(buttons.ESCALATE)(press_escalate)
    app.view(escalate_form.CALLBACK)(submit_escalate)
    app.action(buttons.STORY)(press_story)
