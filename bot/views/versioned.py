"""Forms that two people may fill in at once: the form knows which version of the settings it shows.

Its builder and its parser don't have to know: the version travels around what they write into the metadata.
"""

import json
from collections.abc import Sequence

from bot.views import blocks, limits
from bot.views.message import Block
from bot.views.text import clip_markup


def carry(view: Block, version: int, meanwhile: Sequence[str] = ()) -> Block:
    """The form with the version that it shows; `meanwhile`, as finished mrkdwn, is what others changed since."""
    shown = view["blocks"]
    if meanwhile:
        text = "\n".join(
            [
                "*Somebody changed this while you had it open.* What you entered is below: Save puts it in force.",
                *meanwhile,
            ]
        )
        shown = [blocks.section(clip_markup(text, limits.TEXT)), blocks.divider(), *shown]
    metadata = json.dumps({"version": version, "form": view.get("private_metadata", "")})
    return {**view, "blocks": shown[: limits.VIEW_BLOCKS], "private_metadata": metadata}


def take(view: Block) -> tuple[int | None, Block]:
    """The version that a submitted form showed, and the form as its parser knows it; None where it carries none."""
    try:
        carried = json.loads(view.get("private_metadata") or "{}")
        version, form = carried["version"], carried["form"]
    except (ValueError, KeyError, TypeError):
        return None, view
    if not isinstance(version, int) or not isinstance(form, str):
        return None, view
    return version, {**view, "private_metadata": form}
