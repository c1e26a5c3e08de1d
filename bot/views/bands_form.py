"""The settings of maturity's own bands: where they begin, how each is looked after, and who is qualified."""

from collections.abc import Mapping
from fractions import Fraction

from pydantic import Field

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State
from cmi_core.values import exact

CALLBACK = "bands"
_CUTS: Mapping[str, str] = {
    "low": "Low begins at",
    "medium": "Medium begins at",
    "high": "High begins at",
    "qualification": "A prospect is qualified from",
}
_TOUCH: Mapping[str, str] = {"tech": "Tech touch", "standard": "Standard touch", "high": "High touch"}
_BANDS = ("immature", "low", "medium", "high")


class BandsForm(Data):
    """Cuts are on 1-5: ``low``, ``medium`` and ``high``, and the ``qualification`` cut; ``touch`` is by band."""

    cuts: dict[str, Fraction]
    touch: dict[str, str]
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: BandsForm) -> Block:
    body = [blocks.section("Maturity's bands don't depend on the map. Below Low an account is Immature.")]
    body += [
        blocks.field(label, key, blocks.text_input(key, f"{float(form.cuts[key]):g}", longest=10), hint="From 1 to 5.")
        for key, label in _CUTS.items()
    ]
    touches = {touch: blocks.option(label, touch) for touch, label in _TOUCH.items()}
    body += [
        blocks.field(
            f"Touch of {band.capitalize()}",
            f"touch_{band}",
            blocks.choice(f"touch_{band}", list(touches.values()), touches[form.touch[band]]),
        )
        for band in _BANDS
    ]
    return blocks.modal("Bands and touch", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block) -> BandsForm:
    """What was entered, with what is wrong by block id."""
    state = State(view)
    cuts, errors = {}, {}
    for key in _CUTS:
        cut = _cut(state.text(key, key))
        if cut is None:
            errors[key] = "Please enter a number from 1 to 5, such as 2.5."
        else:
            cuts[key] = cut
    if not errors and not cuts["low"] < cuts["medium"] < cuts["high"]:
        errors["medium"] = "Low, Medium and High must rise."
    touch = {band: state.option(f"touch_{band}", f"touch_{band}") or "" for band in _BANDS}
    errors |= {f"touch_{band}": "Please choose one." for band in _BANDS if touch[band] not in _TOUCH}
    return BandsForm(cuts=cuts, touch=touch, errors=errors)


def _cut(text: str) -> Fraction | None:
    try:
        value = exact(text.replace(",", "."))
    except ValueError:
        return None
    return value if 1 <= value <= 5 else None


def saved_modal() -> Block:
    text = "Saved. Cards show the new bands from now on; the map and its cells stay as they are."
    return blocks.modal("Saved", [blocks.section(text)], callback_id="bands_saved", close="Done")


def example() -> BandsForm:
    cuts = {"low": Fraction(3, 2), "medium": Fraction(5, 2), "high": Fraction(7, 2), "qualification": Fraction(3, 2)}
    return BandsForm(cuts=cuts, touch={"immature": "tech", "low": "standard", "medium": "standard", "high": "high"})
