"""Who is asked while an owner is away: /cmi cover, and the window."""

from slack_bolt import Ack, App

from bot.flows import accounts, handing_over
from bot.listeners import button_value, checking, dates, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, cover_form, notes
from bot.views.cover_form import Covered, CoverEntry

_ALL = ("all", "all my accounts", "all accounts", "everything", "mine")
_NOBODY = (" nobody", " no one", " none", " off")


def command(ack: Ack, call: Call, argument: str) -> None:
    """`/cmi cover Acme @who until 24 Dec`, `/cmi cover all @who`, `/cmi cover Acme nobody`; else the window opens."""
    words, who = parsing.name_and_person(argument)
    words, until = dates.split(words, handing_over.today(call.db, call.now(), call.actor))
    name, ends = _without_nobody(words)
    if name.casefold() in _ALL:
        _cover(ack, call, CoverEntry(scope="all", cover=who, until=until), ends=ends)
        return
    found = accounts.find(call.db, call.now(), call.actor, name)
    if found.exact and (who or ends):
        _cover(ack, call, CoverEntry(account_id=found.exact.account_id, cover=who, until=until), ends=ends)
    elif found.one:
        again = buttons.cover(found.one.account_id, found.one.name)
        call.show(cover_form.build(found.one, who, until), again=again)
        ack()
    elif name:
        ack(**notes.not_found("cover", name, found.matches).as_answer())
    else:
        call.show(cover_form.build(None, who, until), again=buttons.pick("cover"))
        ack()


def _cover(ack: Ack, call: Call, entry: CoverEntry, *, ends: bool) -> None:
    if entry.cover:
        checking.answer_command(ack, call, entry.cover, lambda: cover_form.told(_do(call, entry)))
    elif ends:
        ack(**cover_form.told(_do(call, entry)).as_answer())
    else:
        call.show(cover_form.build(None, None, entry.until), again=buttons.pick("cover"))
        ack()


def _without_nobody(words: str) -> tuple[str, bool]:
    """The account's name, and whether nobody shall cover it any more."""
    end = next((end for end in _NOBODY if words.casefold().endswith(end)), "")
    return (words[: -len(end)].strip(), True) if end else (words, False)


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Cover"."""
    standing = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action)).standing
    call.show(cover_form.build(standing), again=buttons.cover(standing.account_id, standing.name))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = cover_form.parse(view)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return
    checking.answer_form(
        ack,
        call,
        entered.cover,
        lambda: cover_form.told_modal(_do(call, entered)),
        block_of=cover_form.block_of,
        field="cover",
    )


def _do(call: Call, entry: CoverEntry) -> Covered:
    now, actor, until = call.now(), call.actor, entry.until
    if entry.scope == "all" or entry.account_id is None:
        covered = handing_over.cover_all(call.db, now, actor, actor.user, who=entry.cover, until=until)
        call.refresh_home(None, entry.cover)
    else:
        covered = handing_over.cover(call.db, now, actor, entry.account_id, who=entry.cover, until=until)
        call.refresh_home(entry.account_id, entry.cover)
    return covered


def register(app: App) -> None:
    app.action(buttons.COVER)(press)
    app.view(cover_form.CALLBACK)(submit)
