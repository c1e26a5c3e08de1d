"""What happens to channels from outside: made, renamed, archived, shared, joined and left, each with Slack's event."""

from __future__ import annotations

from typing import Any

from sandbox.delivery import Courier
from sandbox.model import Channel, Json
from sandbox.workspace import BOT_USER_ID, Workspace

FIELDS = {"id", "name", "members", "is_private", "is_archived", "is_ext_shared", "topic"}


class ChannelControl:
    """Carries out one change, given as JSON.

    {"id"?, "name", ...} makes or changes a channel. The others name it as "channel" (id or name):
    {"invite": bool, "person"?} lets somebody (by default the app) in or out, {"share": team id} connects it with
    another organisation and {"unshare": team id} ends that, {"new_id": id} gives it another id, as Slack does when it
    converts a channel.
    """

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._workspace = workspace
        self._courier = courier

    def change(self, given: Json) -> Channel:
        """Change a channel and tell the app.

        Raises:
            ValueError: there is no such channel, person or property.
        """
        acts = {"invite": self._invite, "share": self._share, "unshare": self._unshare, "new_id": self._move}
        for name, act in acts.items():
            if name in given:
                channel = self._workspace.channel_named(given["channel"])
                if channel is None:
                    raise ValueError(f"There is no channel {given['channel']!r}")
                act(channel, given)
                return channel
        return self._set(given)

    def _set(self, given: Json) -> Channel:
        if unknown := given.keys() - FIELDS:
            raise ValueError(f"Unknown: {', '.join(sorted(unknown))}")
        channel = self._workspace.channels.get(given.get("id", ""))
        if channel is None:
            channel = Channel(given.get("id") or self._workspace.next_id("C"), given["name"])
            self._workspace.channels[channel.id] = channel
        name, archived = channel.name, channel.is_archived
        for key, value in given.items():
            setattr(channel, key, value)
        family = "group" if channel.is_private else "channel"
        if channel.name != name:
            self._tell(f"{family}_rename", channel={"id": channel.id, "name": channel.name})
        if channel.is_archived != archived:
            self._tell(f"{family}_archive" if channel.is_archived else f"{family}_unarchive", channel=channel.id)
        return channel

    def _invite(self, channel: Channel, given: Json) -> None:
        person = given.get("person", BOT_USER_ID)
        if person not in self._workspace.users:
            raise ValueError(f"There is nobody with the id {person!r}")
        member = person in channel.members
        if given["invite"] and not member:
            stranger = self._workspace.users[person].team_id
            if stranger is not None and stranger not in channel.connected_teams:
                raise ValueError(f"#{channel.name} is not shared with {stranger}")
            channel.members.append(person)
            self._tell("member_joined_channel", user=person, channel=channel.id)
        elif not given["invite"] and member:
            channel.members.remove(person)
            if person == BOT_USER_ID:
                self._tell("group_left" if channel.is_private else "channel_left", channel=channel.id)
            self._tell("member_left_channel", user=person, channel=channel.id)

    def _share(self, channel: Channel, given: Json) -> None:
        team = given["share"]
        channel.is_ext_shared = True
        if team not in channel.connected_teams:
            channel.connected_teams.append(team)
        self._tell("channel_shared", connected_team_id=team, channel=channel.id)

    def _unshare(self, channel: Channel, given: Json) -> None:
        team = given["unshare"]
        if team in channel.connected_teams:
            channel.connected_teams.remove(team)
        channel.is_ext_shared = bool(channel.connected_teams)
        channel.members = [member for member in channel.members if self._workspace.users[member].team_id != team]
        self._tell(
            "channel_unshared",
            previously_connected_team_id=team,
            channel=channel.id,
            is_ext_shared=channel.is_ext_shared,
        )

    def _move(self, channel: Channel, given: Json) -> None:
        old, new = channel.id, given["new_id"]
        if new in self._workspace.channels:
            raise ValueError(f"There is a channel {new!r} already")
        self._workspace.rename_channel_id(channel, new)
        self._tell("channel_id_changed", old_channel_id=old, new_channel_id=new)

    def _tell(self, kind: str, **more: Any) -> None:
        self._courier.event({"type": kind, **more, "event_ts": self._workspace.next_ts()})
