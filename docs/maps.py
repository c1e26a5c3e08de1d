"""Draws the two maps of docs/method.md as SVG, from the core's own cells and cuts: `python docs/maps.py`."""

from pathlib import Path
from xml.sax.saxutils import escape

from cmi_core import MapSettings, default_map
from cmi_core.cells import CELLS, GRIDS

_SIDE, _LEFT, _TOP, _BOTTOM = 390, 70, 20, 60
_ALERT, _CALM = "#fbe3dc", "#e8f0ec"


def draw(settings: MapSettings) -> str:
    """The map to scale: CMI across from 1 to 5, health up from 0 to 100, alert cells tinted."""
    xs = [0.0, *((float(cut) - 1) / 4 * _SIDE for cut in settings.cmi_cuts), float(_SIDE)]
    ys = [0.0, *(float(cut) / 100 * _SIDE for cut in settings.chs_cuts), float(_SIDE)]
    width, height = _LEFT + _SIDE + 20, _TOP + _SIDE + _BOTTOM
    title = "The map with four quadrants" if settings.kind == "quadrants" else "The map with nine cells"
    look = 'role="img" font-family="sans-serif" font-size="14"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {look}>',
        f"<title>{title}: health up, maturity across</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    rows = list(reversed(GRIDS[settings.kind].values()))  # the lowest health first, as the cuts rise
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            box = (_LEFT + xs[column], _TOP + _SIDE - ys[row + 1], xs[column + 1] - xs[column], ys[row + 1] - ys[row])
            parts.append(_cell(CELLS[cell].name, box, alert=cell in settings.alert_cells))
    parts += [_mark(_LEFT + x, _TOP + _SIDE + 20, f"{1 + x / _SIDE * 4:g}", "middle") for x in xs]
    parts += [_mark(_LEFT - 8, _TOP + _SIDE - y + 5, f"{y / _SIDE * 100:g}", "end") for y in ys]
    parts.append(_mark(_LEFT + _SIDE / 2, height - 12, "maturity (CMI)", "middle"))
    middle = _TOP + _SIDE / 2
    parts.append(
        f'<text x="18" y="{middle:g}" text-anchor="middle" transform="rotate(-90 18 {middle:g})">health</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cell(name: str, box: tuple[float, float, float, float], *, alert: bool) -> str:
    x, y, width, height = box
    words = name.split()
    half = len(words) // 2
    lines = [name] if len(name) * 8 < width else [" ".join(words[:half]), " ".join(words[half:])]
    first = y + height / 2 + 5 - 9 * (len(lines) - 1)
    fill = _ALERT if alert else _CALM
    texts = "".join(_mark(x + width / 2, first + 18 * index, line, "middle") for index, line in enumerate(lines))
    rect = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="#444444"/>'
    return rect + texts


def _mark(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="#222222">{escape(text)}</text>'


if __name__ == "__main__":
    for kind in ("quadrants", "nine"):
        file = Path(__file__).with_name("pictures") / f"map-{kind}.svg"
        file.write_text(draw(default_map(kind)), encoding="utf-8")
