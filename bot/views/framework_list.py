"""The window that lists all frameworks, with what can be done with each."""

from typing import Literal

from bot.views import blocks, buttons
from bot.views.message import Block, Data
from bot.views.text import count, inert

CALLBACK = "framework_list"
DOWNLOAD = "download_framework"
COPY = "copy_framework"
MORE = "more_frameworks"
_ON_A_PAGE = 10
_JUDGES = {("cmi", "customer"): "judges customers", ("cmi", "team"): "judges teams", ("health", "customer"): "health"}


class ListedFramework(Data):
    """A framework in the version in force. ``uses`` say for whom it is chosen; empty where it isn't."""

    id: str
    name: str
    version: int
    kind: Literal["cmi", "health"]
    subject: Literal["customer", "team"]
    criteria: int
    built_in: bool
    uses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class FrameworkList(Data):
    """All frameworks; ``notice`` says what became of the last press, ``page`` counts from 0."""

    entries: tuple[ListedFramework, ...]
    page: int = 0
    notice: str = ""


def build(shown: FrameworkList) -> Block:
    pages = max(-(-len(shown.entries) // _ON_A_PAGE), 1)
    page = shown.page % pages
    intro = (
        "A framework is a file: categories, their weights, questions and levels. Download one, change it, upload it."
    )
    body = [
        blocks.section(intro),
        blocks.actions(buttons.upload_framework("primary"), buttons.choose_frameworks()),
    ]
    if shown.notice:
        body.append(blocks.section(f"*{inert(shown.notice, 400)}*"))
    for entry in shown.entries[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]:
        body += _entry(entry)
    if pages > 1:
        text = f"Page {page + 1} of {pages}"
        body.append(blocks.section(text, blocks.button("More", MORE, str(page + 1), label="More frameworks")))
    return blocks.modal("Frameworks", body, callback_id=CALLBACK, metadata=str(page))


def page_of(view: Block) -> int:
    """The page that a window shows; 0 where it is none of ours."""
    metadata = str(view.get("private_metadata") or "")
    return int(metadata) if view.get("callback_id") == CALLBACK and metadata.isdecimal() else 0


def _entry(entry: ListedFramework) -> list[Block]:
    facts = [
        f"version {entry.version}",
        _JUDGES.get((entry.kind, entry.subject), f"{entry.kind} of a {entry.subject}"),
        count(entry.criteria, "criterion", "criteria"),
        "built in" if entry.built_in else "your own",
    ]
    uses = f"Used for: {inert(', '.join(entry.uses), 200)}" if entry.uses else "Not in use"
    found = [
        blocks.section(f"*{inert(entry.name)}* (`{entry.id}`)\n{' · '.join(facts)}\n{uses}"),
        blocks.actions(
            blocks.button("Download", DOWNLOAD, entry.id, label=f"Download {entry.name}"),
            blocks.button("Copy and change", COPY, entry.id, label=f"Download a copy of {entry.name}"),
            buttons.weights(entry.id, entry.name),
        ),
    ]
    return [*found, warning(entry.warnings)] if entry.warnings else found


def warning(warnings: tuple[str, ...]) -> Block:
    """What an admin should reconsider about a framework."""
    return blocks.context("\n".join(f"⚠ {inert(each, 400)}" for each in warnings[:5]))


def example() -> FrameworkList:
    return FrameworkList(
        entries=(
            ListedFramework(
                id="maor-wittgen",
                name="Maor & Wittgen",
                version=2,
                kind="cmi",
                subject="customer",
                criteria=12,
                built_in=True,
                uses=("customers and prospects",),
            ),
            ListedFramework(
                id="ours",
                name="Our own",
                version=1,
                kind="cmi",
                subject="customer",
                criteria=9,
                built_in=False,
                warnings=("Support tickets: “tickets” belongs to the relation with us, so to health.",),
            ),
        ),
        notice="“ours.yaml” is in your direct messages with CMI Bot.",
    )
