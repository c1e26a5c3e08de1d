"""What the app asked for in its manifest: the sandbox grants exactly that."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from sandbox.model import Json


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that decide what Slack allows and delivers."""

    name: str
    bot_name: str
    scopes: tuple[str, ...]
    events: tuple[str, ...]
    commands: tuple[Json, ...] = field(default=(), hash=False)
    shortcuts: tuple[Json, ...] = field(default=(), hash=False)
    home_tab: bool = True
    messages_tab: bool = True
    messages_read_only: bool = True

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest file (YAML)."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        features = data.get("features", {})
        home = features.get("app_home", {})
        scopes = data.get("oauth_config", {}).get("scopes", {})
        return cls(
            name=data["display_information"]["name"],
            bot_name=features.get("bot_user", {}).get("display_name", data["display_information"]["name"]),
            scopes=(*scopes.get("bot", ()), *scopes.get("bot_optional", ())),
            events=tuple(data.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ())),
            commands=tuple(features.get("slash_commands", ())),
            shortcuts=tuple(features.get("shortcuts", ())),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab=home.get("messages_tab_enabled", False),
            messages_read_only=home.get("messages_tab_read_only_enabled", False),
        )

    def command(self, name: str) -> Json | None:
        """Return the slash command of that name, such as "/cmi"."""
        return next((item for item in self.commands if item["command"] == name), None)

    def shortcut(self, callback_id: str) -> Json | None:
        """Return the shortcut with that callback id."""
        return next((item for item in self.shortcuts if item["callback_id"] == callback_id), None)
