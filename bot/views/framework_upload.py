"""Uploading a framework: the file, all that is wrong with it, or what publishing it would do."""

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, config_preview, config_summary, framework_changes, framework_list, limits
from bot.views.config_summary import ConfigSummary
from bot.views.map_form import number_text
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import count, inert
from cmi_core import Framework

UPLOAD = "framework_upload"
PUBLISH = "framework_publish"
_FILE = "framework_file"
_SECTION_PROBLEMS = 8
_SHOWN_PROBLEMS = 40


class Rejected(Data):
    """A file that can't be published, and all that is wrong with it."""

    file: str
    problems: tuple[str, ...]


class Checked(Data):
    """A file that can be published: as the version after ``before``, the first where that is None.

    ``effect`` is what becomes of accounts where it asks the same as before; ``kept`` accounts have a score by other
    questions and keep it.
    """

    upload_id: int
    framework: Framework
    before: Framework | None = None
    effect: ConfigSummary
    kept: int = 0

    @property
    def after(self) -> int:
        return self.before.version if self.before else 0

    @property
    def same(self) -> bool:
        """Whether it says what is in force already."""
        return self.before is not None and self.before.model_copy(update={"version": 0}) == self.framework.model_copy(
            update={"version": 0}
        )


class Published(Data):
    """What publishing did."""

    name: str
    version: int
    effect: ConfigSummary


class PublishMeta(Data):
    """What the summary carries unseen: the file, and the version in force when it was looked at."""

    upload_id: int
    after: int = Field(ge=0)


def form(rejected: Rejected | None = None, attempt: int = 0) -> Block:
    """The form; after a file that can't be used with what is wrong. ``attempt`` empties its field."""
    body = [blocks.section("The file of a framework: YAML as you downloaded it, or JSON.")]
    if rejected is not None:
        body = _problems(rejected)
    hint = "You see what it would do before anything is changed."
    element = blocks.file_input(_FILE, ("yaml", "yml", "json"))
    body.append(blocks.field("File", f"{_FILE}:{attempt}", element, hint=hint))
    metadata = str(attempt)
    return blocks.modal(
        "Upload a framework", body, callback_id=UPLOAD, submit="Check", close="Cancel", metadata=metadata
    )


def attempt_of(view: Block) -> int:
    """Which attempt a form is, from 0."""
    metadata = str(view.get("private_metadata") or "")
    return int(metadata) if metadata.isdecimal() else 0


def file_of(view: Block) -> str | None:
    """Slack's id of the file given."""
    given = State(view).files(f"{_FILE}:{attempt_of(view)}", _FILE)
    return given[0] if given else None


def block_of(view: Block) -> str:
    """The block under which an error about the file is shown."""
    return f"{_FILE}:{attempt_of(view)}"


def _problems(rejected: Rejected) -> list[Block]:
    shown = rejected.problems[:_SHOWN_PROBLEMS]
    number = count(len(rejected.problems), "thing")
    body = [blocks.section(f"*{inert(rejected.file)}* can't be used yet: {number} to mend. Nothing was changed.")]
    for start in range(0, len(shown), _SECTION_PROBLEMS):
        lines = (f"• {_capital(inert(each, 350))}" for each in shown[start : start + _SECTION_PROBLEMS])
        body.append(blocks.section("\n".join(lines)))
    if len(rejected.problems) > len(shown):
        body.append(blocks.context(f"… and {len(rejected.problems) - len(shown)} more."))
    return [*body, blocks.context("Mend them in your file and upload it again.")]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reading_modal() -> Block:
    return blocks.modal("Upload a framework", [blocks.section("Reading the file…")], callback_id="reading_framework")


def summary(checked: Checked) -> Block:
    """What the file holds and what publishing it would do; with nothing to publish where it is in force already."""
    body = [blocks.section(_head(checked)), blocks.section(_categories(checked.framework))]
    if checked.framework.warnings:
        body.append(framework_list.warning(checked.framework.warnings))
    if checked.same:
        body.append(blocks.section(f"*Nothing changed*: version {checked.after} says just this already."))
        return blocks.modal("Upload a framework", body, callback_id="framework_unchanged", close="Done")
    if checked.before is not None:
        lines = framework_changes.lines(checked.before, checked.framework)
        body.append(blocks.section("\n".join(["*What changes*", *(f"• {line}" for line in lines)])))
        body += _older(checked, checked.before)
    body += _effect(checked)
    meta = PublishMeta(upload_id=checked.upload_id, after=checked.after)
    return blocks.modal(
        "Upload a framework",
        [*body, blocks.actions(buttons.upload_framework())],
        callback_id=PUBLISH,
        submit=f"Publish version {checked.after + 1}",
        close="Cancel",
        metadata=meta.model_dump_json(),
    )


def meta_of(view: Block) -> PublishMeta:
    """What a summary carries. UserError for a window of an earlier version."""
    try:
        return PublishMeta.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old. Please upload the file again.") from error


def _head(checked: Checked) -> str:
    framework = checked.framework
    what = "the customer's health" if framework.kind == "health" else f"the maturity of a {framework.subject}"
    step = f"version {checked.after + 1}, after version {checked.after}" if checked.before else "a new framework"
    facts = [
        count(len(framework.criteria), "criterion", "criteria"),
        f"levels {framework.lowest} to {framework.highest}",
        f"at least {number_text(framework.minimum_coverage * 100)} % must be answered",
    ]
    return f"*{inert(framework.name)}* (`{framework.id}`): {step}\nIt judges {what}: {', '.join(facts)}."


def _categories(framework: Framework) -> str:
    lines = ["*Categories and weights*"]
    total = sum(category.weight for category in framework.categories)
    for category in framework.categories:
        share = f"{round(category.weight * 100 / total)} %"
        number = count(len(category.criteria), "criterion", "criteria")
        lines.append(f"{inert(category.name, limits.NAME_SHOWN)}: {share}, {number}")
    return "\n".join(lines)


def _older(checked: Checked, before: Framework) -> list[Block]:
    if checked.framework.version >= before.version:
        return []
    made = f"It was made from version {checked.framework.version}, and version {before.version} is in force since"
    return [blocks.section(f"⚠ {made}: what changed in between is undone where your file doesn't have it.")]


def _effect(checked: Checked) -> list[Block]:
    framework, before = checked.framework, checked.before
    if before is None:
        text = "Nobody is asked by it yet: once it is published, choose it for customers, teams or a segment."
        if framework.kind == "health":
            text = "It asks nobody yet: once it is published, choose it under Health sources."
        return [blocks.section(text)]
    if framework.kind == "health":
        return [blocks.section("Health scores stay as they are; the next answers count by this version.")]
    if before.asks_the_same_as(framework):
        return config_preview.effect_blocks(checked.effect)
    kept = "No account is rated by other questions of it yet."
    if checked.kept:
        verb, own = ("keeps", "its") if checked.kept == 1 else ("keep", "their")
        number = count(checked.kept, "account")
        kept = f"*{number} {verb} {own} place*, marked “older framework”, until rated again."
    return [blocks.section(f"{kept} Finished assessments stay as they are.")]


def published_modal(done: Published) -> Block:
    text = f"*{inert(done.name)}*, version {done.version}, is published. "
    body = [
        blocks.section(text + config_summary.sentence(done.effect, done=True)),
        blocks.actions(buttons.choose_frameworks(), buttons.which_framework()),
    ]
    return blocks.modal("Published", body, callback_id="framework_published", close="Done")
