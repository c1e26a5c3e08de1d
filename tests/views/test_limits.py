"""Whatever people are called and however much there is: Slack takes it, and nothing pings."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.views import limits, survey
from bot.views.message import Block
from bot.views.text import cost_of_markup
from cmi_core import built_in_frameworks
from sandbox.blocks import check_message, check_view
from tests.views import gallery

NO_SDK_CLASS = {"data_visualization", "data_table"}  # newer than slack_sdk's models; the local workspace checks them
OURS = re.compile(r"<@[UW][A-Z0-9]+>|<#C01ALERTS>")
names = st.one_of(st.sampled_from(gallery.HOSTILE), st.text(max_size=300))


def check_all(name: str, number: int) -> None:
    for message in gallery.messages(name, number):
        assert check_message({"text": message.text, "blocks": message.blocks}) == []
        assert cost_of_markup(message.text) <= limits.MESSAGE_TEXT
        _check_sdk(message.blocks)
    for view in gallery.views(name, number):
        assert check_view(view) == []
        _check_sdk(view["blocks"])
        View(**view).validate_json()


def _check_sdk(blocks: list[Block]) -> None:
    blocks = [block for block in blocks if block["type"] not in NO_SDK_CLASS]
    for given_block, parsed in zip(blocks, SdkBlock.parse_all(blocks), strict=True):
        assert parsed.to_dict()["type"] == given_block["type"]


@pytest.mark.parametrize("name", gallery.HOSTILE)
def test_slack_takes_everything_with_a_hostile_name(name: str) -> None:
    check_all(name, 3)


def test_slack_takes_everything_in_great_numbers() -> None:
    check_all("\U0001f984<&>" * 75, 200)


@pytest.mark.parametrize("framework", built_in_frameworks())
def test_slack_takes_every_built_in_framework(framework: str) -> None:
    for form in gallery.surveys("Acme", (framework,)):
        assert check_view(survey.build(form)) == []


@settings(max_examples=10, deadline=None)
@given(names)
def test_slack_takes_everything_with_any_name(name: str) -> None:
    check_all(name, 3)


@settings(max_examples=15, deadline=None)
@given(names)
def test_no_name_can_mention_link_or_format(name: str) -> None:
    shown = [(message.text, message.blocks) for message in gallery.messages(name)]
    shown += [("", view["blocks"]) for view in gallery.views(name)]
    for text, blocks in shown:
        for markup in (text, *_mrkdwn(blocks)):
            left = OURS.sub("", markup)
            assert "<" not in left
            assert ">" not in left


def _mrkdwn(node: Any) -> list[str]:
    """All mrkdwn texts below a node; each must say that Slack shall not look for links itself."""
    if isinstance(node, list):
        return [text for each in node for text in _mrkdwn(each)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        assert node["verbatim"] is True
        return [node["text"]]
    if node.get("type") == "plain_text":
        assert node["emoji"] is False
    return [text for each in node.values() for text in _mrkdwn(each)]


@pytest.mark.parametrize("number", [0, 1, 4, 50])
def test_every_stored_message_survives_json(number: int) -> None:
    for each in gallery.data("Acme & <b>", number):
        assert type(each).model_validate_json(each.model_dump_json()) == each
