"""The workspace's settings, for its admins."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from bot.views import blocks, dates, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import escape

CALLBACK = "settings"
ZONE_SEARCH = "pick_zone_search"
_VALUE = "value"


class SettingsForm(Data):
    """Channels are Slack ids, ``zone`` is an IANA name used for whoever has none in Slack."""

    alert_channel: str | None = None
    fallback_channel: str | None = None
    admins: tuple[str, ...] = ()
    zone: str = "UTC"
    language: str = dates.DEFAULT


class SettingsEntry(Data):
    """What was entered, and what is wrong with it by block id."""

    form: SettingsForm
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: SettingsForm, problems: Mapping[str, str] | None = None) -> Block:
    """The form; ``problems`` (texts by block id) stand above their fields where Slack answered late."""
    languages = {key: blocks.option(f"{name}: {_sample(key)}", key) for key, name in dates.LANGUAGES.items()}
    chosen = languages.get(form.language, languages[dates.DEFAULT])
    zone = blocks.search_select(ZONE_SEARCH, "Type a city", blocks.option(form.zone, form.zone))
    body = [
        blocks.field(
            "Channel for alerts",
            "alert_channel",
            blocks.channel_select(_VALUE, form.alert_channel),
            hint="Hears when an account moves to Save or Let Churn. Invite the bot there first: /invite @CMI Bot",
            optional=True,
        ),
        blocks.field(
            "Channel of last resort",
            "fallback_channel",
            blocks.channel_select(_VALUE, form.fallback_channel),
            hint="Is asked about accounts whose owner, cover and manager can't be reached.",
            optional=True,
        ),
        blocks.field(
            "Admins",
            "admins",
            blocks.people_select(_VALUE, form.admins),
            hint="They may change these settings.",
        ),
        blocks.field(
            "Time zone",
            "zone",
            zone,
            hint="For the workspace's days, and for people whose own zone is unknown.",
        ),
        blocks.field("How dates are written", "language", blocks.choice(_VALUE, list(languages.values()), chosen)),
    ]
    body = [shown for each in body for shown in (*_problem(each, problems or {}), each)]
    return blocks.modal("Channels and admins", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def _sample(language: str) -> str:
    with dates.written_in(language):
        return dates.written(date(2026, 8, 12))


def _problem(field: Block, problems: Mapping[str, str]) -> list[Block]:
    text = problems.get(field["block_id"])
    return [blocks.section(f"*Not saved yet:* {escape(text)}")] if text else []


def parse(view: Block) -> SettingsEntry:
    state = State(view)
    admins, zone = state.users("admins", _VALUE), state.option("zone", ZONE_SEARCH)
    errors = {}
    if not admins:
        errors["admins"] = "Please name at least one admin."
    if not zone:
        errors["zone"] = "Please choose a time zone."
    form = SettingsForm(
        alert_channel=state.conversation("alert_channel", _VALUE),
        fallback_channel=state.conversation("fallback_channel", _VALUE),
        admins=admins,
        zone=zone or "UTC",
        language=state.option("language", _VALUE) or dates.DEFAULT,
    )
    return SettingsEntry(form=form, errors=errors)


def zone_options(zones: list[str]) -> list[Block]:
    return [blocks.option(zone, zone) for zone in zones[: limits.OPTIONS]]


def block_of(field: str) -> str:
    """The block under which an error of a field of `SettingsForm` is shown."""
    return field if field in SettingsForm.model_fields else "alert_channel"
