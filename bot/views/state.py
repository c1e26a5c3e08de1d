"""What a person filled into a view, read without trusting its shape."""

from typing import Any

from bot.views.message import Block


class State:
    """The values of a view's inputs by block and action id. Whatever is absent or of another kind reads as empty."""

    def __init__(self, view: Block) -> None:
        state = view.get("state")
        values = state.get("values") if isinstance(state, dict) else None
        self._values: dict[str, Any] = values if isinstance(values, dict) else {}

    def _entry(self, block_id: str, action_id: str) -> dict[str, Any]:
        block = self._values.get(block_id)
        entry = block.get(action_id) if isinstance(block, dict) else None
        return entry if isinstance(entry, dict) else {}

    def _text(self, block_id: str, action_id: str, key: str) -> str | None:
        value = self._entry(block_id, action_id).get(key)
        return value if isinstance(value, str) and value else None

    def text(self, block_id: str, action_id: str) -> str:
        """What was typed, without blanks around it."""
        return (self._text(block_id, action_id, "value") or "").strip()

    def option(self, block_id: str, action_id: str) -> str | None:
        """The value of the option chosen in radio buttons or a menu."""
        option = self._entry(block_id, action_id).get("selected_option")
        value = option.get("value") if isinstance(option, dict) else None
        return value if isinstance(value, str) else None

    def options(self, block_id: str, action_id: str) -> tuple[str, ...]:
        """The values of the boxes that are ticked."""
        chosen = self._entry(block_id, action_id).get("selected_options")
        found = [each.get("value") for each in chosen if isinstance(each, dict)] if isinstance(chosen, list) else []
        return tuple(value for value in found if isinstance(value, str))

    def user(self, block_id: str, action_id: str) -> str | None:
        return self._text(block_id, action_id, "selected_user")

    def users(self, block_id: str, action_id: str) -> tuple[str, ...]:
        chosen = self._entry(block_id, action_id).get("selected_users")
        return tuple(user for user in chosen if isinstance(user, str)) if isinstance(chosen, list) else ()

    def conversation(self, block_id: str, action_id: str) -> str | None:
        return self._text(block_id, action_id, "selected_conversation")

    def files(self, block_id: str, action_id: str) -> tuple[str, ...]:
        """Slack's ids of the files given."""
        given = self._entry(block_id, action_id).get("files")
        found = [each.get("id") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        return tuple(each for each in found if isinstance(each, str))

    def date(self, block_id: str, action_id: str) -> str | None:
        """The day chosen, as YYYY-MM-DD."""
        return self._text(block_id, action_id, "selected_date")
