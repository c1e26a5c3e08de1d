"""Names in pictures. What the font can't draw, or only wrongly, is left to the text beside the picture."""

import unicodedata

from bot.charts.canvas import has_glyph

_NOT_LEFT_TO_RIGHT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
# Signs that these scripts join or reorder, which the basic layout doesn't.
_JOINED = ("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "TAMIL", "TELUGU", "KANNADA", "THAI", "LAO", "KHMER")


def drawable(name: str) -> str:
    """The name as a picture can show it: one line, without emoji; empty where its script can't be drawn."""
    composed = unicodedata.normalize("NFC", " ".join(name.split()))
    kept = []
    for char in composed:
        if unicodedata.bidirectional(char) in _NOT_LEFT_TO_RIGHT:
            return ""
        category = unicodedata.category(char)
        if category[0] == "L" and (not has_glyph(char) or unicodedata.name(char, "").startswith(_JOINED)):
            return ""
        if category in ("Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Mn", "Me") and category != "So":
            continue
        if has_glyph(char) and ord(char) <= 0xFFFF:
            kept.append(char)
    return " ".join("".join(kept).split())
