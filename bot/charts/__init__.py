"""Pictures of the map and the trends: values in, PNG out. What draws is imported when first used."""

import hashlib
import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from bot.charts.data import CategoriesChart, ChartData, DistributionChart, MapChart, TrendChart

DRAWING_VERSION = 1
"""Grows when pictures look different, so that those drawn before are not shown for new ones."""

CHARTS: Mapping[str, tuple[type[ChartData], str]] = {
    "map": (MapChart, "bot.charts.account_map"),
    "trend": (TrendChart, "bot.charts.trend"),
    "categories": (CategoriesChart, "bot.charts.categories"),
    "distribution": (DistributionChart, "bot.charts.distribution"),
}
"""Each chart's values and the module whose `compose` draws it, by the name under which a picture is asked for."""


def draw(chart: str, values: Mapping[str, Any]) -> bytes:
    """A PNG of a chart's values, as its model dumps them to JSON. Takes tens of milliseconds: never before an ack."""
    model, module = CHARTS[chart]
    png: bytes = import_module(module).compose(model.model_validate(values)).png()
    return png


def digest(chart: str, values: Mapping[str, Any]) -> str:
    """The same for the same picture: a chart is not uploaded twice."""
    written = json.dumps([DRAWING_VERSION, chart, values], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def drawable(name: str) -> bool:
    """Whether a name can stand in a picture; of others there is only the number, and the text beside it."""
    return bool(import_module("bot.charts.names").drawable(name))
