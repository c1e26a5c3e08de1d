"""The other forms: what they give back, and what they say about what is missing."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from bot.errors import UserError
from bot.views import account_form, account_select, assign_form, health_form, picker, settings_form
from bot.views.message import Block
from bot.views.standing import example
from tests.views.gallery import NOW


def fill(view: Block, **values: dict[str, Any]) -> Block:
    """The view as Slack sends it back; each value stands under the only action of its block."""
    actions = {block["block_id"]: block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"}
    return {**view, "state": {"values": {block: {actions[block]: value} for block, value in values.items()}}}


def test_a_new_account_with_everything() -> None:
    view = fill(
        account_form.build("x"),
        name={"value": "  Acme,\n Inc. "},
        owner={"selected_user": "U01ANNA"},
        renewal_date={"selected_date": "2027-01-31"},
        external_id={"value": "0061"},
        stage={"value": "Onboarding"},
        size={"value": None},
    )
    assert account_form.parse(view) == account_form.NewAccount(
        name="Acme, Inc.",
        owner="U01ANNA",
        external_id="0061",
        renewal_date=date(2027, 1, 31),
        segments={"stage": "Onboarding"},
    )


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 301])
def test_a_new_account_needs_a_name_that_fits(name: str) -> None:
    errors = account_form.parse(fill(account_form.build(), name={"value": name}))
    assert isinstance(errors, dict)
    assert set(errors) == {"name"}


def test_the_name_that_was_tried_is_filled_in() -> None:
    first = next(block for block in account_form.build("Acme, Inc.")["blocks"] if block["type"] == "input")
    assert first["element"]["initial_value"] == "Acme, Inc."


def test_errors_of_flows_land_under_a_field_that_the_form_has() -> None:
    ids = {block["block_id"] for block in account_form.build()["blocks"] if block["type"] == "input"}
    assert {account_form.block_of(field) for field in ("name", "external_id", "owner", "whatever")} <= ids
    form = settings_form.build(settings_form.SettingsForm())
    ids = {block["block_id"] for block in form["blocks"] if block["type"] == "input"}
    assert {settings_form.block_of(field) for field in ("alert_channel", "admins", "whatever")} <= ids


def test_a_health_score_is_read_or_refused_under_its_field() -> None:
    view = health_form.build(example(), "token", NOW)
    entry = health_form.parse(fill(view, health_value={"value": "41,5"}, health_note={"value": "call"}))
    assert (entry.value, entry.note, entry.meta.submission, entry.meta.account_id) == (
        Fraction(83, 2),
        "call",
        "token",
        7,
    )
    refused = health_form.parse(fill(view, health_value={"value": "fine"}))
    assert refused.value is None
    assert set(refused.errors) == {"health_value"}


def test_the_health_form_shows_the_last_score_and_its_age() -> None:
    assert "Last: 41, 3 months ago, typed." in str(health_form.build(example(), "token", NOW))


def test_assigning_needs_both_an_account_and_an_owner() -> None:
    view = assign_form.build()
    assert set(assign_form.parse(view).errors) == {"account", "owner"}
    filled = fill(
        view, account={"selected_options": [{"value": "7"}, {"value": "9"}]}, owner={"selected_user": "U01ANNA"}
    )
    assert assign_form.parse(filled) == assign_form.Assignment(accounts=(7, 9), owner="U01ANNA")


def test_settings_need_an_admin_and_a_zone() -> None:
    view = settings_form.build(settings_form.SettingsForm())
    assert set(settings_form.parse(view).errors) == {"admins", "zone"}
    filled = fill(
        view,
        alert_channel={"selected_conversation": "C01"},
        admins={"selected_users": ["U01", "U02"]},
        zone={"selected_option": {"value": "Asia/Tokyo"}},
    )
    entry = settings_form.parse(filled)
    assert entry.errors == {}
    assert entry.form == settings_form.SettingsForm(alert_channel="C01", admins=("U01", "U02"), zone="Asia/Tokyo")


def test_the_picker_gives_back_what_for_and_which() -> None:
    view = picker.build("health")
    assert picker.parse(fill(view, account={"selected_option": {"value": "7"}})) == ("health", 7)
    purpose, errors = picker.parse(view)
    assert purpose == "health"
    assert errors == {"account": "Please choose an account."}
    with pytest.raises(UserError):
        picker.parse({**view, "private_metadata": "dance"})


@pytest.mark.parametrize("value", [None, "", "x", "-1", "1.5", "٣", "9" * 30])
def test_only_plain_ids_are_taken_from_buttons(value: str | None) -> None:
    assert account_select.account_id(value) is None
