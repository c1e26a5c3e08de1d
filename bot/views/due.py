"""The answer to /cmi due: what is waiting for a rating."""

from datetime import datetime

from bot.views import blocks, buttons, limits
from bot.views.message import Data, Message, message
from bot.views.standing import Standing, line, plain_line
from bot.views.standing import example as standing_example
from bot.views.text import count, without_bold


class Due(Data):
    """Accounts that are due, the longest waiting first; ``others`` counts those of the same kind not in ``rows``.

    ``mine`` says that they are the asking person's own, else they are everybody's.
    """

    rows: tuple[Standing, ...] = ()
    others: int = 0
    mine: bool = True


def render(due: Due, now: datetime) -> Message:
    shown = due.rows[: limits.PROMPT_ITEMS]
    hidden = due.others + len(due.rows) - len(shown)
    intro = _intro(due, len(shown) + hidden)
    closing = f"{count(hidden, 'more account')} not shown here. They follow as these are rated." if hidden else ""
    body = [blocks.section(intro)]
    for standing in shown:
        body.append(blocks.section(line(standing, now), buttons.rate(standing.account_id, standing.name)))
    if closing:
        body.append(blocks.context(closing))
    lines = [intro, *(plain_line(standing, now) for standing in shown), closing]
    return message(without_bold("\n".join(filter(None, lines))), body)


def _intro(due: Due, total: int) -> str:
    whose = "of yours " if due.mine else ""
    if total == 0:
        return f"Nothing {whose}is due for a rating."
    return f"{count(total, 'account')} {whose}{'is' if total == 1 else 'are'} due for a rating."


def example() -> Due:
    return Due(rows=(standing_example(), Standing(account_id=8, name="Globex", missing=("cmi", "chs"))), others=3)
