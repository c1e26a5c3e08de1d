"""The Home's set-up tab: what an admin still has to do, each with the button that does it."""

from typing import Literal

from bot.views import blocks, buttons, pause_form
from bot.views.message import Block, Data
from bot.views.pause_form import PauseLine


class Setup(Data):
    """Whether each step of setting up is done. ``admins`` counts those chosen; ``accounts``: whether there are any.

    ``paused`` are the pauses during which nobody is asked.
    """

    kind: Literal["setup"] = "setup"
    alert_channel: bool = False
    fallback_channel: bool = False
    admins: int = 0
    accounts: bool = False
    paused: tuple[PauseLine, ...] = ()

    @property
    def left(self) -> int:
        """How many steps are left."""
        return sum(not done for done in (self.alert_channel, self.fallback_channel, self.admins, self.accounts))


def body(shown: Setup) -> list[Block]:
    """The blocks below the menus; the first is the header."""
    steps = (
        (shown.alert_channel, "Alert channel", "where alerts go when an account moves into Save or Let Churn"),
        (shown.fallback_channel, "Fallback channel", "where accounts are asked about that have no active owner"),
        (shown.admins > 0, "Admins", "who may change settings; until somebody is chosen, everybody may"),
    )
    lines = [f"{'✓ done' if done else '• *to do*'}  {name}: {what}" for done, name, what in steps]
    left = f"{shown.left} left to do." if shown.left else "All is set up."
    found = [
        blocks.header("Set-up"),
        blocks.section(left),
        blocks.section("*1. Channels and admins*\n" + "\n".join(lines), buttons.channels()),
        blocks.section(
            f"*2. Accounts*\n{'✓ done' if shown.accounts else '• *to do*'}  add your first accounts; new ones can "
            "follow at any time",
            buttons.add_first(),
        ),
        blocks.section(
            "*3. Map*\nFour quadrants or nine cells, and where high begins. What is set works for a start.",
            buttons.map_and_cuts(),
        ),
        blocks.section(
            "*4. Cadence*\nHow often accounts are rated, and when people are asked. What is set works for a start.",
            buttons.cadence(),
        ),
    ]
    if shown.paused:
        found.append(blocks.section("\n".join(map(pause_form.line_text, shown.paused)), buttons.pauses()))
    others = "*All settings*\nWeights, frameworks, health sources, playbooks and more."
    return [*found, blocks.section(others, buttons.settings())]


def example() -> Setup:
    return Setup(alert_channel=True, admins=1, paused=pause_form.example().lines)
