"""A sheet to draw on, measured in points: at twice that many pixels, smooth, and the same on every machine."""

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from bot.charts.geometry import XY, Box
from bot.charts.style import FRAME, INK, PAPER, Colour, Hatch, Shape

RESOLUTION = 2
"""Pixels a point in the finished picture."""
_FINE = 2 * RESOLUTION
"""Pixels a point while shapes are drawn: Pillow draws hard edges, which the reduction makes smooth."""
_HATCH_EVERY = 7
_COLOURS = 128

Anchor = Literal["lt", "lm", "mt", "mm", "mb", "rt", "rm", "lb", "rb"]


class _Text(NamedTuple):
    at: XY
    text: str
    size: int
    colour: Colour
    anchor: Anchor
    bold: bool
    halo: bool


class Canvas:
    """Shapes first, texts above them. ``texts`` are the boxes of all texts so far."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = Box(0, 0, width, height)
        self.texts: list[Box] = []
        self._written: list[_Text] = []
        self._image = Image.new("RGB", (width * _FINE, height * _FINE), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def box(self, box: Box, fill: Colour | None = None, outline: Colour | None = None, hatch: Hatch = "") -> None:
        """A rectangle; its outline, one point wide, lies inside."""
        left, top, right, bottom = (round(side * _FINE) for side in box)
        if right <= left or bottom <= top:
            return
        if hatch and fill is not None:
            self._image.paste(_hatched(right - left, bottom - top, fill, hatch), (left, top))
            fill = None
        self._pen.rectangle((left, top, right - 1, bottom - 1), fill, outline, _FINE if outline else 0)

    def line(self, points: Sequence[XY], colour: Colour = INK, width: float = 1, dash: float = 0) -> None:
        """A line; ``dash`` (points) breaks one between two points into pieces of that length."""
        pieces = _dashes(points[0], points[-1], dash) if dash else [points]
        for piece in pieces:
            self._pen.line([_fine(at) for at in piece], colour, max(round(width * _FINE), 1), joint="curve")

    def arrow(self, start: XY, end: XY, colour: Colour = INK, width: float = 1, head: float = 5) -> None:
        """An arrow whose tip is at ``end``."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        self.line([start, _from(end, angle + math.pi, head)], colour, width)
        wings = [_from(end, angle + math.pi + turn, head * 1.25) for turn in (-0.42, 0.42)]
        self._pen.polygon([_fine(end), *(_fine(wing) for wing in wings)], colour)

    def mark(self, shape: Shape, at: XY, radius: float, fill: Colour, outline: Colour = INK) -> None:
        """A mark of about the same area whatever its shape, with an outline that tells it from any ground."""
        if shape == "circle":
            x, y, r = (round(each * _FINE) for each in (*at, radius))
            self._pen.ellipse((x - r - 1, y - r - 1, x + r + 1, y + r + 1), outline)
            r -= _FINE
            self._pen.ellipse((x - r, y - r, x + r, y + r), fill)
            return
        self._pen.polygon(_corners(shape, at, radius), outline)
        self._pen.polygon(_corners(shape, at, max(radius - 1.4, 0.6)), fill)

    def text(
        self,
        at: XY,
        text: str,
        size: int = 13,
        colour: Colour = INK,
        anchor: Anchor = "lt",
        *,
        bold: bool = False,
        halo: bool = False,
    ) -> Box:
        """A line of text; ``halo`` keeps it readable on whatever lies below."""
        box = text_box(at, text, size, anchor, bold=bold)
        self.texts.append(box)
        self._written.append(_Text(at, text, size, colour, anchor, bold, halo))
        return box

    def png(self) -> bytes:
        """The finished picture, framed."""
        image = self._image.reduce(_FINE // RESOLUTION)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, image.width - 1, image.height - 1), outline=FRAME, width=RESOLUTION)
        for text in self._written:
            pen.text(
                (text.at[0] * RESOLUTION, text.at[1] * RESOLUTION),
                text.text,
                text.colour,
                _font(text.size, text.bold),
                anchor=_pillow_anchor(text.anchor),
                stroke_width=3 if text.halo else 0,
                stroke_fill=PAPER,
            )
        written = BytesIO()
        image.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(written, "PNG")
        return written.getvalue()


def text_box(at: XY, text: str, size: int, anchor: Anchor = "lt", *, bold: bool = False) -> Box:
    """The room that a text takes, whatever its letters: as high as the font."""
    width, height = text_width(text, size, bold=bold), size * 1.2
    left = at[0] - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
    top = at[1] - {"t": 0.0, "m": height / 2, "b": height}[anchor[1]]
    return Box(left, top, left + width, top + height)


@lru_cache(maxsize=4096)
def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """How wide a text is, in points."""
    return _font(size, bold).getlength(text) / RESOLUTION


def fitted(text: str, room: float, size: int, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than ``room`` points; empty where nothing fits."""
    if text_width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low else ""


def wrapped(text: str, room: float, size: int, *, bold: bool = False) -> list[str]:
    """The text in one line or, broken between two words, in two; cut where that is not enough."""
    words = text.split()
    if text_width(text, size, bold=bold) <= room or len(words) == 1:
        return [fitted(text, room, size, bold=bold)]
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    lines = min(breaks, key=lambda each: max(text_width(line, size, bold=bold) for line in each))
    return [fitted(line, room, size, bold=bold) for line in lines]


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    # The basic layout: the other one depends on libraries that not every machine has.
    with as_file(files("bot.charts") / "fonts" / f"DejaVuSans{'-Bold' if bold else ''}.ttf") as path:
        return ImageFont.truetype(path, size * RESOLUTION, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def has_glyph(char: str) -> bool:
    """Whether the pictures' font can draw a character."""
    font = _font(13, False)
    return bytes(font.getmask(char)) != bytes(font.getmask("\U0010ffff"))


def _pillow_anchor(anchor: Anchor) -> str:
    return anchor[0] + {"t": "a", "m": "m", "b": "d"}[anchor[1]]


def _fine(at: XY) -> XY:
    return round(at[0] * _FINE), round(at[1] * _FINE)


def _from(at: XY, angle: float, distance: float) -> XY:
    return at[0] + distance * math.cos(angle), at[1] + distance * math.sin(angle)


def _dashes(start: XY, end: XY, length: float) -> list[list[XY]]:
    whole = math.dist(start, end)
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    starts = [step * 2 * length for step in range(math.ceil(whole / (2 * length)))]
    return [[_from(start, angle, begin), _from(start, angle, min(begin + length, whole))] for begin in starts]


_UP = -math.pi / 2
_POLYGONS: dict[Shape, tuple[int, float, float]] = {
    # Number of corners, the first one's direction, and how much larger than a circle it must be for the same area.
    "square": (4, math.pi / 4, 1.2),
    "diamond": (4, _UP, 1.25),
    "triangle": (3, _UP, 1.45),
    "down": (3, -_UP, 1.45),
    "pentagon": (5, _UP, 1.15),
}


def _corners(shape: Shape, at: XY, radius: float) -> list[XY]:
    if shape == "star":
        turns = [(_UP + step * math.pi / 5, 1.5 if step % 2 == 0 else 0.65) for step in range(10)]
        return [_fine(_from(at, angle, radius * by)) for angle, by in turns]
    if shape == "plus":
        arm, half = radius * 1.2, radius * 0.5
        sides = [(-half, -arm), (half, -arm), (half, -half), (arm, -half), (arm, half), (half, half)]
        corners = sides + [(-x, -y) for x, y in sides]
        return [_fine((at[0] + x, at[1] + y)) for x, y in corners]
    if shape == "bar":
        return [
            _fine((at[0] + x * radius * 1.3, at[1] + y * radius * 0.7)) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
    number, first, by = _POLYGONS[shape]
    return [_fine(_from(at, first + step * 2 * math.pi / number, radius * by)) for step in range(number)]


def _hatched(width: int, height: int, fill: Colour, hatch: Hatch) -> Image.Image:
    """A field of a colour with thin dark lines or dots: told apart without its colour."""
    field = Image.new("RGB", (width, height), fill)
    pen, every = ImageDraw.Draw(field), _HATCH_EVERY * _FINE
    thick = max(_FINE * 3 // 4, 1)
    if hatch == "across":
        for y in range(every // 2, height, every):
            pen.line((0, y, width, y), INK, thick)
    if hatch == "dots":
        dot = _FINE
        for row, y in enumerate(range(every // 2, height, every)):
            for x in range(every // 2 + row % 2 * every // 2, width, every):
                pen.ellipse((x - dot, y - dot, x + dot, y + dot), INK)
    for x in range(-height, width + height, every) if hatch in ("up", "down", "cross") else ():
        if hatch != "down":
            pen.line((x, height, x + height, 0), INK, thick)
        if hatch != "up":
            pen.line((x, 0, x + height, height), INK, thick)
    return field
