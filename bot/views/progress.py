"""The line in an alert's thread that sums up which steps are done: one message, changed in place with each tick."""

from bot.views import blocks, playbook
from bot.views.message import Data, Message, message
from bot.views.playbook import Step
from bot.views.text import count, day, inert, mention, without_bold


class Progress(Data):
    """The steps of an episode's playbook, done or not, and the account's name."""

    steps: tuple[Step, ...]
    name: str = ""


def render(progress: Progress) -> Message:
    done = [step for step in progress.steps if step.on]
    head = f"*{len(done)} of {count(len(progress.steps), 'step')} done*"
    text = "\n".join([head, *(f"• {inert(step.text)}{_who(step)}" for step in done)])
    return message(without_bold(text), [blocks.section(text)])


def _who(step: Step) -> str:
    return f" ({mention(step.by)}, {day(step.on)})" if step.by else ""


def example() -> Progress:
    return Progress(steps=playbook.example().steps, name="Acme, Inc.")
