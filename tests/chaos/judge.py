"""What is promised, held against the record of a run: nothing lost, nothing twice, everything in its order."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise

from cmi_core.matrix import MapSettings
from tests.chaos.record import COMPARED, Owed, Record, Shown, Stay

ALERT_CELLS = frozenset(MapSettings().alert_cells)
# The line that each entry of the audit log about an episode owes to its thread.
_TOLD = {"claim": "claimed", "hand back": "handed_back", "snooze": "snoozed", "wake": "woken"}
# The entry that a press leaves, if it changed anything.
_PRESSED = {"claim_episode": "claim", "hand_back_episode": "hand back", "wake_episode": "wake"}


class Judge:
    """Goes through a record; `broken` are the promises that were not kept, as sentences."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.broken: list[str] = []
        self._by_id = {each.id: each for each in record.owed}
        self._shown = {each.token: each for each in record.shown}
        self._key = {each.key: each for each in record.owed}

    def judge(self) -> "Judge":
        for promise in (
            self._all_is_said,
            self._once,
            self._as_it_is_now,
            self._threads_in_order,
            self._ratings_kept,
            self._ratings_move,
            self._alerts,
            self._notes,
            self._presses_kept,
            self._prompts,
            self._clean,
        ):
            for broken in promise():
                self.broken.append(f"{(promise.__doc__ or '').strip()} {broken}")
        return self

    def _all_is_said(self) -> Iterator[str]:
        """Nothing owed is missing:"""
        for each in self.record.owed:
            if each.state not in ("sent", "withdrawn") or each.leased:
                yield f"{_name(each)} is {each.state}{' under a lease' if each.leased else ''} ({each.error})"
            elif each.state == "sent" and each.token not in self._shown:
                yield f"{_name(each)} is not in Slack"

    def _once(self) -> Iterator[str]:
        """Nothing is said twice:"""
        tokens = {each.token: each for each in self.record.owed}
        there = Counter(each.token for each in self.record.shown)
        for token in self.record.effects.keys() | there.keys():
            if token not in tokens:
                yield f"nobody owed the message {token}"
            elif self.record.effects[token] != 1 or there[token] != 1:
                yield f"{_name(tokens[token])} took effect {self.record.effects[token]} times, is there {there[token]}"

    def _as_it_is_now(self) -> Iterator[str]:
        """The last word is shown:"""
        for each in self.record.owed:
            shown = self._shown.get(each.token)
            if each.kind in COMPARED and shown is not None and shown.text != each.text:
                yield f"{_name(each)} says “{shown.text}”, not “{each.text}”"

    def _threads_in_order(self) -> Iterator[str]:
        """A thread is in order:"""
        replies: defaultdict[int, list[tuple[Shown, Owed]]] = defaultdict(list)
        for each in self.record.owed:
            shown = self._shown.get(each.token)
            if each.thread_of is None or shown is None:
                continue
            alert = self._shown.get(self._by_id[each.thread_of].token)
            if alert is None or (shown.thread, shown.channel) != (alert.ts, alert.channel) or shown.ts < alert.ts:
                yield f"{_name(each)} is not in the thread of its alert"
            replies[each.thread_of].append((shown, each))
        for thread in replies.values():
            thread.sort(key=lambda pair: _instant(pair[0].ts))
            for (_, one), (_, other) in pairwise(thread):
                if one.id > other.id or (one.on and other.on and one.on > other.on):
                    yield f"{_name(one)} stands before {_name(other)}"
            moves = [each.what for _, each in thread if each.what in ("left", "back")]
            if any(what != ("left", "back")[number % 2] for number, what in enumerate(moves)):
                yield f"the account of {_name(thread[0][1])} went {', '.join(moves)}"

    def _ratings_kept(self) -> Iterator[str]:
        """A rating that was acknowledged is stored, once, with its result:"""
        stored = Counter(each.submission for each in self.record.stored)
        yield from (f"{each} was read as saved and is not there" for each in self.record.saved - stored.keys())
        yield from (f"{each} is there {number} times" for each, number in stored.items() if number > 1)
        for each in self.record.stored:
            if each.kind != "renewed" and each.submission not in self.record.tried:
                yield f"nobody sent {each.submission}"
            if f"result:{each.submission}" not in self._key:
                yield f"whoever sent {each.submission} is owed no result"

    def _ratings_move(self) -> Iterator[str]:
        """Each rating moved its account once:"""
        wanted: defaultdict[int, list[str]] = defaultdict(list)
        for each in self.record.stored:
            corner = self.record.tried.get(each.submission)
            stands = wanted[each.account][-1] if wanted[each.account] else self.record.began.get(each.account)
            if corner is not None and corner != stands:
                wanted[each.account].append(corner)
        stays = _by_account(self.record.stays)
        for account in wanted.keys() | stays.keys():
            went = [each.cell for each in stays.get(account, [])]
            if went != wanted[account]:
                yield f"account {account} was rated {wanted[account]} and stood in {went}"

    def _alerts(self) -> Iterator[str]:
        """Every episode has its alert:"""
        for each in self.record.episodes:
            alert = self._by_id.get(each.message) if each.message is not None else None
            if alert is None or alert.kind != "alert" or alert.key != f"alert:{each.id}":
                yield f"episode {each.id} of account {each.account} has none"
        alerts = sum(each.kind == "alert" for each in self.record.owed)
        if alerts != len(self.record.episodes):
            yield f"there are {alerts} alerts for {len(self.record.episodes)} episodes"
        entered = Counter((each.account, each.cell) for each in self.record.stays if each.cell in ALERT_CELLS)
        opened = Counter((each.account, each.cell) for each in self.record.episodes)
        yield from (f"account {key[0]} came into {key[1]}, and no episode began" for key in entered.keys() - opened)

    def _notes(self) -> Iterator[str]:
        """Every fact has its line in the thread:"""
        told = Counter((each.thread_of, each.what) for each in self.record.owed if each.what)
        alert_of = {str(each.id): each.message for each in self.record.episodes}
        facts: Counter[tuple[int | None, str]] = Counter()
        for action, subject in self.record.audit:
            kind, _, episode = subject.partition(":")
            if kind == "episode" and action in _TOLD:
                facts[alert_of[episode], _TOLD[action]] += 1
        for key in facts.keys() | {each for each in told if each[1] in _TOLD.values()}:
            if facts[key] != told[key]:
                yield f"{key[1]} in the thread of message {key[0]}: {facts[key]} times done, {told[key]} times told"
        moves: defaultdict[tuple[int, str | None], Counter[str]] = defaultdict(Counter)
        for each in self.record.episodes:
            of = moves[each.account, each.cell]
            of["opened"] += 1
            of["left"] += told[each.message, "left"]
            of["back"] += told[each.message, "back"]
        for account, cell in {(each.account, each.cell) for each in self.record.stays if each.cell in ALERT_CELLS}:
            stays = [each for each in self.record.stays if (each.account, each.cell) == (account, cell)]
            of, left = moves[account, cell], sum(each.over for each in stays)
            if (of["opened"] + of["back"], of["left"]) != (len(stays), left):
                yield f"account {account} came into {cell} {len(stays)} times and left it {left} times, told are {of}"

    def _presses_kept(self) -> Iterator[str]:
        """What somebody pressed is done:"""
        done = Counter(subject for action, subject in self.record.audit if action == "claim")
        refused = Counter(self.record.refused)
        for user, action, value in self.record.done:
            if action == "claim_episode" and not done[f"episode:{value}"]:
                refused[user] -= 1
                if refused[user] < 0:
                    yield f"nobody is noted to have claimed episode {value}, and {user} read nothing of it"
        kept = sum(action == "settings" for action, _ in self.record.audit)
        if kept != self.record.settings_changed:
            yield f"the settings were changed {self.record.settings_changed} times, noted are {kept}"

    def _prompts(self) -> Iterator[str]:
        """Each due account is asked about once a cycle:"""
        asked = Counter((account, due) for each in self.record.owed for account, due, new in each.lines if new)
        cycles = Counter((each.account, each.due) for each in self.record.asked if each.message)
        for key in asked.keys() | cycles.keys():
            if asked[key] != 1 or cycles[key] != 1:
                yield f"account {key[0]}, due {key[1]}: {cycles[key]} prompts, asked for {asked[key]} times"
        yield from (f"nobody was asked about {each}" for each in self.record.forgotten)

    def _clean(self) -> Iterator[str]:
        """Whoever is asked to end does, and leaves nothing:"""
        yield from self.record.unclean


def _name(owed: Owed) -> str:
    return f"message {owed.id} ({owed.key})"


def _instant(ts: str) -> tuple[int, int]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros)


def _by_account(stays: tuple[Stay, ...]) -> dict[int, list[Stay]]:
    ordered = sorted(stays, key=lambda each: (each.account, each.id))
    return {account: list(those) for account, those in groupby(ordered, key=lambda each: each.account)}
