"""Boxes and scales, in points: what the layouts share. It needs no drawing library."""

from dataclasses import dataclass
from typing import NamedTuple

XY = tuple[float, float]


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    def overlaps(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: "Box") -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True, slots=True)
class Plot:
    """A field with two scales: ``across`` and ``up`` are (lowest, highest) values at its edges."""

    box: Box
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.across
        return self.box.left + (min(max(value, low), high) - low) / (high - low) * (self.box.right - self.box.left)

    def y(self, value: float) -> float:
        low, high = self.up
        return self.box.bottom - (min(max(value, low), high) - low) / (high - low) * (self.box.bottom - self.box.top)

    def at(self, across: float, up: float) -> XY:
        return self.x(across), self.y(up)
