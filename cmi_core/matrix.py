"""The map: health up, maturity across. It turns two numbers into a cell, and a cell into what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from cmi_core.cells import CELLS, GRIDS, Band, Cell
from cmi_core.display import one_decimal, whole
from cmi_core.health import Health, Label
from cmi_core.values import Exact, Frozen, complaint, field_path

Axis = Literal["cmi", "chs"]
Scale = tuple[int, int]

_CMI_SCALE = (1, 5)
_CHS_SCALE = (0, 100)
_DEFAULT_CUTS: dict[object, dict[str, tuple[Fraction, ...]]] = {
    "quadrants": {"cmi_cuts": (Fraction(3),), "chs_cuts": (Fraction(50),)},
    "nine": {"cmi_cuts": (Fraction(5, 2), Fraction(7, 2)), "chs_cuts": (Fraction(50), Fraction(75))},
}


class MapError(ValueError):
    """These map settings can't be used; the text names the setting and what it needs."""


class MapSettings(Frozen):
    """A workspace's map. CMI cuts, margin and floor are given on 1-5 whatever the framework's scale; CHS on 0-100.

    A cut belongs to the band above it. A margin is how far past a cut an account must go to leave its band; 0 turns it
    off. `immature_floor`, when set, marks the bottom of the Low column. The thresholds judge the two "??" cells.
    """

    kind: Literal["quadrants", "nine"] = "quadrants"
    cmi_cuts: tuple[Exact, ...] = ()  # the default is the kind's, see below
    chs_cuts: tuple[Exact, ...] = ()
    cmi_margin: Exact = Field(default=Fraction(1, 10), ge=0)
    chs_margin: Exact = Field(default=Fraction(3), ge=0)
    immature_floor: Exact | None = None
    alert_cells: tuple[str, ...] = ("save", "let_churn", "churn_or_let_churn")
    ltv_threshold: Exact | None = None
    gm_threshold: Exact | None = None

    @model_validator(mode="before")
    @classmethod
    def _cuts_of_the_kind(cls, data: Any) -> Any:
        return {**_DEFAULT_CUTS.get(data.get("kind", "quadrants"), {}), **data} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _fits_the_scales(self) -> Self:
        wanted = len(GRIDS[self.kind]) - 1
        _check_cuts("cmi", self.cmi_cuts, self.cmi_margin, _CMI_SCALE, wanted)
        _check_cuts("chs", self.chs_cuts, self.chs_margin, _CHS_SCALE, wanted)
        if self.immature_floor is not None and not 1 < self.immature_floor < self.cmi_cuts[0]:
            raise ValueError(f"immature_floor: must lie between 1 and the first CMI cut ({self.cmi_cuts[0]})")
        for cell in self.alert_cells:
            if cell not in CELLS:
                raise ValueError(f"alert_cells: there is no cell {cell!r}; choose from {', '.join(CELLS)}")
        return self

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands of either axis, lowest first."""
        return (Band.LOW, Band.HIGH) if self.kind == "quadrants" else (Band.LOW, Band.MEDIUM, Band.HIGH)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The map's cells as one reads it: highest health first, low to high maturity within."""
        return tuple(CELLS[cell] for row in GRIDS[self.kind].values() for cell in row)

    def cell(self, cmi: Band, chs: Band) -> Cell:
        """The cell where two bands meet. MapError where the map has no such band."""
        if cmi not in self.bands or chs not in self.bands:
            raise MapError(f"The {self.kind} map has no cell for CMI {cmi} and health {chs}.")
        return CELLS[GRIDS[self.kind][chs][self.bands.index(cmi)]]

    def band_of(self, label: Label) -> Band:
        """The band in which a label stands. Where there is no medium band, medium counts as high."""
        return label.band if label.band in self.bands else Band.HIGH

    def height(self, health: Health) -> Fraction:
        """Where health stands on the map's axis of 0-100: a label in the middle of its band. For drawing alone."""
        if isinstance(health, Fraction):
            return health
        place = self.bands.index(self.band_of(health))
        edges = (Fraction(_CHS_SCALE[0]), *self.chs_cuts, Fraction(_CHS_SCALE[1]))
        return (edges[place] + edges[place + 1]) / 2

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON values, exact: `map_from_dict` gives equal ones back."""
        return self.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Held:
    """The margin keeps an axis in its band although the value has reached a cut: where it would move, and which way."""

    axis: Axis
    value: Fraction
    moves_at: Fraction
    direction: Literal["up", "down"]

    @property
    def text(self) -> str:
        """For people: "health 51: moves up at 53"."""
        name, show = ("CMI", one_decimal) if self.axis == "cmi" else ("health", whole)
        value, moves_at = show(self.value), show(self.moves_at)
        if self.direction == "down":
            return f"{name} {value}: moves down below {moves_at}"
        # Rounded, a value can look as if it had got there.
        looks_there = one_decimal(self.value) == one_decimal(self.moves_at)
        return f"{name} {f'just under {moves_at}' if looks_there else value}: moves up at {moves_at}"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an account stands. Without a cell it is unplaced, and `missing` says which number it lacks.

    A stored placement can be rebuilt from `cell`, `cmi_band` and `chs_band` alone to serve as `before`.
    """

    cell: Cell | None
    cmi_band: Band | None
    chs_band: Band | None
    missing: tuple[Axis, ...] = ()
    held: tuple[Held, ...] = ()
    immature: bool = False


_NOWHERE = Placement(None, None, None)


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a value is past a cut (0 or more) or short of it (below 0), in the axis' own unit."""

    axis: Axis
    cut: Fraction
    by: Fraction


