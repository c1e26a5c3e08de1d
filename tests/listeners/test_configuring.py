"""Changing the map, the weights and the frameworks in Slack: preview first, then Apply or Back."""

from datetime import time
from fractions import Fraction

import pytest

from bot.store import workspaces
from tests.listeners.conftest import ADMIN, Office
from tests.listeners.talk import window


def test_the_map_is_previewed_then_applied(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Map and cuts")
    window(ada, "Map and cuts")
    ada.fill({"CMI cuts": "3,2", "Health cuts": "55", "Kind of map": "Nine cells"})
    assert "needs 2, not 1" in ada.submit()["cmi_cuts"]
    ada.fill({"Kind of map": "Four quadrants", "Health cuts": "abc"})
    assert "not a number" in ada.submit()["chs_cuts"]
    ada.fill({"Health cuts": "55", "Health margin": "60"})
    assert "leaves no way past a cut" in ada.submit()["chs_margin"]
    ada.fill({"Health margin": "3"})
    assert ada.submit() == {}
    assert "No account moves." in str(window(ada, "Preview")["blocks"])
    ada.click("Back")
    assert "'initial_value': '3.2'" in str(window(ada, "Map and cuts")["blocks"])
    assert ada.submit() == {}
    window(ada, "Preview")
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()
    with office.db.read() as session:
        found = workspaces.settings_of(session, office.actor().workspace_id).map
    assert (found.cmi_cuts, found.chs_cuts) == ((Fraction(16, 5),), (Fraction(55),))


def test_weights_are_checked_previewed_and_published(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Weights")
    window(ada, "Weights")
    ada.fill({"Charter": "much"})
    assert ada.submit() == {"weight:charter": "Please enter a number, such as 40."}
    ada.fill({"Charter": "10", "People": "70"})
    assert ada.submit() == {}
    window(ada, "Preview")
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()


def test_a_rule_gives_a_segment_its_own_framework(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Frameworks")
    window(ada, "Frameworks")
    ada.click("Who is asked what")
    window(ada, "Who is asked what")
    ada.fill({"Rules for segments": "industry = Accounting: waterstone-2016"})
    assert "Line 1: “waterstone-2016” can't be used." in ada.submit()["rules"]
    ada.fill({"Rules for segments": "industry = Accounting: practice-ignition"})
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()


@pytest.mark.parametrize("button", ["Channels and admins", "Playbooks", "Bands and touch"])
def test_the_menu_leads_everywhere(office: Office, button: str) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click(button)
    ada.wait_for(lambda state: state["views"][-1]["title"]["text"] != "Settings")
    ada.close()


def test_health_sources_are_declared_line_by_line(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Health sources")
    window(ada, "Health sources")
    ada.fill({"Sources": "CRM: 0 to 10\nModel: 1 to 0"})
    assert ada.submit() == {"sources": "Line 2: lowest: must be below highest."}
    ada.fill({"Sources": "CRM: 0 to 10\nLights: green = high, red = low"})
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()
    with office.db.read() as session:
        found = workspaces.settings_of(session, office.actor().workspace_id).health_sources
    assert [source.name for source in found] == ["CRM", "Lights"]


def test_cadence_and_limits_are_checked_and_saved(office: Office) -> None:
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Cadence and limits")
    window(ada, "Cadence and limits")
    wrong = {"Months between ratings": "0", "Reminders": "3, 2, 10", "Working hours": "17:00 to 9:00"}
    ada.fill(wrong)
    errors = ada.submit()
    assert sorted(errors) == ["hours", "months", "reminders"]
    right = {"Months between ratings": "2", "Reminders": "2, 4, 6", "Working hours": "8:30 to 16:00"}
    ada.fill(
        {
            **right,
            "Working days": ["Sunday", "Monday"],
            "Rhythm": "With each calendar quarter",
            "Quiet period in days": "3",
        }
    )
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()
    with office.db.read() as session:
        found = workspaces.settings_of(session, office.actor().workspace_id)
    assert (found.cadence.mode, found.cadence.months, found.quiet_days) == ("calendar_quarter", 2, 3)
    assert found.cadence.hours_from == time(8, 30)
    assert found.cadence.workdays == ("Monday", "Sunday")
