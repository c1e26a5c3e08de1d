"""The form for an account's lifetime value and gross margin, which judge the cells that the map leaves open."""

from bot.errors import UserError
from bot.views import amounts, blocks
from bot.views.amounts import Figures
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import escape, inert

CALLBACK = "figures"


class Verdict(Data):
    """The advice for a "??" cell; ``missing`` names what "Decide" still lacks (see `cmi_core.Verdict`)."""

    advice: str
    missing: tuple[str, ...] = ()


def build(account_id: int, name: str, figures: Figures) -> Block:
    body = [blocks.section(f"*{inert(name)}*"), *amounts.fields(figures)]
    return blocks.modal("Figures", body, callback_id=CALLBACK, submit="Save", close="Cancel", metadata=str(account_id))


def parse(view: Block) -> tuple[int, Figures]:
    """Whose figures, and what they are (or what is wrong with them)."""
    metadata = str(view.get("private_metadata"))
    if not metadata.isascii() or not metadata.isdigit():
        raise UserError("This window is too old to be saved. Please close it and open it again.")
    return int(metadata), amounts.parse(State(view))


def verdict_text(verdict: Verdict) -> str:
    """The advice in a sentence of mrkdwn that says what to do about what is missing."""
    if verdict.advice == "Invest":
        return "*Invest*: lifetime value and gross margin both reach their thresholds."
    if verdict.advice == "Economise":
        return "*Economise*: lifetime value or gross margin is under its threshold."
    sentences = ["*Decide* for yourself."]
    figures = [name for name in verdict.missing if not name.startswith("threshold")]
    thresholds = [name for name in verdict.missing if name.startswith("threshold")]
    if figures:
        sentences.append(f"Unknown: {escape(' and '.join(figures))} (enter them under “More…”).")
    if thresholds:
        sentences.append(f"Not set: {escape(' and '.join(thresholds))} (an admin sets them in /cmi settings).")
    return " ".join(sentences)