def default_map(kind: Literal["quadrants", "nine"] = "quadrants") -> MapSettings:
    """The default cuts and margins of a kind of map."""
    return MapSettings(kind=kind)


def map_from_dict(data: Mapping[str, Any]) -> MapSettings:
    """Settings from JSON values or a form. MapError names the setting that is wrong."""
    try:
        return MapSettings(**data)
    except ValidationError as error:
        loc, message = complaint(error)
        raise MapError(f"{field_path(loc)}: {message}" if loc else message) from None


def place(
    settings: MapSettings,
    cmi: Fraction | None,
    chs: Health | None,
    *,
    scale: Scale = _CMI_SCALE,
    before: Placement | None = None,
) -> Placement:
    """Find the cell for a CMI on `scale` and a health of 0-100, or a label, which no cut and no margin concerns.

    `before` is the placement that the margins hold to: none for a first placement and after a change of configuration,
    for a correction the one before the assessment that it corrects. MapError for a value off its scale.
    """
    earlier = before if before is not None and before.cell is not None else _NOWHERE
    held: list[Held] = []
    cmi_band = chs_band = None
    if cmi is not None:
        ruler = _cmi_ruler(settings.cmi_cuts, settings.cmi_margin, scale)
        cmi_band = _band(settings, ruler, cmi, earlier.cmi_band, held)
    if isinstance(chs, Label):
        chs_band = settings.band_of(chs)
    elif chs is not None:
        ruler = _Ruler("chs", settings.chs_cuts, settings.chs_margin, _CHS_SCALE)
        chs_band = _band(settings, ruler, chs, earlier.chs_band, held)
    missing: tuple[Axis, ...] = (*(("cmi",) if cmi is None else ()), *(("chs",) if chs is None else ()))
    floor = settings.immature_floor
    return Placement(
        cell=settings.cell(cmi_band, chs_band) if cmi_band and chs_band else None,
        cmi_band=cmi_band,
        chs_band=chs_band,
        missing=missing,
        held=tuple(held),
        immature=floor is not None and cmi is not None and cmi_band is Band.LOW and cmi < on_scale(floor, scale),
    )


def distances(
    settings: MapSettings, cmi: Fraction | None, chs: Fraction | None, *, scale: Scale = _CMI_SCALE
) -> tuple[Distance, ...]:
    """The distance to each cut of each known axis, CMI first."""
    found: list[Distance] = []
    if cmi is not None:
        found += [Distance("cmi", cut, cmi - cut) for cut in cmi_cuts(settings, scale)]
    if chs is not None:
        found += [Distance("chs", cut, chs - cut) for cut in settings.chs_cuts]
    return tuple(found)


def on_scale(value: Fraction, scale: Scale) -> Fraction:
    """A CMI cut, given on 1-5, on a framework's own scale."""
    return scale[0] + (value - 1) / 4 * (scale[1] - scale[0])


def cmi_cuts(settings: MapSettings, scale: Scale) -> tuple[Fraction, ...]:
    """The map's CMI cuts on a framework's own scale."""
    return _cmi_ruler(settings.cmi_cuts, settings.cmi_margin, scale).cuts


@dataclass(frozen=True, slots=True)
class _Ruler:
    """One axis with its cuts and margin in the unit of the values to be placed."""

    axis: Axis
    cuts: tuple[Fraction, ...]
    margin: Fraction
    scale: Scale


@lru_cache(maxsize=256)  # a what-if places thousands of accounts by the same few rulers
def _cmi_ruler(cuts: tuple[Fraction, ...], margin: Fraction, scale: Scale) -> _Ruler:
    return _Ruler("cmi", tuple(on_scale(cut, scale) for cut in cuts), margin * (scale[1] - scale[0]) / 4, scale)


def _band(settings: MapSettings, ruler: _Ruler, value: Fraction, earlier: Band | None, held: list[Held]) -> Band:
    """The value's band. From an earlier band each cut must be crossed by the margin; notes what that holds."""
    if not ruler.scale[0] <= value <= ruler.scale[1]:
        name = "CMI" if ruler.axis == "cmi" else "Health"
        raise MapError(f"{name} {value} is off its scale of {ruler.scale[0]} to {ruler.scale[1]}.")
    cuts, margin = ruler.cuts, ruler.margin
    plain = sum(cut <= value for cut in cuts)
    if earlier is None or earlier not in settings.bands:
        return settings.bands[plain]
    start = settings.bands.index(earlier)
    up = sum(cut + margin <= value for cut in cuts[start:])
    down = sum(value < cut - margin for cut in cuts[:start])
    kept = start + up - down
    if plain > kept:
        held.append(Held(ruler.axis, value, cuts[kept] + margin, "up"))
    elif plain < kept:
        held.append(Held(ruler.axis, value, cuts[kept - 1] - margin, "down"))
    return settings.bands[kept]


def _check_cuts(axis: Axis, cuts: tuple[Fraction, ...], margin: Fraction, scale: Scale, wanted: int) -> None:
    low, high = scale
    if len(cuts) != wanted:
        raise ValueError(f"{axis}_cuts: this map needs {wanted}, not {len(cuts)}")
    if any(upper <= lower for lower, upper in pairwise(cuts)):
        raise ValueError(f"{axis}_cuts: must rise, each cut above the one before")
    if not (low < cuts[0] and cuts[-1] < high):
        raise ValueError(f"{axis}_cuts: must lie between {low} and {high}")
    if margin and not (low < cuts[0] - margin and cuts[-1] + margin <= high):
        raise ValueError(
            f"{axis}_margin: {margin} leaves no way past a cut; every cut plus and minus it must fit the scale"
        )
