"""A prospect's qualification: its maturity beside BANT (budget, authority, need, timing)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from bot.errors import UserError
from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import cmi_text, inert

CALLBACK = "qualify"
_LONGEST = 300
_QUESTIONS: Mapping[str, tuple[str, str]] = {
    "budget": ("Budget", "Is there money for it, and how much?"),
    "authority": ("Authority", "Who can say yes?"),
    "need": ("Need", "Which problem should be solved?"),
    "timing": ("Timing", "By when, and why then?"),
}


class Bant(Data):
    """Each in somebody's own words; empty where it isn't known."""

    budget: str = ""
    authority: str = ""
    need: str = ""
    timing: str = ""


class Qualification(Data):
    """Whether a prospect is mature enough, by the cut (on its framework's scale), and its BANT."""

    state: Literal["qualified", "unqualified", "unknown"]
    cut: Fraction
    bant: Bant


def build(account_id: int, name: str, qualification: Qualification) -> Block:
    body = [blocks.section(f"*{inert(name)}*\n{headline(qualification)}")]
    known = qualification.bant.model_dump()
    body += [
        blocks.field(label, key, blocks.text_input(key, known[key], longest=_LONGEST), hint=hint, optional=True)
        for key, (label, hint) in _QUESTIONS.items()
    ]
    return blocks.modal("Qualify", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=str(account_id))


def parse(view: Block) -> tuple[int, Bant]:
    """Whose BANT, and what it is."""
    metadata = str(view.get("private_metadata"))
    if not metadata.isascii() or not metadata.isdigit():
        raise UserError("This window is too old to be saved. Please close it and open it again.")
    state = State(view)
    return int(metadata), Bant(**{key: state.text(key, key) for key in _QUESTIONS})


def headline(qualification: Qualification) -> str:
    """The verdict of maturity in mrkdwn."""
    cut = cmi_text(qualification.cut)
    if qualification.state == "unqualified":
        return f"*Unqualified: do not sell or serve* (CMI under {cut})"
    if qualification.state == "qualified":
        return f"*Qualified by maturity* (CMI {cut} or more)"
    return "*Not judged yet*: rate it to see whether it is mature enough."


def lines(qualification: Qualification) -> list[str]:
    """The verdict and BANT, for the card."""
    known = qualification.bant.model_dump()
    bant = [f"*{label}:* {inert(known[key], _LONGEST) or 'not known'}" for key, (label, _) in _QUESTIONS.items()]
    return [headline(qualification), *bant]


def example() -> Qualification:
    return Qualification(state="unqualified", cut=Fraction(3, 2), bant=Bant(budget="50k a year", authority="COO"))
