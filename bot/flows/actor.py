"""Who does something, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a workspace: `workspace_id` is our own, `user` is Slack's id."""

    workspace_id: int
    user: str
