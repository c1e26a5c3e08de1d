"""Bolt, with the listeners of buttons and forms found by their ids at once.

Bolt asks one listener after the other whether a request is meant for it, some 10 µs each: with all of the bot's that
came to more than everything else between a request and its listener.
"""

import re
from collections.abc import Callable
from inspect import signature
from typing import Any

from slack_bolt import App, Args
from slack_bolt.request.payload_utils import to_action, to_view

Listener = Callable[..., Any]


class RoutedApp(App):
    """An `App` in which a press or a form is routed by its exact id; patterns and constraints get what is left over.

    The first listener of an id counts, as with Bolt's own.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._actions, self._views = _Table(_action_id), _Table(_callback_id)
        for register, table in ((super().action, self._actions), (super().view, self._views)):
            register(re.compile(""), matchers=[table.knows])(table.run)

    def action(self, constraints: Any, *more: Any, **options: Any) -> Callable[..., Any]:
        """A listener of a button or another element."""
        if not isinstance(constraints, str) or more or options:
            return super().action(constraints, *more, **options)
        return self._actions.adder(constraints)

    def view(self, constraints: Any, *more: Any, **options: Any) -> Callable[..., Any]:
        """A listener of a form."""
        if not isinstance(constraints, str) or more or options:
            return super().view(constraints, *more, **options)
        return self._views.adder(constraints)


class _Table:
    """Listeners by id, with the names of what they want from Bolt. `id_of` reads the id out of a request's body."""

    def __init__(self, id_of: Callable[[dict[str, Any]], str]) -> None:
        self._id_of = id_of
        self._listeners: dict[str, tuple[Listener, tuple[str, ...]]] = {}

    def adder(self, key: str) -> Callable[[Listener], Listener]:
        def add(listener: Listener) -> Listener:
            self._listeners.setdefault(key, (listener, tuple(signature(listener).parameters)))
            return listener

        return add

    def knows(self, body: dict[str, Any]) -> bool:
        return self._id_of(body) in self._listeners

    def run(self, args: Args) -> Any:
        listener, names = self._listeners[self._id_of(args.body)]
        given = vars(args)
        return listener(**{name: given[name] if name in given else args.context[name] for name in names})


def _action_id(body: dict[str, Any]) -> str:
    return str((to_action(body) or {}).get("action_id"))


def _callback_id(body: dict[str, Any]) -> str:
    return str((to_view(body) or {}).get("callback_id"))
