"""What nobody asked for is sent when the rule says so: later, or not at all; what was asked for at once."""

from datetime import datetime, timedelta

from bot.clock import SystemClock, real_now
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.moment import Drop, Verdict, Wait
from bot.slack import make_client
from bot.store import messages
from bot.store.claims import Claimed
from bot.store.messages import Priority
from bot.views import prompt
from tests.delivery.conftest import PERSON, TIMING, Post


def owe_prompt(post: Post, key: str) -> int:
    with post.db.write() as session:
        message_id = messages.owe(
            session,
            workspace_id=post.workspace_id,
            key=key,
            kind="prompt",
            recipient=PERSON,
            data=prompt.example(),
            now=real_now(),
            priority=Priority.PROMPT,
        )
    assert message_id is not None
    return message_id


def test_a_prompt_waits_for_its_moment_or_is_not_sent_at_all(post: Post) -> None:
    late, gone, alert = owe_prompt(post, "late"), owe_prompt(post, "gone"), post.owe(PERSON)
    looked: list[tuple[int, int]] = []

    def rule(message: Claimed, now: datetime) -> Verdict:
        looked.append((message.id, message.attempts))
        if message.id == gone:
            return Drop("nobody is there")
        return Wait(now + timedelta(seconds=0.5), "not yet") if len(looked) < 4 else None

    client = make_client(post.sandbox.bot_token, post.sandbox.api_url, timeout=int(TIMING.slack_timeout))
    running = Dispatcher(
        post.db,
        client,
        SystemClock(),
        workspace_id=post.workspace_id,
        pace=post.pace,
        timing=TIMING,
        threads=2,
        good_moment=rule,
    )
    running.start()
    try:
        post.wait(lambda: post.get(late).state == "sent")
    finally:
        running.stop()
    assert (post.get(gone).state, post.get(gone).error, post.get(alert).state) == (
        "withdrawn",
        "nobody is there",
        "sent",
    )
    assert [attempts for message_id, attempts in looked if message_id == late] == [1, 1, 1]  # waiting is no attempt
    assert len(post.calls()) == 2
