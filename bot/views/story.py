"""The window that tells of an alert from its beginning, and in which it can be worked on."""

from datetime import UTC, datetime

from bot.views import alert, blocks, buttons, episode_note
from bot.views.cells import cell_name
from bot.views.episode_note import EpisodeNote
from bot.views.message import Block, Data
from bot.views.text import day, inert, owner_text

CALLBACK = "story"
SHOWN = 60


class Story(Data):
    """An episode and what happened to it, the oldest first. ``earlier`` entries are left out for want of room."""

    episode_id: int
    account_id: int
    name: str
    owner: str | None = None
    cell: str
    opened_on: datetime
    claimed: bool = False
    snoozed: bool = False
    over: bool = False
    entries: tuple[EpisodeNote, ...] = ()
    earlier: int = 0
    can_edit: bool = True


def modal(story: Story) -> Block:
    intro = f"*{inert(story.name)}* · owner: {owner_text(story.owner)}"
    body = [blocks.section(intro), blocks.section(f"*{day(story.opened_on)}*\nIt came to {cell_name(story.cell)}.")]
    if story.earlier:
        body.append(blocks.context(f"{story.earlier} earlier entries are left out here."))
    body += [blocks.section(f"*{day(entry.on)}*\n{episode_note.sentence(entry)}") for entry in story.entries]
    if not story.entries:
        body.append(blocks.section("Nobody has done anything about it yet."))
    work = alert.choices(
        story.episode_id,
        story.name,
        story.cell,
        claimed=story.claimed,
        snoozed=story.snoozed,
        over=story.over or not story.can_edit,
    )
    body.append(blocks.actions(*work, buttons.open_account(story.account_id, story.name)))
    return blocks.modal("The whole story", body, callback_id=CALLBACK)


def example() -> Story:
    return Story(
        episode_id=3,
        account_id=7,
        name="Acme, Inc.",
        owner="U01ANNA",
        cell="let_churn",
        opened_on=datetime(2026, 8, 12, 9, tzinfo=UTC),
        claimed=True,
        entries=tuple(episode_note.examples()),
    )
