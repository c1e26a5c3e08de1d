"""Frameworks as files: the list of them, downloads, an upload with its preview, and which is for whom."""

from slack_bolt import Ack, App

from bot.errors import UserError
from bot.flows import configuring, framework_files, settings
from bot.flows.configuring import NewChoice
from bot.flows.uploads import Handed
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, config_preview, framework_list, framework_upload, frameworks_form, notes, versioned
from bot.views.framework_upload import Rejected
from bot.views.message import Block
from bot.workspace_settings import FrameworkRule


def open_list(ack: Ack, call: Call) -> None:
    call.show(_list(call), again=buttons.which_framework())
    ack()


def more(ack: Ack, action: Body, call: Call) -> None:
    """The list's next page; after the last one the first."""
    page = str(action.get("value"))
    call.show(_list(call, page=int(page) if page.isdecimal() else 0), again=buttons.which_framework())
    ack()


def _list(call: Call, *, page: int = 0, notice: str = "") -> Block:
    shown = framework_files.listing(call.db, call.actor)
    return framework_list.build(shown.model_copy(update={"page": page, "notice": notice}))


def download(ack: Ack, action: Body, body: Body, call: Call) -> None:
    file = framework_files.file_of(call.db, call.actor, str(action.get("value")))
    call.later(lambda: _hand_over(call, file, framework_list.page_of(body["view"])))
    ack()


def copy(ack: Ack, action: Body, body: Body, call: Call) -> None:
    file = framework_files.copy_of(call.db, call.actor, str(action.get("value")))
    call.later(lambda: _hand_over(call, file, framework_list.page_of(body["view"])))
    ack()


def _hand_over(call: Call, file: Handed, page: int) -> None:
    """Send a file; the list says that it is on its way, then where it is or why not."""
    call.replace(_list(call, page=page, notice=f"Sending “{file.name}” …"))
    try:
        notice, failed = framework_files.send(call.client, call.actor, file), False
    except UserError as error:
        notice, failed = error.text, True
    if not call.replace(_list(call, page=page, notice=notice)) and failed:
        call.tell(notes.note(notice))


def open_upload(ack: Ack, call: Call) -> None:
    """The form for a file; from a summary it begins anew."""
    framework_files.listing(call.db, call.actor)  # refuses who isn't an admin
    call.show(framework_upload.form(), again=buttons.upload_framework())
    ack()


def submit_upload(ack: Ack, view: Body, call: Call) -> None:
    file = framework_upload.file_of(view)
    if file is None:
        ack(response_action="errors", errors={framework_upload.block_of(view): "Please choose a file."})
        return
    attempt = framework_upload.attempt_of(view) + 1
    call.answer_form(ack, lambda: _check(call, file, attempt), meanwhile=framework_upload.reading_modal())


def _check(call: Call, file: str, attempt: int) -> Block:
    try:
        given = framework_files.take(call.db, call.actor, call.client, file)
        checked = framework_files.check(call.db, call.now(), call.actor, given)
    except UserError as error:
        checked = Rejected(file="The file", problems=(error.text,))
    if isinstance(checked, Rejected):
        return framework_upload.form(checked, attempt)
    return framework_upload.summary(checked)


def publish(ack: Ack, view: Body, call: Call) -> None:
    meta = framework_upload.meta_of(view)

    def work() -> Block:
        try:
            done = framework_files.publish(call.db, call.now(), call.actor, meta.upload_id, meta.after)
        except UserError as error:
            return framework_upload.form(Rejected(file="The file", problems=(error.text,)))
        return framework_upload.published_modal(done)

    call.answer_form(ack, work, meanwhile=config_preview.applying_modal())


def open_choice(ack: Ack, call: Call) -> None:
    version = settings.version(call.db, call.actor)
    form = frameworks_form.build(configuring.current_choice(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.choose_frameworks())
    ack()


def submit_choice(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    entered = frameworks_form.parse(view, configuring.current_choice(call.db, call.actor).known)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    rules = tuple(FrameworkRule.model_validate(rule.model_dump()) for rule in entered.rules)
    change = NewChoice(entered.framework, entered.team_framework, rules)

    def store() -> Block:
        configuring.apply(call.db, call.now(), call.actor, change, seen=seen)
        return notes.settings_saved_modal()

    saving.save(ack, store, lambda: frameworks_form.build(entered))


def register(app: App) -> None:
    app.action(buttons.FRAMEWORKS)(open_list)
    app.action(framework_list.MORE)(more)
    app.action(framework_list.DOWNLOAD)(download)
    app.action(framework_list.COPY)(copy)
    app.action(buttons.UPLOAD_FRAMEWORK)(open_upload)
    app.view(framework_upload.UPLOAD)(submit_upload)
    app.view(framework_upload.PUBLISH)(publish)
    app.action(buttons.CHOOSE_FRAMEWORKS)(open_choice)
    app.view(frameworks_form.CALLBACK)(submit_choice)
