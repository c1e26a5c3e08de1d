"""Who the people are that a file names: looked up in Slack, all at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient

from bot.errors import UserError
from bot.flows import people
from bot.slack import meaning


@dataclass(frozen=True)
class Known:
    """Slack ids by what a file may call people (id, e-mail address or name, in lower case), and by id why somebody
    can't own or cover accounts ("has left Slack").
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def only(self, names: Iterable[str]) -> "Known":
        """What of it these names need."""
        ids = {name.lower(): self.ids[name.lower()] for name in names if name.lower() in self.ids}
        return Known(ids, {user: why for user, why in self.refused.items() if user in ids.values()})


def look_up(client: WebClient, team: str) -> Known:
    """Everybody whom Slack knows here. UserError where it doesn't say; a name that two people share stands for neither.

    E-mail addresses are among them where the app has the scope users:read.email.
    """
    try:
        members = [user for page in client.users_list(limit=200) for user in page["members"]]
    except Exception as error:
        raise UserError(f"Slack could not say who people are: {meaning(error).text}") from None
    return Known(_names(members), _refused(members, team))


def _refused(members: Iterable[Mapping[str, Any]], team: str) -> dict[str, str]:
    found = {user["id"]: people.why_not(people.state_of(user, team)) for user in members}
    return {user: why for user, why in found.items() if why}


def _names(members: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    shared: set[str] = set()
    for user in members:
        for name in _called(user):
            if found.setdefault(name, user["id"]) != user["id"]:
                shared.add(name)
    return {name: user for name, user in found.items() if name not in shared}


def _called(user: Mapping[str, Any]) -> set[str]:
    profile = user.get("profile", {})
    names = [user["id"], user.get("name"), user.get("real_name"), profile.get("display_name"), profile.get("email")]
    return {form.lower() for name in names if name for form in (name, f"@{name}")}
