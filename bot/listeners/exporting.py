"""/cmi export: what somebody may see, as a file in their direct messages."""

from slack_bolt import Ack, App

from bot.errors import UserError
from bot.flows import export_files, once, uploads
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, export_form, notes
from bot.views.message import Block


def command(ack: Ack, call: Call, _: str) -> None:
    """The form."""
    call.show(export_form.build(export_files.form(call.db, call.actor)), again=buttons.export_again())
    ack()


def again(ack: Ack, call: Call) -> None:
    command(ack, call, "")


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = export_form.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    tables, kind = entered
    if not once.is_first(call.db, call.now(), f"export:{view['id']}"):
        ack(response_action="update", view=export_form.on_its_way_modal())
        return

    def make() -> Block:
        try:
            file = export_files.make(call.db, call.now(), call.actor, tables, kind)
            uploads.hand_over(call.client, call.actor, file)
        except UserError as error:
            return notes.note_modal(error.text)
        return export_form.sent_modal(file.name)

    call.answer_form(ack, make, meanwhile=export_form.making_modal())


def register(app: App) -> None:
    app.action(buttons.EXPORT_AGAIN)(again)
    app.view(export_form.CALLBACK)(submit)
