"""Which alerts go to channels of their own: the rules in their order, and the form that adds one."""

from pydantic import Field

from bot.views import blocks, limits
from bot.views.account_form import SEGMENTS
from bot.views.cells import cell_name, cell_order, short_name
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert, mention, tidy
from cmi_core.cells import CELLS

CALLBACK, FORM = "alert_routes", "alert_route"
ADD, UP, REMOVE = "add_route", "raise_route", "remove_route"
MOST = 20
_VALUE = "value"
_SEGMENT, _OF, _MANAGER, _CELL, _CHANNEL = "segment", "segment_value", "manager", "cell", "channel"


class RouteLine(Data):
    """One rule: alerts to which all that is named here applies go to ``channel``. ``manager`` is the owner's."""

    segment: str = ""
    value: str = ""
    manager: str | None = None
    cell: str | None = None
    channel: str


class Routes(Data):
    """The rules in force, by the settings' version."""

    version: int
    alert_channel: str | None = None
    map_kind: str = "quadrants"
    lines: tuple[RouteLine, ...] = ()


class RouteEntry(Data):
    """What was entered; ``errors`` are by block id."""

    line: RouteLine
    errors: dict[str, str] = Field(default_factory=dict)


def build(routes: Routes) -> Block:
    """The window with the rules."""
    rest = f"<#{routes.alert_channel}>" if routes.alert_channel else "no channel yet, so they wait"
    intro = f"An alert goes by the first rule that fits it. All others go to the channel for alerts: {rest}."
    body = [blocks.section(intro)]
    for index, line in enumerate(routes.lines):
        value = f"{routes.version}:{index}"
        above = blocks.button("Up", UP, value, label=f"Rule {index + 1}: look at it earlier")
        away = blocks.button("Remove", REMOVE, value, label=f"Remove rule {index + 1}")
        body += [
            blocks.section(f"*{index + 1}.* {sentence(line)}"),
            blocks.actions(*([above] if index else []), away),
        ]
    if not routes.lines:
        body.append(blocks.section("There is no rule yet."))
    if len(routes.lines) < MOST:
        body.append(blocks.actions(blocks.button("Add a rule", ADD, style="primary")))
    return blocks.modal("Channels of alerts", body, callback_id=CALLBACK)


def sentence(line: RouteLine) -> str:
    """A rule as mrkdwn."""
    facts = [f"{inert(line.segment)} = {inert(line.value)}"] if line.segment else []
    facts += [f"the owner reports to {mention(line.manager)}"] if line.manager else []
    facts += [f"moved to {cell_name(line.cell)}"] if line.cell else []
    return f"{', '.join(facts)} → <#{line.channel}>"


def form(routes: Routes, entered: RouteLine | None = None, problem: str = "") -> Block:
    """The form for another rule; ``problem`` stands above it where Slack answered late."""
    segments = [blocks.option(each.replace("_", " ").capitalize(), each) for each in SEGMENTS]
    cells = [blocks.option(short_name(cell), cell) for cell in cell_order(routes.map_kind)]
    line = entered or RouteLine(channel="")
    body = [blocks.section(f"*Not saved yet:* {inert(problem, limits.NOTE)}")] if problem else []
    body += [
        blocks.section("Name one thing or several: a rule fits where all of it applies."),
        blocks.field("Segment", _SEGMENT, _menu(segments, line.segment), optional=True),
        blocks.field(
            "Its value",
            _OF,
            blocks.text_input(_VALUE, line.value, longest=limits.NAME_SHOWN),
            hint="Such as Enterprise, for the segment Size.",
            optional=True,
        ),
        blocks.field(
            "Team of",
            _MANAGER,
            blocks.person_select(_VALUE, line.manager),
            hint="The owners who report to this person.",
            optional=True,
        ),
        blocks.field("Cell", _CELL, _menu(cells, line.cell or ""), optional=True),
        blocks.field(
            "Channel",
            _CHANNEL,
            blocks.channel_select(_VALUE, line.channel or None),
            hint="Invite the bot there first: /invite @CMI Bot",
        ),
    ]
    return blocks.modal("Rule for alerts", body, callback_id=FORM, submit="Save", close="Cancel")


def _menu(options: list[Block], chosen: str) -> Block:
    menu: Block = {"type": "static_select", "action_id": _VALUE, "options": options}
    initial = next((each for each in options if each["value"] == chosen), None)
    return menu if initial is None else {**menu, "initial_option": initial}


def parse(view: Block) -> RouteEntry:
    state = State(view)
    segment, value = state.option(_SEGMENT, _VALUE) or "", tidy(state.text(_OF, _VALUE))
    manager, cell = state.user(_MANAGER, _VALUE), state.option(_CELL, _VALUE)
    channel = state.conversation(_CHANNEL, _VALUE)
    errors = {}
    if segment and (not value or segment not in SEGMENTS):
        errors[_OF] = "Please enter the segment's value."
    if value and not segment:
        errors[_SEGMENT] = "Please choose the segment of this value."
    if cell is not None and cell not in CELLS:
        errors[_CELL] = "Please choose another cell."
    if not (segment or value or manager or cell):
        errors[_SEGMENT] = "Please name a segment, a team or a cell."
    if not channel:
        errors[_CHANNEL] = "Please choose a channel."
    line = RouteLine(segment=segment, value=value, manager=manager, cell=cell, channel=channel or "")
    return RouteEntry(line=line, errors=errors)


def block_of(_field: str) -> str:
    """The block under which an error is shown: all that can be wrong later is wrong with the channel."""
    return _CHANNEL


def read(value: object) -> tuple[int, int] | None:
    """The version and the place that a button names; None for what can't be read."""
    version, _, index = str(value).partition(":")
    if not all(each.isascii() and each.isdigit() and len(each) < 10 for each in (version, index)):
        return None
    return int(version), int(index)


def example() -> Routes:
    return Routes(
        version=7,
        alert_channel="C01ALERTS",
        lines=(
            RouteLine(segment="size", value="Enterprise", channel="C01ALERTS"),
            RouteLine(manager="U03CARL", cell="save", channel="C01ALERTS"),
        ),
    )
