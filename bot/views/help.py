"""What /cmi can do: the one list of subcommands, which the parser of commands reads too."""

import difflib
from collections.abc import Mapping

from bot.views import blocks, buttons, picker
from bot.views.message import Block, Data, Message, message
from bot.views.standing import Standing, headline
from bot.views.text import count, inert

SUBCOMMANDS: Mapping[str, tuple[str, str]] = {
    "score": ("score Acme", "rate how mature an account is; about two minutes"),
    "health": ("health Acme 41", "enter its health score, 0 to 100"),
    "account": ("account Acme", "see where an account stands and what to do"),
    "explain": ("explain Acme", "see why it stands there and what would move it"),
    "history": ("history Acme", "see its ratings, health scores and moves"),
    "due": ("due", "see what is waiting for a rating; `due round` shows how far the quarter's round is"),
    "portfolio": ("portfolio size=Enterprise", "see where all customers stand, or a part of them"),
    "movers": ("movers since=2026-06-30", "see who moved up and down"),
    "whatif": ("whatif Acme", "try other answers, `weights` or `cuts`; nothing is stored"),
    "new": ("new Acme", "add an account"),
    "assign": ("assign Acme @owner", "give accounts to somebody; `assign @old @new` gives all of somebody's"),
    "cover": ("cover Acme @who until 24 Dec", "say who is asked while the owner is away; `cover all` for all of yours"),
    "snooze": ("snooze Acme until 1 Dec", "put a rating off"),
    "away": ("away until 3 Jan", "say when you are out of office"),
    "back": ("back", "say that you are at work again"),
    "import": ("import", "bring in accounts, health scores or content from a file"),
    "export": ("export", "get what you may see as Excel or CSV"),
    "settings": ("settings", "channels, admins, map, weights, playbooks"),
    "help": ("help", "see this list; `help score` says more about one command"),
}
ALIASES: Mapping[str, str] = {
    "rate": "score",
    "open": "account",
    "show": "account",
    "why": "explain",
    "list": "due",
    "map": "portfolio",
    "add": "new",
    "config": "settings",
    "upload": "import",
    "download": "export",
    "?": "help",
}
_GROUPS: Mapping[str, frozenset[str]] = {
    "Rate": frozenset({"score", "health", "due", "snooze"}),
    "Look": frozenset({"account", "explain", "history", "portfolio", "movers", "whatif"}),
}
_LAST_GROUP = "Arrange"
_EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "score": (("score", "choose the account from a list"), ('score "Acme, Inc."', "quotes are fine, and not needed")),
    "health": (("health Acme", "opens a form, with room for a day and a note"),),
    "due": (("due round", "of the quarter, by person and team"), ("due round since=2026-06-30", "an earlier quarter")),
    "portfolio": (
        ("portfolio", "everybody"),
        ("portfolio @anna", "one owner's accounts; `owner=me` for your own"),
        ('portfolio industry="Public sector" size=Enterprise', "several filters at once"),
    ),
    "movers": (("movers", "this quarter"), ("movers owner=me size=Enterprise", "a part of the portfolio")),
    "whatif": (("whatif weights", "other weights for everybody"), ("whatif cuts", "other borders on the map")),
    "new": (("new", "opens an empty form"),),
    "assign": (("assign", "opens a form for several accounts"), ("assign @old @new", "all that @old owns")),
    "cover": (("cover all @who until 3 Jan", "all your accounts"), ("cover Acme nobody", "ends it")),
    "snooze": (("snooze Acme", "opens a form; there you can also ask a colleague"),),
    "away": (("away 20 Dec to 3 Jan", "from a day to a day"), ("away @anna until Friday", "for admins and managers")),
}


class Audience(Data):
    """Who asks for help: what they have to do with accounts, by which the likeliest commands come first."""

    owned: int = 0
    due: int = 0
    leads: bool = False
    sets_up: bool = False
    anything_there: bool = True


def canonical(word: str) -> str:
    """The subcommand that a word stands for; the word itself where it is none."""
    return ALIASES.get(word, word)


