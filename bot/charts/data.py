"""What the pictures show, as values. Positions are floats: a picture rounds to pixels, every figure stands as text.

Days that are written out come as text, as the workspace writes its dates.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict


class ChartData(BaseModel):
    """Values that survive JSON, so that a picture can be drawn long after its figures were read."""

    model_config = ConfigDict(frozen=True, defer_build=True)  # built at first use: a tenth of the start


class Cuts(ChartData):
    """The map's cuts and margins, CMI on 1-5 and health on 0-100."""

    cmi: tuple[float, ...]
    chs: tuple[float, ...]
    cmi_margin: float = 0.0
    chs_margin: float = 0.0


class Place(ChartData):
    """A place on the map: CMI on 1-5, health on 0-100."""

    cmi: float
    chs: float


class AccountPoint(ChartData):
    """One account on the map, in the cell that counts for it; ``before`` is where it stood at the earlier day.

    ``revenue`` is 0 where it isn't known.
    """

    name: str
    at: Place
    cell: str
    revenue: float = 0.0
    before: Place | None = None
    from_cell: str | None = None


class MapChart(ChartData):
    """The map with accounts as points, drawn in the order of ``points``: the most important first.

    ``counts`` are of all accounts on the map, of which ``points`` may be a part; ``since`` names the arrows' day.
    """

    kind: str
    cuts: Cuts
    points: tuple[AccountPoint, ...]
    counts: dict[str, int]
    since: str = ""


class Value(ChartData):
    """A value as of a day; ``written`` stands in the picture where the value only says how high to draw it."""

    on: date
    value: float
    written: str = ""


class Stay(ChartData):
    """A stay in a cell (None: not on the map) from a day on."""

    on: date
    cell: str | None


class Tick(ChartData):
    """A day with its name, on the axis of time."""

    on: date
    name: str


class TrendChart(ChartData):
    """One account over time; everything oldest first. CMI on its framework's ``scale``, as are ``cuts.cmi``.

    ``ticks`` are at least two: the first and the last day are the picture's edges. ``until`` is today, ``configured``
    are the days on which the settings of the map changed.
    """

    kind: str
    cuts: Cuts
    scale: tuple[int, int]
    until: date
    ticks: tuple[Tick, ...]
    cmi: tuple[Value, ...] = ()
    chs: tuple[Value, ...] = ()
    stays: tuple[Stay, ...] = ()
    configured: tuple[date, ...] = ()


class CategoryBar(ChartData):
    """A category's score now, at the rating before, and the median of its segment; None where there is none."""

    name: str
    now: float | None
    before: float | None = None
    median: float | None = None


class CategoriesChart(ChartData):
    """An account's categories; ``segment`` names whom the median is of."""

    scale: tuple[int, int]
    bars: tuple[CategoryBar, ...]
    segment: str = ""


class Column(ChartData):
    """How many accounts stood in each cell on a day, which ``title`` names."""

    title: str
    counts: dict[str, int]


class DistributionChart(ChartData):
    """The cells over the quarters, oldest first."""

    kind: str
    columns: tuple[Column, ...]
