"""Charts to draw: a lifelike portfolio, and what is hardest on a picture."""

import random
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from bot.charts.data import (
    AccountPoint,
    CategoriesChart,
    CategoryBar,
    ChartData,
    Column,
    Cuts,
    DistributionChart,
    MapChart,
    Place,
    Stay,
    Tick,
    TrendChart,
    Value,
)
from cmi_core import default_map
from cmi_core.cells import GRIDS
from cmi_core.matrix import place

TODAY = date(2026, 11, 22)
NAMES = (
    *("Acme, Inc.", "Globex", "Initech", "Umbrella", "Hooli", "Vandelay", "Kruger", "Duff", "Stark", "Wayne", "Tyrell"),
    *("Cyberdyne", "Aperture", "Wonka", "Oscorp", "Soylent"),
)
HOSTILE = (
    "W" * 300,
    "日本電気",
    "شركة",
    "Ünïcode Łódź Ω",
    "🎉 Party",
    "🎉",
    "<!channel>",
    "नमस्ते",
    "\u202egnp.exe",
    "a\x00\nb",
    " ",
)
Kind = Literal["quadrants", "nine"]


def account_map(
    number: int, kind: Kind = "quadrants", names: tuple[str, ...] = NAMES, *, spread: bool = True
) -> MapChart:
    """So many accounts, a quarter of them moved; without `spread` all of them at one place."""
    chance, settings = random.Random(number), default_map(kind)
    points, counts = [], Counter[str]()
    for index in range(number):
        cmi = Fraction(chance.randrange(60, 301), 60) if spread else Fraction(3)
        likely = int(20 * (cmi - 1) + round(chance.gauss(12, 16)))
        chs = Fraction(min(max(likely, 0), 100)) if spread else Fraction(50)
        cell = _cell(kind, cmi, chs)
        counts[cell] += 1
        before = None
        if chance.random() < 0.25:
            earlier = cmi + Fraction(chance.randrange(-60, 61), 60), chs + chance.randrange(-30, 31)
            before = min(max(earlier[0], Fraction(1)), Fraction(5)), min(max(earlier[1], Fraction(0)), Fraction(100))
        points.append(
            AccountPoint(
                name=names[index % len(names)] + (f" {index}" if index >= len(names) and names is NAMES else ""),
                at=Place(cmi=float(cmi), chs=float(chs)),
                cell=cell,
                revenue=round(chance.paretovariate(1.3) * 10_000, 2),
                before=Place(cmi=float(before[0]), chs=float(before[1])) if before else None,
                from_cell=_cell(kind, *before) if before else None,
            )
        )
    cuts = Cuts(
        cmi=tuple(map(float, settings.cmi_cuts)),
        chs=tuple(map(float, settings.chs_cuts)),
        cmi_margin=float(settings.cmi_margin),
        chs_margin=float(settings.chs_margin),
    )
    points.sort(key=lambda point: -point.revenue)
    return MapChart(kind=kind, cuts=cuts, points=tuple(points), counts=dict(counts), since="22 Aug 2026")


def _cell(kind: Kind, cmi: Fraction, chs: Fraction) -> str:
    found = place(default_map(kind), cmi, chs).cell
    assert found is not None
    return found.id


def ticks(first: date, last: date = TODAY) -> tuple[Tick, ...]:
    days = (first + (last - first) * step / 4 for step in range(5))
    return tuple(Tick(on=on, name=f"{on.day} {on:%b %Y}") for on in days)


def trend() -> TrendChart:
    """A customer whose health falls while its maturity rises."""

    def on(month: int, day: int = 12) -> date:
        return date(2026, month, day)

    return TrendChart(
        kind="quadrants",
        cuts=Cuts(cmi=(3.0,), chs=(50.0,)),
        scale=(1, 5),
        until=TODAY,
        ticks=ticks(date(2026, 1, 12)),
        cmi=tuple(Value(on=on(month), value=value) for month, value in ((2, 1.9), (5, 2.1), (8, 2.4), (11, 3.2))),
        chs=tuple(Value(on=on(month), value=value) for month, value in ((1, 58), (3, 62), (6, 55), (8, 41), (10, 44))),
        stays=(Stay(on=on(2), cell="retain"), Stay(on=on(8), cell="let_churn"), Stay(on=on(11), cell="save")),
        configured=(on(9, 1),),
    )


