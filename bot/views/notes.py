"""Small private answers: what was not found, what is done, what went wrong and what to do next."""

import re

from bot.views import blocks, buttons, picker
from bot.views.message import Block, Message, message
from bot.views.standing import Standing, headline
from bot.views.text import inert, mention, without_bold

CALLBACK = "note"
_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]{1,40})&gt;")


def note(text: str) -> Message:
    """A sentence in plain words, made inert but for mentions of people: only the one who asked sees it."""
    markup = _MENTION.sub(r"<@\1>", inert(text, 1000))
    return message(markup, [blocks.section(markup)])


def note_modal(text: str) -> Block:
    """The same in a window, for forms that have no field to show it under."""
    return blocks.modal("CMI Bot", note(text).blocks, callback_id=CALLBACK)


def failed(reference: str) -> str:
    """For faults of the bot's own; the reference is in the log too."""
    return f"Something went wrong on our side. Please try again; if it stays, give an admin this reference: {reference}"


def not_found(purpose: picker.Purpose, query: str, matches: tuple[Standing, ...]) -> Message:
    """No account has that very name: those it may mean with a button each, a way to search them all, and to add it."""
    if len(matches) > 1 and all(_contains(each.name, query) for each in matches):
        intro = f"Several accounts are called something like “{inert(query)}”. Which one do you mean?"
    else:
        intro = f"There is no account “{inert(query)}”"
        intro += ". Did you mean one of these?" if matches else " that you can see. You can search for it, or add it."
    more = blocks.actions(buttons.search_all(purpose), buttons.add(query))
    names = [f"{each.title}: {headline(each)}" for each in matches[:8]]
    closing = f"Search all accounts with /cmi {purpose}, or add it as a new one with /cmi new."
    return message("\n".join([intro, *names, closing]), [blocks.section(intro), *picker.rows(purpose, matches), more])


def _contains(name: str, query: str) -> bool:
    return all(word in name.casefold() for word in query.casefold().split())


def added(standing: Standing) -> Message:
    """A new account is there; the next step is its first rating."""
    owner = f" Its owner is {mention(standing.owner)}." if standing.owner else " It has no owner yet."
    text = f"*{standing.title}* is added.{owner}"
    rate = buttons.rate(standing.account_id, standing.name, "primary")
    return message(without_bold(text), [blocks.section(text), blocks.actions(rate)])


def added_modal(standing: Standing) -> Block:
    return blocks.modal("Added", added(standing).blocks, callback_id=CALLBACK, close="Done")


def assigned(standing: Standing) -> Message:
    owner = mention(standing.owner) if standing.owner else "nobody"
    text = f"*{standing.title}* now belongs to {owner}."
    return message(without_bold(text), [blocks.section(text)])


def settings_saved_modal() -> Block:
    text = "The settings are saved and hold from now on."
    return blocks.modal("Saved", [blocks.section(text)], callback_id=CALLBACK, close="Done")


def loading_modal(title: str) -> Block:
    """A window whose content is still being computed."""
    return blocks.modal(title, [blocks.section("One moment …")], callback_id=CALLBACK)


def checking_modal() -> Block:
    return blocks.modal("Settings", [blocks.section("Asking Slack about the channels…")], callback_id=CALLBACK)


def stale_button() -> Message:
    """For a button that an earlier version of the bot sent."""
    return note("That button is no longer in use. Please open the account again with /cmi account.")


def too_slow(again: Block) -> Message:
    """Slack's three seconds for a window were over; the button opens it after all."""
    text = "That took too long for Slack, and no window could open. Nothing is lost: please press the button."
    return message(text, [blocks.section(text), blocks.actions(again)])
