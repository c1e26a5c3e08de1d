"""Delivery writes dates as the workspace does whose message it is."""

from tests.delivery.conftest import Post


def test_an_alert_has_its_dates_as_the_workspace_writes_them(post: Post) -> None:
    post.choose(language="iso")
    post.owe()
    with post.delivery():
        post.wait_until_said()
    [shown] = post.shown()
    assert "2026-08-12" in str(shown.blocks)
    assert "12 Aug 2026" not in str(shown.blocks)