def long_trend(kind: Kind = "nine") -> TrendChart:
    """Ten years of quarters and months, with a move at each quarter."""
    start = date(2017, 1, 1)
    cells = [*(cell for row in GRIDS[kind].values() for cell in row), None, "retired"]

    def on(days: int) -> date:
        return start + timedelta(days=days)

    return TrendChart(
        kind=kind,
        cuts=Cuts(cmi=(2.5, 3.5), chs=(50, 75)),
        scale=(1, 5),
        until=TODAY,
        ticks=ticks(start),
        cmi=tuple(Value(on=on(91 * step), value=1 + step * 7 % 17 / 4) for step in range(38)),
        chs=tuple(Value(on=on(30 * step), value=step * 37 % 101) for step in range(118)),
        stays=tuple(Stay(on=on(95 * step), cell=cells[step % len(cells)]) for step in range(37)),
        configured=tuple(on(500 * step) for step in range(7)),
    )


def categories() -> CategoriesChart:
    """Four categories, one of them not known now, another not before."""
    rows = (
        ("Charter", 2.3, 2.0, 3.1),
        ("People", 3.5, 3.5, 3.0),
        ("Process", 1.0, None, 2.2),
        ("Technology", None, 2.0, 5.0),
    )
    bars = tuple(CategoryBar(name=name, now=now, before=before, median=middle) for name, now, before, middle in rows)
    return CategoriesChart(scale=(1, 5), bars=bars, segment="size Enterprise")


def distribution(kind: Kind = "quadrants", times: int = 1) -> DistributionChart:
    """Five columns; counts grow with `times`."""
    cells = [cell for row in GRIDS[kind].values() for cell in row]
    columns = (
        Column(title=title, counts={cell: (place * 3 + step * 2 + 4) * times for place, cell in enumerate(cells)})
        for step, title in enumerate(("Dec 25", "Mar 26", "Jun 26", "Sep 26", "now"))
    )
    return DistributionChart(kind=kind, columns=tuple(columns))


HARDEST: dict[str, tuple[str, ChartData]] = {
    "map of one": ("map", account_map(1)),
    "map of 5": ("map", account_map(5)),
    "map of 48": ("map", account_map(48)),
    "map of 48 in nine cells": ("map", account_map(48, "nine")),
    "map of 500": ("map", account_map(500)),
    "map of 500 in nine cells": ("map", account_map(500, "nine")),
    "all at one place": ("map", account_map(300, spread=False)),
    "hostile names": ("map", account_map(22, names=HOSTILE)),
    "narrow cells": (
        "map",
        account_map(48, "nine").model_copy(update={"cuts": Cuts(cmi=(1.1, 1.2), chs=(97, 99), cmi_margin=0.05)}),
    ),
    "trend": ("trend", trend()),
    "long trend": ("trend", long_trend()),
    "trend of a day": (
        "trend",
        trend().model_copy(
            update={
                "cmi": trend().cmi[:1],
                "chs": (),
                "stays": (),
                "until": date(2026, 2, 12),
                "ticks": ticks(date(2026, 1, 13), date(2026, 2, 12)),
            }
        ),
    ),
    "categories": ("categories", categories()),
    "one category": ("categories", CategoriesChart(scale=(1, 5), bars=(CategoryBar(name="Charter", now=5.0),))),
    "thirty categories": (
        "categories",
        CategoriesChart(
            scale=(0, 9),
            segment="W" * 300,
            bars=tuple(
                CategoryBar(name=HOSTILE[place % len(HOSTILE)], now=place % 10, before=9 - place % 10, median=4.5)
                for place in range(30)
            ),
        ),
    ),
    "distribution": ("distribution", distribution()),
    "distribution of nine": ("distribution", distribution("nine", 1_000_000)),
    "distribution of another map": ("distribution", distribution("nine").model_copy(update={"kind": "quadrants"})),
    "distribution of none": ("distribution", DistributionChart(kind="nine", columns=(Column(title="now", counts={}),))),
}
"""By what is hard about it: the chart's name and its values."""

IN_THE_DOCS: dict[str, ChartData] = {
    "map": account_map(48),
    "trend": trend(),
    "categories": categories(),
    "distribution": distribution(),
}
