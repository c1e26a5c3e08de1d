"""Where health scores come from: each source has its own scale, direction and perhaps labels instead of numbers."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from cmi_core.cells import Band
from cmi_core.health import Health, HealthError, Label, rescale
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

    def read(self, text: str) -> Health:
        """What the source says: a label as it is declared, or a number as 0-100.

        HealthError tells what it may say instead.
        """
        known = {label.casefold(): Label(label, band) for label, band in self.labels.items()}
        if (label := known.get(text.strip().casefold())) is not None:
            return label
        try:
            value = exact(text.strip().removesuffix("%").strip().replace(",", "."))
        except ValueError:
            words = f", or one of {', '.join(self.labels)}" if self.labels else ""
            raise HealthError(
                f"“{text.strip()[:40]}” isn't a health score of {self.name}: "
                f"give a number from {self.lowest} to {self.highest}{words}."
            ) from None
        return rescale(value, self.lowest, self.highest, self.direction)
