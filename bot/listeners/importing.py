"""/cmi import: a file, its columns, what would happen, and its outcome."""

import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow

from slack_bolt import Ack, App

from bot.errors import ImportRefused, UserError
from bot.flows import import_steps, uploads
from bot.flows.uploads import Handed
from bot.listeners.call import FORM_SECONDS, SETTLE_SECONDS, Call
from bot.listeners.later import explain
from bot.listeners.reply import Body
from bot.views import buttons, import_form, import_plan, notes
from bot.views.import_form import ColumnsForm, Step, What
from bot.views.import_plan import Outcome, Plan
from bot.views.message import Block, Message

_LOOK_EVERY_SECONDS = 1.5
_WHATS: tuple[What, ...] = ("accounts", "health", "content")


def command(ack: Ack, call: Call, argument: str) -> None:
    """The form for a file; what follows the command may say what is in it."""
    import_steps.check_admin(call.db, call.actor)
    word = argument.strip().lower()
    what = next((each for each in _WHATS if word and each.startswith(word)), _WHATS[0])
    call.show(import_form.form(what=what), again=buttons.import_again())
    ack()


def again(ack: Ack, call: Call) -> None:
    command(ack, call, "")


def send_csv(ack: Ack, body: Body, call: Call) -> None:
    _send_template(call, import_form.what_of(body["view"]), "csv")
    ack()


def send_xlsx(ack: Ack, body: Body, call: Call) -> None:
    _send_template(call, import_form.what_of(body["view"]), "xlsx")
    ack()


def _send_template(call: Call, what: What, kind: str) -> None:
    file = import_steps.template(call.db, call.actor, what, kind)
    call.later(lambda: _hand_over(call, file))


def _hand_over(call: Call, file: Handed) -> None:
    uploads.hand_over(call.client, call.actor, file)
    call.tell(notes.note(f"“{file.name}” is in your direct messages with CMI Bot."))


def submit_file(ack: Ack, view: Body, call: Call) -> None:
    file, what = import_form.file_of(view), import_form.what_of(view)
    if file is None:
        ack(response_action="errors", errors={import_form.block_of(view): "Please choose a file."})
        return
    attempt = import_form.attempt_of(view) + 1

    def read() -> Block:
        try:
            return _next(import_steps.receive(call.db, call.now(), call.actor, call.client, what=what, file_id=file))
        except ImportRefused as error:
            return import_form.form(error.problems, attempt, what)
        except UserError as error:
            return import_form.form((error.text,), attempt, what)

    call.answer_form(ack, read, meanwhile=import_form.reading_modal())


def _next(step: ColumnsForm | Plan) -> Block:
    return import_form.columns_modal(step) if isinstance(step, ColumnsForm) else import_plan.build(step)


def submit_columns(ack: Ack, view: Body, call: Call) -> None:
    chosen = import_form.parse_columns(view)
    if isinstance(chosen, dict):
        ack(response_action="errors", errors=chosen)
        return
    step = import_plan.step_of(view)

    def check() -> Block:
        plan = import_steps.choose(call.db, call.now(), call.actor, call.client, step=step, chosen=chosen)
        return import_plan.build(plan)

    call.answer_form(ack, check, meanwhile=import_form.reading_modal())


def page(ack: Ack, action: Body, call: Call) -> None:
    step, number = _pressed(action)
    call.show(import_plan.build(import_steps.page_of(call.db, call.actor, step, number)), again=buttons.import_again())
    ack()


def change_columns(ack: Ack, action: Body, call: Call) -> None:
    step, _ = _pressed(action)
    call.show(
        import_form.columns_modal(import_steps.columns_of(call.db, call.actor, step)), again=buttons.import_again()
    )
    ack()


def download_problems(ack: Ack, action: Body, call: Call) -> None:
    step, _ = _pressed(action)
    file = import_steps.problems_file(call.db, call.actor, step)
    call.later(lambda: _hand_over(call, file))
    ack()


def _pressed(action: Body) -> tuple[Step, int]:
    """The file and the page that a button names."""
    what, upload_id, number = str(action.get("value")).split(":")
    return Step.model_validate({"what": what, "upload_id": upload_id}), int(number)


class _Running:
    """How far an import is."""

    def __init__(self) -> None:
        self.done = self.total = 0

    def tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def apply(ack: Ack, view: Body, call: Call) -> None:
    """Import; while that takes long the window says how far it is, and who closes it gets a message."""
    step, silent = import_plan.step_of(view), import_plan.silent_of(view)
    running = _Running()
    now = call.now()
    begun = call.deps.later.ask(
        lambda: import_steps.apply(call.db, now, call.actor, step, silent=silent, progress=running.tell)
    )
    try:
        done = begun.result(FORM_SECONDS)
    except TooSlow:
        call.later(lambda: _follow(call, begun, running))
        ack(response_action="update", view=import_plan.running_modal("The file", running.done, running.total))
    except UserError as error:
        ack(response_action="update", view=notes.note_modal(error.text))
    else:
        ack(response_action="update", view=_outcome(done)[0])
        call.refresh_home()


def _follow(call: Call, begun: "Future[Outcome | Plan]", running: _Running) -> None:
    """Show how far an import is until it is done, then its outcome."""
    time.sleep(SETTLE_SECONDS)
    shown = True
    while not begun.done():
        shown = shown and bool(call.replace(import_plan.running_modal("The file", running.done, running.total)))
        try:
            begun.result(_LOOK_EVERY_SECONDS)
        except TooSlow:
            continue
        except Exception:  # whatever it is, it is told below
            break
    try:
        view, message = _outcome(begun.result())
    except Exception as error:  # the edge of a thread: the window must not go on saying that it runs
        message = notes.note(explain(error))
        view = notes.note_modal(explain(error)) if isinstance(error, UserError) else notes.note_modal(message.text)
    if not call.replace(view):
        call.client.chat_postMessage(
            channel=call.actor.user, text=message.text, blocks=message.blocks, parse="none", unfurl_links=False
        )
    call.refresh_home()


def _outcome(done: Outcome | Plan) -> tuple[Block, Message]:
    if isinstance(done, Outcome):
        return import_plan.done_modal(done), import_plan.told(done)
    view = import_plan.build(done)
    return view, notes.note("The import found something to mend, and nothing was changed. Please begin again.")


def register(app: App) -> None:
    app.action(buttons.IMPORT_AGAIN)(again)
    app.action(buttons.IMPORT_TEMPLATE["csv"])(send_csv)
    app.action(buttons.IMPORT_TEMPLATE["xlsx"])(send_xlsx)
    app.view(import_form.UPLOAD)(submit_file)
    app.view(import_form.COLUMNS)(submit_columns)
    app.action(f"{buttons.IMPORT_PAGE}_more")(page)
    app.action(f"{buttons.IMPORT_PAGE}_back")(page)
    app.action(buttons.IMPORT_COLUMNS)(change_columns)
    app.action(buttons.IMPORT_PROBLEMS)(download_problems)
    app.view(import_plan.APPLY)(apply)
