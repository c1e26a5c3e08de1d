"""A local Slack that knows the people of the tests, for flows that ask it."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.slack import make_client
from sandbox.limits import Limits
from sandbox.model import User
from sandbox.server import Sandbox
from tests.flows.asked import TOKYO
from tests.flows.office import DIEGO, MARTA, PRIYA
from tests.processes import ROOT


@pytest.fixture(scope="module")
def slack() -> Iterator[Sandbox]:
    zones = {PRIYA: "Europe/London", DIEGO: "Europe/London", MARTA: "Europe/London", TOKYO: "Asia/Tokyo"}
    people = [User(user, user.lower(), user, tz=zone) for user, zone in zones.items()]
    with Sandbox(ROOT / "manifest.yaml", people=people, limits=Limits(enforce_rates=False)) as running:
        yield running


@pytest.fixture
def client(slack: Sandbox) -> WebClient:
    for user in slack.workspace.users.values():
        user.deleted = False
    slack.faults.set([])
    return make_client(slack.bot_token, slack.api_url)
