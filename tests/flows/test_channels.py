"""No alert and no score goes to a channel shared with another organisation."""

import pytest

from bot.flows import channels
from bot.slack import make_client
from sandbox.limits import Limits
from sandbox.server import Sandbox

CHANNEL = "C01CSALERT"


@pytest.mark.parametrize(
    ("change", "said"),
    [({}, None), ({"is_ext_shared": True}, "shared with another organisation"), ({"is_archived": True}, "archived")],
)
def test_a_channel_shared_with_another_organisation_is_refused(change: dict[str, bool], said: str | None) -> None:
    with Sandbox(limits=Limits(enforce_rates=False)) as sandbox:
        for name, value in change.items():
            setattr(sandbox.workspace.channels[CHANNEL], name, value)
        trouble = channels.trouble(make_client(sandbox.bot_token, sandbox.api_url, longest_wait=2.0), CHANNEL)
    if said is None:
        assert trouble is None
    else:
        assert trouble is not None
        assert said in trouble
