"""Accounts that changed: of many changes at once, whom they concern is looked up once."""

import threading
from collections.abc import Mapping
from collections.abc import Set as AbstractSet


class Changes:
    """By workspace and account, who sees the change already; any thread may note one and take them all."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._noted: dict[int, dict[int, AbstractSet[str]]] = {}

    def note(self, workspace_id: int, account_id: int, seen_by: AbstractSet[str]) -> None:
        """Of an account that changed several times only those have seen it who saw each change."""
        with self._guard:
            noted = self._noted.setdefault(workspace_id, {})
            noted[account_id] = noted.get(account_id, seen_by) & seen_by

    def take(self, workspace_id: int) -> Mapping[int, AbstractSet[str]]:
        """What was noted since it was last taken."""
        with self._guard:
            return self._noted.pop(workspace_id, {})
