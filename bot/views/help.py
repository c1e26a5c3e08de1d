"""What /cmi can do: the one list of subcommands, which the parser of commands reads too."""

import difflib
from collections.abc import Mapping

from bot.views import blocks
from bot.views.message import Block, Message, message
from bot.views.text import inert

SUBCOMMANDS: Mapping[str, tuple[str, str]] = {
    "score": ("score Acme", "rate how mature an account is; about two minutes"),
    "health": ("health Acme 41", "enter its health score, 0 to 100"),
    "account": ("account Acme", "see where an account stands and what to do"),
    "explain": ("explain Acme", "see why it stands there and what would move it"),
    "history": ("history Acme", "see its ratings, health scores and moves"),
    "due": ("due", "see what is waiting for a rating"),
    "portfolio": ("portfolio size=Enterprise", "see where all customers stand, or a part of them"),
    "movers": ("movers since=2026-06-30", "see who moved up and down"),
    "whatif": ("whatif Acme", "try other answers, `weights` or `cuts`; nothing is stored"),
    "new": ("new Acme", "add an account"),
    "assign": ("assign Acme @owner", "give an account to somebody"),
    "settings": ("settings", "channels, admins, map, weights, playbooks"),
    "help": ("help", "see this list"),
}


def render(unknown: str = "") -> Message:
    """The list; ``unknown`` is what was typed and isn't a subcommand, answered with the nearest that is."""
    parts = []
    if unknown:
        parts.append(_suggestion(unknown))
    lines = "\n".join(f"`/cmi {usage}`  {does}" for usage, does in SUBCOMMANDS.values())
    parts += [f"*What CMI Bot can do*\n{lines}", "Names may be shortened: near matches are offered."]
    text = "\n".join(parts).replace("*", "").replace("`", "")
    return message(text, [blocks.section(part) for part in parts])


def modal() -> Block:
    """The same list in a window."""
    return blocks.modal("Help", render().blocks, callback_id="help")


def nearest(word: str) -> str | None:
    """The subcommand that a mistyped word most likely means."""
    found = difflib.get_close_matches(word.lower(), SUBCOMMANDS, n=1, cutoff=0.6)
    return found[0] if found else None


def _suggestion(unknown: str) -> str:
    first, _, rest = unknown.partition(" ")
    near = nearest(first)
    if near is None:
        return f"“{inert(first)}” isn't a command. For an account, try /cmi account {inert(unknown)}"
    return f"“{inert(first)}” isn't a command. Did you mean /cmi {f'{near} {inert(rest)}'.strip()}?"


def example() -> Message:
    return render("scroe Acme")
