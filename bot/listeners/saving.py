"""Saving a form of the settings: what another admin changed meanwhile is shown first, and nothing typed is lost."""

from collections.abc import Callable

from slack_bolt import Ack

from bot.errors import ChangedMeanwhile
from bot.views import versioned
from bot.views.message import Block


def stored(store: Callable[[], Block], form: Callable[[], Block]) -> Block:
    """The view that follows: what `store` gives, or `form`, which rebuilds the form as it was filled in."""
    try:
        return store()
    except ChangedMeanwhile as changed:
        return versioned.carry(form(), changed.version, changed.lines)


def save(ack: Ack, store: Callable[[], Block], form: Callable[[], Block]) -> None:
    ack(response_action="update", view=stored(store, form))
