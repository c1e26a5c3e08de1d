"""Whoever Slack describes, in the shapes that its Web API and its events have."""

from typing import Any

import pytest

from bot.flows import people

HOME = "T01HOME"
ENTERPRISE = {"id": "U1", "team_id": "T01OTHER", "enterprise_user": {"enterprise_id": "E1", "teams": [HOME]}}


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        ({"id": "U1", "team_id": HOME, "deleted": False, "is_bot": False}, "active"),
        ({"id": "U1"}, "active"),
        (ENTERPRISE, "active"),
        ({**ENTERPRISE, "enterprise_user": {"enterprise_id": "E1", "teams": ["T01OTHER"]}}, "foreign"),
        ({"id": "U1", "enterprise_user": {"enterprise_id": HOME, "teams": None}}, "active"),
        ({"id": "U1", "team_id": HOME, "deleted": True, "is_bot": True}, "deactivated"),
        ({"id": "U1", "team_id": HOME, "is_bot": True}, "bot"),
        # Slack says of its own that it is none.
        ({"id": "USLACKBOT", "team_id": HOME, "is_bot": False}, "bot"),
        ({"id": "U1", "team_id": HOME, "is_workflow_bot": True}, "bot"),
        ({"id": "U1", "team_id": HOME, "is_restricted": True}, "guest"),
        ({"id": "U1", "team_id": HOME, "is_restricted": True, "is_ultra_restricted": True}, "guest"),
        ({"id": "U1", "team_id": HOME, "is_stranger": True}, "foreign"),
        ({"id": "U1", "team_id": "T01OTHER"}, "foreign"),
    ],
)
def test_only_a_member_of_the_own_organisation_is_active(seen: dict[str, Any], state: str) -> None:
    assert people.state_of(seen, HOME) == state