def render(audience: Audience | None = None) -> Message:
    """What this person most likely needs, with a button each, then the whole list."""
    asks = audience or Audience()
    first = _first(asks)
    body = [blocks.section("*Most likely you want to*")]
    body += [
        blocks.section(f"{text}\n`/cmi {SUBCOMMANDS[name][0]}`", buttons.run(name, label))
        for name, text, label in first
    ]
    groups = [f"*{title}*\n{_lines(names)}" for title, names in _grouped().items()]
    hint = "Names may be shortened or misspelt: near matches are offered."
    body += [blocks.divider(), *(blocks.section(group) for group in groups), blocks.context(hint)]
    likely = "\n".join(f"{what}: /cmi {SUBCOMMANDS[name][0]}" for name, what, _ in first)
    return message(_plain("\n".join(["Most likely you want to", likely, *groups, hint])), body)


def modal(audience: Audience | None = None) -> Block:
    """The same list in a window."""
    return blocks.modal("Help", render(audience).blocks, callback_id="help")


def usage(name: str) -> Message:
    """More about one subcommand, with examples."""
    lines = "\n".join(f"`/cmi {typed}`  {does}" for typed, does in (SUBCOMMANDS[name], *_EXAMPLES.get(name, ())))
    return message(_plain(lines), [blocks.section(lines), blocks.actions(buttons.run(name, "Try it"))])


def nearest(word: str) -> str | None:
    """The subcommand that a mistyped word most likely means."""
    found = difflib.get_close_matches(word.lower(), (*SUBCOMMANDS, *ALIASES), n=1, cutoff=0.6)
    return canonical(found[0]) if found else None


def unknown(typed: str, meant: str = "", matches: tuple[Standing, ...] = ()) -> Message:
    """For what is neither a subcommand nor an account.

    ``meant`` is the command that was probably meant, as it would be typed; ``matches`` are accounts of a like name.
    """
    word = inert(typed.partition(" ")[0] if meant else typed)
    intro = f"“{word}” isn't a command" + ("." if meant else " or the name of an account.")
    body = []
    if meant:
        intro += f" Did you mean /cmi {inert(meant)}?"
        body.append(blocks.section(intro, buttons.run(meant, "Yes, run it")))
    else:
        body.append(blocks.section(intro))
    if matches:
        body += [blocks.section("Or one of these accounts?" if meant else "Did you mean one of these?")]
        body += picker.rows("account", matches)
    body.append(blocks.actions(buttons.show_help(), *([] if meant else [buttons.add(typed)])))
    names = [f"{each.title}: {headline(each)}" for each in matches]
    return message(_plain("\n".join([intro, *names, "See what there is with /cmi help."])), body)


def _first(asks: Audience) -> list[tuple[str, str, str]]:
    """Three subcommands, each with what it is for and the label of its button."""
    due = f"See what is due ({count(asks.due, 'account')} now)" if asks.due else "See what is due"
    rate = ("score", "Rate an account", "Rate an account")
    chosen = []
    if asks.sets_up:
        chosen.append(("settings", "Finish setting up", "Open the settings"))
    if not asks.anything_there:
        chosen.append(("new", "Add the first account", "Add an account"))
    if asks.owned:
        chosen += [("due", due, "See what is due"), rate]
    if asks.leads:
        chosen += [
            ("portfolio", "See where all customers stand", "See the portfolio"),
            ("movers", "See who moved", "See the movers"),
        ]
    chosen += [
        ("account", "Look at an account", "Look at an account"),
        rate,
        ("portfolio", "See where all customers stand", "See the portfolio"),
    ]
    return list(dict.fromkeys(chosen))[:3]


def _grouped() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {title: [] for title in (*_GROUPS, _LAST_GROUP)}
    for name in SUBCOMMANDS:
        found[next((title for title, names in _GROUPS.items() if name in names), _LAST_GROUP)].append(name)
    return found


def _lines(names: list[str]) -> str:
    return "\n".join(f"`/cmi {SUBCOMMANDS[name][0]}`  {SUBCOMMANDS[name][1]}" for name in names)


def _plain(markup: str) -> str:
    return markup.replace("*", "").replace("`", "")


def example() -> Message:
    return unknown("scroe Acme", "score Acme")
