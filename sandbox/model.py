"""What a workspace is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass
class User:
    """Somebody in the workspace, or the app's bot user. `tz` is an IANA name.

    `team_id` names the workspace of somebody from another organisation, who is only ever in shared channels. A status
    goes away at `status_expiration` (unix seconds; 0 keeps it).
    """

    id: str
    name: str
    real_name: str
    title: str = ""
    tz: str = "Europe/London"
    email: str = ""
    locale: str = "en-GB"
    color: str = "4bbe2e"
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    team_id: str | None = None
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0

    @property
    def is_stranger(self) -> bool:
        """Whether they belong to another organisation."""
        return self.team_id is not None


@dataclass
class Channel:
    """A channel, or (kind "im") the direct messages between one person and the app."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    kind: Literal["channel", "im"] = "channel"
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    connected_teams: list[str] = field(default_factory=list)
    topic: str = ""
    messages: list[Message] = field(default_factory=list, repr=False)
    by_ts: dict[str, Message] = field(default_factory=dict, repr=False)

    @property
    def scope_family(self) -> str:
        """The prefix of the scopes that reading it needs: channels, groups or im."""
        if self.kind == "im":
            return "im"
        return "groups" if self.is_private else "channels"


@dataclass
class File:
    """A file that the app or a person uploads; without a mimetype, Slack has not finished processing it.

    `seen_in` holds the ids of the channels and people that may look at it, `shares` the messages that carry it: ts by
    channel.
    """

    id: str
    name: str
    title: str
    user: str
    size: int
    created: int
    alt_txt: str = ""
    content: bytes | None = field(default=None, repr=False)
    completed: bool = False
    mimetype: str = ""
    filetype: str = ""
    width: int = 0
    height: int = 0
    seen_in: set[str] = field(default_factory=set)
    shares: dict[str, list[str]] = field(default_factory=dict)

    @property
    def safe_name(self) -> str:
        """The name as links and headers carry it."""
        kept = (letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in self.name)
        return "".join(kept) or "file"

    @property
    def is_image(self) -> bool:
        """Whether image blocks may show it."""
        return self.filetype in ("png", "jpg", "gif")


@dataclass
class Message:
    """A message; ephemeral ones name the only person who sees them in `visible_to`."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot: bool = False
    edited: bool = False
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    visible_to: str | None = None
    files: list[File] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list, repr=False)
    states: dict[str, Json] = field(default_factory=dict, repr=False)  # what each person has chosen in it, by user id


@dataclass
class View:
    """A modal or somebody's Home. `source` is what the app sent, with missing ids filled in."""

    id: str
    owner: str
    source: Json
    hash: str
    state: Json = field(default_factory=dict)
    root_id: str = ""
    previous_id: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    busy: bool = False
    team_id: str | None = None  # the owner's, where they belong to another organisation
    replaced: list[Json] = field(default_factory=list)  # the blocks that stood here before the last change

    @property
    def blocks(self) -> list[Json]:
        """The blocks as Slack keeps them."""
        blocks: list[Json] = self.source["blocks"]
        return blocks


@dataclass
class Trigger:
    """The right to open one view, for a few seconds, given with each interaction."""

    id: str
    user: str
    born: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an interaction may be answered, a few times within half an hour."""

    id: str
    user: str
    channel: str
    born: float
    original: Message | None = None
    uses: int = 0


@dataclass
class Notice:
    """A toast in somebody's client, in Slack's own words."""

    id: str
    kind: Literal["error", "info"]
    text: str
