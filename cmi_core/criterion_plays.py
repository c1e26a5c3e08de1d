"""The default plays for the criteria of the default framework: short steps for where a customer is weak."""

from cmi_core.plays import Playbook

_PLAYS = (
    Playbook(
        "clarity_of_charter",
        "Clear up the charter",
        "Nobody can support a function whose purpose is unclear.",
        (
            "Write the purpose, duties and limits on one page, with the customer.",
            "Have the executive sponsor agree to it.",
        ),
    ),
    Playbook(
        "breadth_of_influence",
        "Widen the influence",
        "A function that serves one project is cut when the project ends.",
        (
            "Find one neighbouring team with the same need.",
            "Show it a result of the first team.",
            "Look for an executive who gains from both.",
        ),
    ),
    Playbook(
        "title_of_functional_head",
        "Strengthen the head",
        "Without authority, each decision must be borrowed.",
        (
            "Name the decisions that wait for somebody else.",
            "Help the head to present results one level higher.",
        ),
    ),
    Playbook(
        "sophistication_of_team",
        "Raise the team's skill",
        "Training pays off most where skill is low.",
        (
            "Agree on the two skills that are missing most.",
            "Offer training for them, tailored to its daily work.",
            "Connect the team with a more experienced one.",
        ),
    ),
    Playbook(
        "size_of_team",
        "Find the hours",
        "Work that is nobody's job is left undone.",
        (
            "Estimate the hours that the work takes in a month.",
            "Make the case for one dedicated person.",
        ),
    ),
    Playbook(
        "success_track_record",
        "Win something soon",
        "After failures, a small success that people can see counts for more than a plan.",
        (
            "Choose one goal that can be reached within the quarter.",
            "Agree how the result will be measured and told.",
        ),
    ),
    Playbook(
        "quality_of_processes",
        "Write down the first process",
        "What is not written down can't be repeated.",
        (
            "Choose the process that goes wrong most often.",
            "Write it down together, on one page.",
            "Look after a month at whether it is followed.",
        ),
    ),
    Playbook(
        "knowledge_management",
        "Keep what people learn",
        "Knowledge that stays in heads leaves with them.",
        (
            "Agree on one place for notes and answers.",
            "Put the ten most frequent questions there.",
        ),
    ),
    Playbook(
        "integration_with_other_teams",
        "Connect it with other teams",
        "A function that works on its own is heard last.",
        (
            "Draw the hand-offs to the two closest teams.",
            "Set up a short regular meeting with each.",
        ),
    ),
    Playbook(
        "use_of_tools",
        "Put a tool to use",
        "Hand work hides how much there is of it.",
        (
            "Find the task that is done by hand most often.",
            "Set it up in the product, together.",
        ),
    ),
    Playbook(
        "use_of_reports",
        "Start with one report",
        "One figure that is read beats ten that are not.",
        (
            "Agree on one figure that the head wants to see.",
            "Set up its report, and look at it together each month.",
        ),
    ),
    Playbook(
        "complexity_of_environment",
        "Use the simple set-up",
        "A small environment is no fault: it lets things move fast.",
        (
            "Roll out in one go: there is little that differs.",
            "Agree how a second site would be set up.",
        ),
    ),
)
CRITERION_PLAYS = {play.id: play for play in _PLAYS}


def criterion_play(criterion_id: str) -> Playbook | None:
    """The default play for a weak criterion; None for a criterion that has none, as in other frameworks."""
    return CRITERION_PLAYS.get(criterion_id)
