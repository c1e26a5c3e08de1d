"""What a place on the map asks people to do: the cells' default playbooks, and the judgement of the open cells."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cmi_core.cells import Cell
from cmi_core.matrix import MapSettings


@dataclass(frozen=True, slots=True)
class Playbook:
    """What to do in a cell or about a weak criterion: a title, one line that sums it up, and its steps.

    A step is at most 75 characters long: it is ticked off in Slack, which takes no longer option. No step stands twice.
    """

    id: str
    title: str
    summary: str
    steps: tuple[str, ...]


_DECIDE_STEPS = (
    "Look up the lifetime value and the gross margin.",
    "Both at or over the thresholds: invest in the account.",
    "Either one under: keep the effort small.",
    "Write down the decision and when to look again.",
)

_PLAYBOOKS = (
    Playbook(
        "retain",
        "Retain",
        "The relation is good, the function still young: keep the goodwill and help it grow up.",
        (
            "Consult on process governance: who owns what, and how it is agreed.",
            "Pick the weakest category and propose one first improvement.",
            "Agree a few simple measures of success.",
            "Keep the regular contact that works today.",
        ),
    ),
    Playbook(
        "promote_maturity",
        "Promote Maturity",
        "The relation is good and the function is on its way: help it take the next step.",
        (
            "Show what the next level looks like in the two weakest categories.",
            "Offer advice or training for one of them.",
            "Connect the team with a more mature customer.",
            "Assess again next quarter and show what changed.",
        ),
    ),
    Playbook(
        "expand_and_leverage",
        "Expand and Leverage",
        "A capable customer who is happy with us: grow together and ask it to speak for us.",
        (
            "Look for teams and use cases that are not served yet.",
            "Talk about what moves it: shared services, standards, legal duties, risk.",
            "Offer the advanced features that its maturity can use.",
            "Ask for a reference, a case study or an introduction.",
        ),
    ),
    Playbook(
        "decide_low_maturity",
        "Decide: low maturity, medium health",
        "Whether to invest here depends on lifetime value and gross margin.",
        _DECIDE_STEPS,
    ),
    Playbook(
        "core",
        "CORE",
        "The middle of the portfolio: steady service, and an eye on which way it moves.",
        (
            "Keep to the standard rhythm of contact.",
            "Choose one improvement, of maturity or of health, for this quarter.",
            "Show the value reached so far.",
            "Watch the distance to the next cut, both ways.",
        ),
    ),
    Playbook(
        "promote_your_solution",
        "Promote your Solution",
        "The customer could use far more of the product than it does: show it what is there.",
        (
            "Compare its goals with the features it uses.",
            "Demonstrate the two features that would help most.",
            "Train the people who would use them.",
            "Agree on a measure of the gain, and look at it together.",
        ),
    ),
    Playbook(
        "churn_or_let_churn",
        "Churn or Let Churn?",
        "Low on both: a question for a named person, not an order.",
        (
            "Name who decides.",
            "Look at lifetime value, gross margin and what it would take to help.",
            "Decide: let go, contest, or find out more first.",
            "Write down the reason and a date to review it.",
        ),
    ),
    Playbook(
        "decide_low_health",
        "Decide: medium maturity, low health",
        "Whether to invest here depends on lifetime value and gross margin.",
        _DECIDE_STEPS,
    ),
    Playbook(
        "save",
        "Save",
        "A capable customer that is unhappy with us: worth saving, and there is little time.",
        (
            "Claim the account, so that one person leads.",
            "Call the customer and ask what went wrong.",
            "Increase product usage by training tailored to its work.",
            "Bring in an executive where trust is lost.",
            "Agree on two quick fixes, and report on them within the month.",
        ),
    ),
    Playbook(
        "let_churn",
        "Let Churn?",
        "At risk and weak: should we let go? A question for a named person, not an order.",
        (
            "Name who decides.",
            "Ask what would have to change, and what it would cost.",
            "Decide: let go, contest, or find out lifetime value and margin first.",
            "Write down the reason and a date to review it.",
        ),
    ),
)
PLAYBOOKS = {playbook.id: playbook for playbook in _PLAYBOOKS}


def playbook(cell: Cell | str) -> Playbook:
    """The default playbook of a cell, by cell or its id. KeyError for an unknown id."""
    return PLAYBOOKS[cell.id if isinstance(cell, Cell) else cell]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The advice for a "??" cell; with "Decide", `missing` names the figures or settings that it lacks."""

    advice: Literal["Invest", "Economise", "Decide"]
    missing: tuple[str, ...] = ()


def verdict(settings: MapSettings, *, ltv: Fraction | None, gm: Fraction | None) -> Verdict:
    """Judge a "??" cell by lifetime value and gross margin against the workspace's thresholds (equal counts as met)."""
    figures = {
        "lifetime value": ltv,
        "gross margin": gm,
        "threshold for lifetime value": settings.ltv_threshold,
        "threshold for gross margin": settings.gm_threshold,
    }
    missing = tuple(name for name, figure in figures.items() if figure is None)
    if ltv is None or gm is None or settings.ltv_threshold is None or settings.gm_threshold is None:
        return Verdict("Decide", missing)
    return Verdict("Invest" if ltv >= settings.ltv_threshold and gm >= settings.gm_threshold else "Economise")
