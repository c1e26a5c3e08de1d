"""Which accounts changed, and who sees it already."""

from bot.listeners.changes import Changes


def test_what_was_noted_is_taken_once_and_by_workspace() -> None:
    changes = Changes()
    changes.note(1, 7, {"UANNA"})
    changes.note(1, 8, {"UBEN"})
    changes.note(2, 9, {"UCEM"})
    assert changes.take(1) == {7: {"UANNA"}, 8: {"UBEN"}}
    assert changes.take(1) == {}
    assert changes.take(2) == {9: {"UCEM"}}


def test_who_saw_only_one_of_two_changes_is_not_seen_to() -> None:
    changes = Changes()
    changes.note(1, 7, {"UANNA", "UBEN"})
    changes.note(1, 7, {"UBEN", "UCEM"})
    assert changes.take(1) == {7: {"UBEN"}}
