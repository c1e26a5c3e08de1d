"""Who sees accounts and who rates them, who leads and who only looks."""

from typing import Literal

from pydantic import Field

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State

CALLBACK = "access_form"
_VALUE = "value"
# So many Slack lets a menu begin with.
_MOST = 100
See = Literal["everyone", "own"]
Rate = Literal["everyone", "responsible"]
_SEE: dict[See, tuple[str, str]] = {
    "everyone": ("Everyone", "All members of this workspace; guests never do."),
    "own": ("Those it belongs to", "Its owner, their cover and manager; leaders, viewers and admins see all."),
}
_RATE: dict[Rate, tuple[str, str]] = {
    "everyone": ("Everyone who sees it", "But for viewers, who only look."),
    "responsible": ("Those it belongs to", "Its owner, their cover and manager, whoever is asked to, and admins."),
}


class AccessForm(Data):
    """Slack ids of leaders and viewers; everybody else is a member. ``errors`` are by block id."""

    see: See = "everyone"
    rate: Rate = "everyone"
    leaders: tuple[str, ...] = ()
    viewers: tuple[str, ...] = ()
    errors: dict[str, str] = Field(default_factory=dict)


def build(form: AccessForm) -> Block:
    """The form, filled in with what holds."""
    sees = {key: blocks.option(name, key, text) for key, (name, text) in _SEE.items()}
    rates = {key: blocks.option(name, key, text) for key, (name, text) in _RATE.items()}
    body = [
        blocks.field("Who sees an account?", "see", blocks.choice(_VALUE, list(sees.values()), sees[form.see])),
        blocks.field("Who rates it?", "rate", blocks.choice(_VALUE, list(rates.values()), rates[form.rate])),
        blocks.field(
            "Leaders",
            "leaders",
            blocks.people_select(_VALUE, form.leaders),
            hint="They see the whole portfolio, and each owner's figures.",
            optional=True,
        ),
        blocks.field(
            "Viewers",
            "viewers",
            blocks.people_select(_VALUE, form.viewers),
            hint="They see every account, and rate and change nothing.",
            optional=True,
        ),
        blocks.context("Alerts are read by everybody in their channel, whatever is chosen here."),
    ]
    return blocks.modal("Who sees and rates", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block) -> AccessForm:
    """What was entered, with what is wrong by block id."""
    state = State(view)
    leaders, viewers = state.users("leaders", _VALUE), state.users("viewers", _VALUE)
    errors = {
        block: f"Please choose at most {_MOST} people."
        for block, chosen in (("leaders", leaders), ("viewers", viewers))
        if len(chosen) > _MOST
    }
    if set(leaders) & set(viewers):
        errors["viewers"] = "Somebody is both a leader and a viewer. Please choose one for each person."
    return AccessForm(
        see="own" if state.option("see", _VALUE) == "own" else "everyone",
        rate="responsible" if state.option("rate", _VALUE) == "responsible" else "everyone",
        leaders=leaders,
        viewers=viewers,
        errors=errors,
    )


def example() -> AccessForm:
    return AccessForm(see="own", rate="responsible", leaders=("U01ANNA",), viewers=("U02BERT", "U03CARL"))
