"""The workspace's settings, and whether its channels can be used."""

from collections.abc import Mapping
from concurrent.futures import TimeoutError as TooSlow
from functools import lru_cache
from zoneinfo import available_timezones

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.flows import channels, settings
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, notes, settings_form, settings_menu, versioned
from bot.views.message import Block
from bot.views.settings_form import SettingsForm

PATIENCE_SECONDS = 1.5


def command(ack: Ack, call: Call, _argument: str) -> None:
    _open(call)
    ack()


def press(ack: Ack, call: Call) -> None:
    """The button "Settings" on the Home."""
    _open(call)
    ack()


def _open(call: Call) -> None:
    settings.read(call.db, call.actor)  # refuses who isn't an admin
    call.show(settings_menu.build(), again=buttons.settings())


def open_channels(ack: Ack, call: Call) -> None:
    """The button "Channels and admins"."""
    version = settings.version(call.db, call.actor)
    form = settings_form.build(settings.read(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.channels())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    """Slack is asked about the channels first; where it is slow the answer comes into the window afterwards."""
    seen, view = versioned.take(view)
    entry = settings_form.parse(view)
    if entry.errors:
        ack(response_action="errors", errors=entry.errors)
        return
    before = settings.read(call.db, call.actor)
    check = call.deps.later.ask(lambda: _problems(call.client, before, entry.form))
    try:
        problems = check.result(PATIENCE_SECONDS)
    except TooSlow:
        call.finish(lambda: _save(call, entry.form, seen, check.result()))
        ack(response_action="update", view=notes.checking_modal())
        return
    if problems:
        ack(response_action="errors", errors=problems)
        return
    ack(response_action="update", view=_save(call, entry.form, seen, {}))
    call.refresh_home()


def _save(call: Call, form: SettingsForm, seen: int | None, problems: Mapping[str, str]) -> Block:
    """Store the settings where nothing stands against them; gives the view that says so, or the form again."""
    if problems:
        again = settings_form.build(form, problems)
        return again if seen is None else versioned.carry(again, seen)

    def store() -> Block:
        settings.write(call.db, call.now(), call.actor, form, seen=seen)
        return notes.settings_saved_modal()

    return saving.stored(store, lambda: settings_form.build(form))


def _problems(client: WebClient, before: SettingsForm, form: SettingsForm) -> dict[str, str]:
    """What stands against the channels that are new, by block id."""
    found = {}
    for field in ("alert_channel", "fallback_channel"):
        channel = getattr(form, field)
        if channel and channel != getattr(before, field):
            problem = channels.trouble(client, channel)
            if problem:
                found[settings_form.block_of(field)] = problem
    return found


def search_zone(ack: Ack, payload: Body) -> None:
    words = (payload.get("value") or "").casefold().replace(" ", "_")
    ack(options=settings_form.zone_options([zone for zone in _zones() if words in zone.casefold()]))


@lru_cache
def _zones() -> tuple[str, ...]:
    """Reading them takes Python a moment, and they don't change."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))


def register(app: App) -> None:
    app.action(buttons.SETTINGS)(press)
    app.action(buttons.CHANNELS)(open_channels)
    app.options(settings_form.ZONE_SEARCH)(search_zone)
    app.view(settings_form.CALLBACK)(submit)
