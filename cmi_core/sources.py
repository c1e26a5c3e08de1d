"""Where health scores come from: each source has its own scale, direction and perhaps labels instead of numbers."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from cmi_core.cells import Band
from cmi_core.health import HealthError, rescale
from cmi_core.matrix import MapSettings
from cmi_core.values import Exact, Frozen, exact


class HealthSource(Frozen):
    """A source declares its scale `lowest`..`highest` and which end is good; `labels` say what a word stands for.

    On a descending source the upper end means "likely to churn". Labels are compared without regard to case.
    """

    name: str = Field(min_length=1, max_length=60)
    lowest: Exact = Fraction(0)
    highest: Exact = Fraction(100)
    direction: Literal["ascending", "descending"] = "ascending"
    labels: Mapping[str, Band] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_an_extent(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError("lowest: must be below highest")
        return self

    def read(self, text: str, settings: MapSettings) -> Fraction:
        """What the source says, as 0-100. HealthError tells what it may say instead.

        A label is put where no cut can part it from its band: low is 0, high is 100, and medium lies in the middle
        between the lowest and the highest cut.
        """
        band = {label.casefold(): band for label, band in self.labels.items()}.get(text.strip().casefold())
        if band is not None:
            return _inside(band, settings)
        try:
            value = exact(text.strip().removesuffix("%").strip().replace(",", "."))
        except ValueError:
            known = f", or one of {', '.join(self.labels)}" if self.labels else ""
            raise HealthError(
                f"“{text.strip()[:40]}” isn't a health score of {self.name}: "
                f"give a number from {self.lowest} to {self.highest}{known}."
            ) from None
        return rescale(value, self.lowest, self.highest, self.direction)


def _inside(band: Band, settings: MapSettings) -> Fraction:
    if band is Band.MEDIUM:
        return (settings.chs_cuts[0] + settings.chs_cuts[-1]) / 2
    return Fraction(0) if band is Band.LOW else Fraction(100)
