"""Small builders for the blocks and elements in use, each clipping what it shows to Slack's limit."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from bot.views import limits
from bot.views.message import Block
from bot.views.text import clip, clip_markup


def plain(text: str, limit: int = limits.TEXT) -> Block:
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": False}


def mrkdwn(markup: str, limit: int = limits.TEXT) -> Block:
    return {"type": "mrkdwn", "text": clip_markup(markup, limit) or " ", "verbatim": True}


def section(markup: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(markup)}
    return block if accessory is None else {**block, "accessory": accessory}


def fields(markups: Sequence[str]) -> Block:
    """Short facts in two columns."""
    return {"type": "section", "fields": [mrkdwn(markup, limits.FIELD) for markup in markups[: limits.FIELDS]]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, limits.HEADER)}


def context(*markups: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(markup) for markup in markups[: limits.CONTEXT_ELEMENTS]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements[: limits.ACTIONS])}


def button(
    text: str, action_id: str, value: str = "", *, label: str = "", style: Literal["primary", "danger"] | None = None
) -> Block:
    """A button; ``label`` is what a screen reader says where the text alone would be ambiguous."""
    element: Block = {"type": "button", "text": plain(text, limits.BUTTON), "action_id": action_id}
    if value:
        element["value"] = value[: limits.BUTTON_VALUE]
    if label:
        element["accessibility_label"] = clip(label, limits.BUTTON)
    return element if style is None else {**element, "style": style}


def field(label: str, block_id: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """One input of a form."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, limits.LABEL),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain(hint, limits.LABEL)} if hint else block


def option(text: str, value: str, description: str = "") -> Block:
    block: Block = {"text": plain(text, limits.OPTION), "value": value}
    return {**block, "description": plain(description, limits.OPTION)} if description else block


def choice(action_id: str, options: Sequence[Block], initial: Block | None = None) -> Block:
    """One out of several: radio buttons, or a menu where there are more than Slack has radio buttons for."""
    kind = "radio_buttons" if len(options) <= limits.RADIO_OPTIONS else "static_select"
    element: Block = {"type": kind, "action_id": action_id, "options": list(options[: limits.OPTIONS])}
    return element if initial is None else {**element, "initial_option": initial}


def checkbox(action_id: str, markup: str, value: str, *, ticked: bool, description: str = "") -> Block:
    """One box to tick, with a line below it; both are mrkdwn."""
    box: Block = {"text": mrkdwn(markup, limits.OPTION), "value": value}
    if description:
        box["description"] = mrkdwn(description, limits.OPTION)
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": [box]}
    return {**element, "initial_options": [box]} if ticked else element


def checkboxes(action_id: str, options: Sequence[Block], ticked: Iterable[str] = ()) -> Block:
    """Any out of at most ten; ``ticked`` are the values chosen at first."""
    chosen = set(ticked)
    shown = list(options[: limits.RADIO_OPTIONS])
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": shown}
    initial = [each for each in shown if each["value"] in chosen]
    return {**element, "initial_options": initial} if initial else element


def text_input(action_id: str, initial: str = "", *, longest: int, lines: bool = False, placeholder: str = "") -> Block:
    element: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": longest, "multiline": lines}
    if initial:
        element["initial_value"] = initial[:longest]
    return {**element, "placeholder": plain(placeholder, limits.PLACEHOLDER)} if placeholder else element


def search_select(action_id: str, placeholder: str, initial: Block | None = None, least: int = 0) -> Block:
    """A menu whose options the bot finds while the person types."""
    element: Block = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, limits.PLACEHOLDER),
        "min_query_length": least,
    }
    return element if initial is None else {**element, "initial_option": initial}


def search_several(action_id: str, placeholder: str, initial: Sequence[Block] = (), least: int = 0) -> Block:
    """The same for several."""
    element: Block = {
        "type": "multi_external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, limits.PLACEHOLDER),
        "min_query_length": least,
        "max_selected_items": limits.OPTIONS,
    }
    return {**element, "initial_options": list(initial)} if initial else element


def person_select(action_id: str, initial: str | None = None) -> Block:
    element: Block = {"type": "users_select", "action_id": action_id}
    return {**element, "initial_user": initial} if initial else element


def people_select(action_id: str, initial: Iterable[str] = ()) -> Block:
    element: Block = {"type": "multi_users_select", "action_id": action_id}
    chosen = list(initial)
    return {**element, "initial_users": chosen} if chosen else element


def channel_select(action_id: str, initial: str | None = None) -> Block:
    """Channels of this organisation only: no score goes to a channel shared with another one."""
    element: Block = {
        "type": "conversations_select",
        "action_id": action_id,
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }
    return {**element, "initial_conversation": initial} if initial else element


def file_input(action_id: str, endings: Sequence[str]) -> Block:
    """One file from the person's own machine; Slack offers those with these endings, and may be talked into others."""
    return {"type": "file_input", "action_id": action_id, "filetypes": list(endings), "max_files": 1}


def date_select(action_id: str, initial: date | None = None) -> Block:
    element: Block = {"type": "datepicker", "action_id": action_id}
    return {**element, "initial_date": initial.isoformat()} if initial else element


def modal(
    title: str, blocks: Sequence[Block], *, callback_id: str, submit: str = "", close: str = "Close", metadata: str = ""
) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.TITLE),
        "close": plain(close, limits.TITLE),
        "blocks": list(blocks[: limits.VIEW_BLOCKS]),
    }
    if submit:
        view["submit"] = plain(submit, limits.TITLE)
    return {**view, "private_metadata": metadata} if metadata else view


def home(blocks: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(blocks[: limits.VIEW_BLOCKS])}
