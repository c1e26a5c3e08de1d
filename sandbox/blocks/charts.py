"""The data_visualization block: pie, bar, area and line charts."""

from __future__ import annotations

from typing import Any

from sandbox.blocks.rules import Rule, Spec, Walk, check_object, items, number, obj, string
from sandbox.limits import BlockLimits


def chart_spec(limits: BlockLimits) -> Spec:
    """Return the data_visualization block's spec."""

    def also(walk: Walk, _block: Any, at: str) -> None:
        walk.charts += 1
        if walk.charts > limits.charts:
            walk.note(at, f"no more than {limits.charts} data visualizations allowed in a message")

    properties = {"title": string(limits.chart_title), "chart": _chart(limits)}
    return Spec(properties, frozenset({"title", "chart"}), also, surfaces=frozenset({"message"}))


def _chart(limits: BlockLimits) -> Rule:
    label = string(limits.chart_label)
    segment = obj(Spec({"label": label, "value": number(positive=True)}, frozenset({"label", "value"})))
    point = obj(Spec({"label": label, "value": number()}, frozenset({"label", "value"})))
    series = obj(Spec({"name": label, "data": items(point, limits.chart_points)}, frozenset({"name", "data"})))
    axis = obj(
        Spec(
            {
                "categories": items(label, limits.chart_points),
                "x_label": string(limits.chart_axis),
                "y_label": string(limits.chart_axis),
            },
            frozenset({"categories"}),
        )
    )
    pie = Spec({"segments": items(segment, limits.chart_series)}, frozenset({"segments"}))
    plot = Spec(
        {"series": items(series, limits.chart_series), "axis_config": axis},
        frozenset({"series", "axis_config"}),
        _labels_fit,
    )
    kinds = {"pie": pie, "bar": plot, "area": plot, "line": plot}

    def rule(walk: Walk, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in kinds:
            check_object(walk, value, at, kinds[kind])
        else:
            walk.note(f"{at}/type", f"unsupported type: {kind}")

    return rule


def _labels_fit(walk: Walk, chart: Any, at: str) -> None:
    axis, series = chart.get("axis_config"), chart.get("series")
    if not isinstance(axis, dict) or not isinstance(series, list):
        return
    categories = [str(each) for each in axis.get("categories") or []]
    if len(set(categories)) < len(categories):
        walk.note(f"{at}/axis_config/categories", "categories must be unique")
    names = [str(one.get("name")) for one in series if isinstance(one, dict)]
    if len(set(names)) < len(names):
        walk.note(f"{at}/series", "series names must be unique")
    for index, one in enumerate(series):
        data = one.get("data") if isinstance(one, dict) else None
        labels = (
            [str(point.get("label")) for point in data if isinstance(point, dict)] if isinstance(data, list) else []
        )
        if sorted(labels) != sorted(categories):
            walk.note(f"{at}/series/{index}/data", "labels must match the categories")


def _labels(series: Any) -> list[str]:
    data = series.get("data") if isinstance(series, dict) else None
    return [str(point.get("label")) for point in data if isinstance(point, dict)] if isinstance(data, list) else []
