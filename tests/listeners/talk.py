"""What a test person sees, in few words."""

from typing import Any

from sandbox.person import Person


def answer(person: Person, channel: str = "general") -> dict[str, Any]:
    """The newest private answer in a channel."""
    private = [message for message in person.messages(channel) if message["ephemeral"]]
    return private[-1] if private else {"text": "", "blocks": []}


def window(person: Person, title: str) -> dict[str, Any]:
    """The window on top, as soon as it has this title and its content."""

    def top(state: dict[str, Any]) -> dict[str, Any]:
        views = [
            view for view in state["views"][-1:] if view["title"]["text"] == title and "One moment" not in str(view)
        ]
        return views[0] if views else {}

    return person.wait_for(top)


def command(person: Person, text: str) -> str:
    """Type a command and read the private answer to it."""
    person.command(text)
    return str(answer(person)["text"])


def answer_page(person: Person, ids: list[str], level: str = "2") -> None:
    for each in ids:
        person.choose(f"question:{each}", level)
