"""The form that says which framework is for whom."""

import re
from typing import Literal

from bot.views import blocks, buttons, framework_list, limits
from bot.views.account_form import SEGMENTS
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import inert

CALLBACK = "frameworks_form"
_VALUE = "value"
_RULE = re.compile(r"([^=:]+)=([^:]+):\s*(\S+)")


class KnownFramework(Data):
    """A framework that can be chosen."""

    id: str
    name: str
    subject: Literal["customer", "team"]
    warnings: tuple[str, ...] = ()


class FrameworkRuleLine(Data):
    """Accounts with this value of a segment are rated with a framework of their own."""

    segment: str
    value: str
    framework: str


class FrameworkChoice(Data):
    """Which framework is for whom. ``known`` are all to choose from; the first of the ``rules`` that fits counts."""

    framework: str
    team_framework: str
    rules: tuple[FrameworkRuleLine, ...] = ()
    known: tuple[KnownFramework, ...] = ()


def build(choice: FrameworkChoice) -> Block:
    """The form, filled in with what is chosen, and a button to the weights of each framework in use."""
    lines = "\n".join(f"{rule.segment} = {rule.value}: {rule.framework}" for rule in choice.rules)
    body = [
        _select("Customers and prospects", "framework", choice, "customer", choice.framework),
        blocks.field(
            "Rules for segments",
            "rules",
            blocks.text_input(_VALUE, lines, longest=limits.INPUT, lines=True),
            hint="One a line, such as: industry = Accounting: practice-ignition. The first that fits counts.",
            optional=True,
        ),
        _select("Teams", "team_framework", choice, "team", choice.team_framework),
        blocks.context("Accounts keep their place until they are rated with the framework that is theirs now."),
    ]
    doubtful = tuple(f"{each.name}: {text}" for each in choice.known for text in each.warnings)
    body += [framework_list.warning(doubtful)] if doubtful else []
    used = {choice.framework, choice.team_framework, *(rule.framework for rule in choice.rules)}
    body += [
        blocks.section(f"*{inert(each.name)}* (`{each.id}`)", buttons.weights(each.id, each.name))
        for each in choice.known
        if each.id in used
    ]
    return blocks.modal("Who is asked what", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block, known: tuple[KnownFramework, ...]) -> FrameworkChoice | dict[str, str]:
    """The choice, or what is wrong by block id."""
    state = State(view)
    rules: list[FrameworkRuleLine] = []
    for number, line in enumerate(state.text("rules", _VALUE).splitlines(), 1):
        if line.strip():
            rule = _rule(line, known)
            if isinstance(rule, str):
                return {"rules": f"Line {number}: {rule}"}
            rules.append(rule)
    framework, team = state.option("framework", _VALUE), state.option("team_framework", _VALUE)
    missing = {"framework": framework, "team_framework": team}
    errors = {block: "Please choose a framework." for block, chosen in missing.items() if not chosen}
    if not framework or not team:
        return errors
    return FrameworkChoice(framework=framework, team_framework=team, rules=tuple(rules), known=known)


def _rule(line: str, known: tuple[KnownFramework, ...]) -> FrameworkRuleLine | str:
    found = _RULE.fullmatch(line.strip())
    if found is None:
        return "please write it as: industry = Accounting: practice-ignition."
    segment, value, framework = found[1].strip().lower().replace(" ", "_"), found[2].strip(), found[3]
    if segment not in SEGMENTS:
        return f"“{segment}” isn't a segment. Choose from: {', '.join(SEGMENTS)}."
    usable = [each.id for each in known if each.subject == "customer"]
    if framework not in usable:
        return f"“{framework}” can't be used. Choose from: {', '.join(usable)}."
    return FrameworkRuleLine(segment=segment, value=value, framework=framework)


def _select(label: str, block: str, choice: FrameworkChoice, subject: str, chosen: str) -> Block:
    options = [blocks.option(each.name, each.id, each.id) for each in choice.known if each.subject == subject]
    initial = next((option for option in options if option["value"] == chosen), None)
    return blocks.field(label, block, blocks.choice(_VALUE, options, initial))


def example() -> FrameworkChoice:
    return FrameworkChoice(
        framework="maor-wittgen",
        team_framework="waterstone-2016",
        rules=(FrameworkRuleLine(segment="industry", value="Accounting", framework="practice-ignition"),),
        known=(
            KnownFramework(id="maor-wittgen", name="Maor & Wittgen", subject="customer"),
            KnownFramework(
                id="practice-ignition",
                name="Practice Ignition",
                subject="customer",
                warnings=("Support tickets: “tickets” belongs to the relation with us, so to health.",),
            ),
            KnownFramework(id="waterstone-2016", name="Waterstone 2016", subject="team"),
        ),
    )
