"""Every limit and rate of Slack's that the sandbox keeps, in one place.

Slack moves some of them within months, and tests want to shorten others, so all are settings whose defaults are the
values that Slack documents. Where it publishes no figure, the comment says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True)
class BlockLimits:
    """Block Kit's lengths (characters) and counts; frozen, because the checker's tables are built from it once."""

    message_blocks: int = 50
    view_blocks: int = 100
    view_bytes: int = 250_000
    view_title: int = 24
    private_metadata: int = 3000
    callback_id: int = 255
    external_id: int = 255
    block_id: int = 255
    action_id: int = 255
    text: int = 3000
    section_fields: int = 10
    section_field: int = 2000
    header: int = 150
    context_elements: int = 10
    actions_elements: int = 25
    input_label: int = 2000
    input_hint: int = 2000
    image_url: int = 3000
    image_title: int = 2000
    alt_text: int = 2000
    button_text: int = 75
    button_value: int = 2000
    url: int = 3000
    accessibility_label: int = 75
    placeholder: int = 150
    option_text: int = 75
    option_value: int = 150
    option_description: int = 75
    options: int = 100
    option_groups: int = 100
    radio_options: int = 10
    checkbox_options: int = 10
    overflow_options: int = 5
    confirm_title: int = 100
    confirm_text: int = 300
    confirm_button: int = 30
    input_length: int = 3000
    markdown_text: int = 12_000
    table_rows: int = 100
    table_cells: int = 20
    table_text: int = 10_000
    data_table_rows: int = 101
    data_table_columns: int = 20
    data_table_text: int = 10_000
    data_table_page: int = 100
    charts: int = 2
    chart_title: int = 50
    chart_series: int = 6
    chart_points: int = 20
    chart_label: int = 20
    chart_axis: int = 50
    card_title: int = 150
    card_text: int = 200
    card_actions: int = 3
    carousel_cards: int = 10
    container_title: int = 150
    container_blocks: int = 10
    alert_text: int = 200
    max_files: int = 10


def _tiers() -> dict[str, int]:
    return {"1": 1, "2": 20, "3": 50, "4": 100, "special": 600}


@dataclass
class Limits:
    """What /control/limits can change while the sandbox runs: seconds of the protocol clock, rates per minute."""

    blocks: BlockLimits = field(default_factory=BlockLimits)
    message_text: int = 40_000
    update_text: int = 4_000
    metadata_bytes: int = 16_000  # Slack publishes no figure
    view_stack: int = 3
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    event_retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    file_bytes: int = 1_000_000_000
    file_input_bytes: int = 10_000_000
    file_alt_text: int = 1000
    file_processing_seconds: float = 0.2  # Slack says only that it happens later
    files_per_upload: int = 14
    socket_connections: int = 10
    socket_ticket_seconds: float = 30.0
    socket_warning_seconds: float = 10.0
    history_page: int = 999
    list_page: int = 1000
    enforce_rates: bool = True
    tiers: dict[str, int] = field(default_factory=_tiers)  # "special" differs per method and is unpublished
    channel_per_second: float = 1.0
    channel_burst: int = 3  # Slack tolerates bursts without naming a figure
    workspace_per_minute: int = 300  # "several hundred"

    def apply(self, overrides: Mapping[str, Any]) -> None:
        """Change some limits in place.

        Block Kit's are given as {"blocks": {...}}; tiers are merged, so that one can be changed alone.

        Raises:
            ValueError: a name is unknown.
        """
        known = {item.name for item in fields(self)}
        for name, value in overrides.items():
            if name not in known:
                raise ValueError(f"There is no limit named {name!r}; known: {', '.join(sorted(known))}")
            if name == "blocks":
                self.blocks = _replaced(self.blocks, value)
            elif name == "tiers":
                self.tiers |= {str(tier): int(rate) for tier, rate in value.items()}
            elif name == "event_retry_seconds":
                self.event_retry_seconds = tuple(float(delay) for delay in value)
            else:
                setattr(self, name, type(getattr(self, name))(value))


def _replaced(blocks: BlockLimits, overrides: Mapping[str, int]) -> BlockLimits:
    try:
        return replace(blocks, **overrides)
    except TypeError as error:
        raise ValueError(f"There is no such Block Kit limit: {error}") from error
