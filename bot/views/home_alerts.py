"""An open alert on the Home, with what can be done about it."""

from datetime import UTC, date, datetime

from bot.views import blocks, buttons, decision_form
from bot.views.cells import cell_name
from bot.views.decision_form import Decision
from bot.views.message import Block, Data
from bot.views.text import ago, day, inert, mention, owner_text
from cmi_core.cells import LET_CHURN_CELLS


class OwnAlert(Data):
    """An open episode; ``mine`` says that the account is that of whoever looks."""

    episode_id: int
    account_id: int
    name: str
    owner: str | None = None
    mine: bool = False
    cell: str
    opened_on: datetime
    claimed_by: str | None = None
    snoozed_until: date | None = None
    decision: Decision | None = None
    can_claim: bool = True


def alert_blocks(alert: OwnAlert, now: datetime) -> list[Block]:
    """One open episode with what can be done about it."""
    return [blocks.section(_alert(alert, now)), blocks.actions(*_alert_buttons(alert))]


def _alert(alert: OwnAlert, now: datetime) -> str:
    owner = "" if alert.mine else f" · owner: {owner_text(alert.owner)}"
    lines = [f"*{inert(alert.name)}*  {cell_name(alert.cell)}, alert from {ago(alert.opened_on, now)}{owner}"]
    state = f"{mention(alert.claimed_by)} is on it" if alert.claimed_by else "Nobody is on it yet"
    if alert.snoozed_until:
        state += f", snoozed until {day(alert.snoozed_until)}"
    lines.append(f"{state}.")
    if alert.decision:
        lines.append(decision_form.sentence(alert.decision))
    return "\n".join(lines)


def _alert_buttons(alert: OwnAlert) -> list[Block]:
    found = [buttons.claim(alert.episode_id, alert.name)] if alert.can_claim else []
    if alert.cell in LET_CHURN_CELLS and alert.decision is None:
        found.append(buttons.decide(alert.episode_id, alert.name))
    label = f"Open the account of the alert: {alert.name}"  # the list below may have the same account
    found.append(buttons.story(alert.episode_id, alert.name, "Alert"))
    return [*found, blocks.button("Open", buttons.OPEN, str(alert.account_id), label=label)]


def example() -> OwnAlert:
    return OwnAlert(
        episode_id=3,
        account_id=7,
        name="Acme, Inc.",
        owner="U01ANNA",
        cell="let_churn",
        opened_on=datetime(2026, 8, 12, 9, tzinfo=UTC),
        claimed_by="U02BERT",
        can_claim=False,
    )
