"""The people and channels of a fresh sandbox: a small customer success team in three time zones."""

from __future__ import annotations

from sandbox.model import Channel, User


def people() -> list[User]:
    """Return fresh users: an admin, a manager, CSMs, a guest and somebody who has left."""
    return [
        User(
            "U01ADMIN00",
            "ada",
            "Ada Okafor",
            "Workspace admin",
            color="9f69e7",
            is_admin=True,
            email="ada@sandbox.example",
        ),
        User(
            "U01MANAGER",
            "marta",
            "Marta Lindqvist",
            "Head of Customer Success",
            color="e7392d",
            email="marta@sandbox.example",
        ),
        User("U01PRIYA00", "priya", "Priya Shah", "CSM", color="3c989f", email="priya@sandbox.example"),
        User(
            "U01DIEGO00",
            "diego",
            "Diego Ramos",
            "CSM",
            "America/New_York",
            color="e96699",
            email="diego@sandbox.example",
        ),
        User(
            "U01GRACE00", "grace", "Grace Kim", "CSM", "America/New_York", color="5b89d5", email="grace@sandbox.example"
        ),
        User("U01HANA000", "hana", "Hana Sato", "CSM", "Asia/Tokyo", color="de5f24", email="hana@sandbox.example"),
        User(
            "U01GUEST00", "gus", "Gus Visitor", "Guest", color="a72f79", is_restricted=True, email="gus@guest.example"
        ),
        User("U01LEFT000", "lena", "Lena Former", "CSM", color="684b6c", deleted=True, email="lena@sandbox.example"),
    ]


def channels(bot_user_id: str) -> list[Channel]:
    """Return fresh channels; the bot is a member of the first two only."""
    team = [user.id for user in people() if not user.deleted and not user.is_restricted]
    return [
        Channel("C01GENERAL", "general", [*team, "U01GUEST00", bot_user_id], topic="Company-wide news"),
        Channel("C01CSALERT", "cs-alerts", [*team, bot_user_id], topic="Accounts that need us"),
        Channel("C01RANDOM0", "random", list(team), topic="Everything else"),
    ]
