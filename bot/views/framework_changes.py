"""What a new version of a framework changes, in a few lines."""

from collections.abc import Iterator, Sequence

from bot.views.map_form import number_text
from bot.views.text import count, inert
from cmi_core import Category, Criterion, Framework

_LISTED = 12


def lines(before: Framework, after: Framework) -> list[str]:
    """A line of mrkdwn for each change, the first dozen of many; wording is only counted."""
    found = list(_lines(before, after))
    return found if len(found) <= _LISTED else [*found[:_LISTED], f"… and {len(found) - _LISTED} more"]


def _lines(before: Framework, after: Framework) -> Iterator[str]:
    if before.name != after.name:
        yield f"Name: {inert(before.name)} → {inert(after.name)}"
    if before.scale != after.scale:
        yield "Levels: {} to {} → {} to {}".format(*before.scale, *after.scale)
    if before.minimum_coverage != after.minimum_coverage:
        shares = (number_text(each.minimum_coverage * 100) for each in (before, after))
        yield "Least answers: {} % → {} %".format(*shares)
    yield from _parts("Category", before.categories, after.categories)
    known = {category.id: category for category in before.categories}
    for category in after.categories:
        old = known.get(category.id, category)
        if old.name != category.name:
            yield f"Category {inert(old.name)} is called {inert(category.name)}"
        if old.weight != category.weight:
            yield f"Weight of {inert(category.name)}: {number_text(old.weight)} → {number_text(category.weight)}"
    yield from _parts("Criterion", before.criteria, after.criteria)
    yield from _criteria(before, after)


def _parts(what: str, before: Sequence[Category | Criterion], after: Sequence[Category | Criterion]) -> Iterator[str]:
    gone = {each.id for each in before} - {each.id for each in after}
    new = {each.id for each in after} - {each.id for each in before}
    yield from (f"{what} gone: {inert(each.name)}" for each in before if each.id in gone)
    yield from (f"{what} new: {inert(each.name)}" for each in after if each.id in new)


def _criteria(before: Framework, after: Framework) -> Iterator[str]:
    """What changes in the criteria that stay."""
    stay = [(before.criteria_by_id[each.id], each) for each in after.criteria if each.id in before.criteria_by_id]
    for old, new in stay:
        if old.direction != new.direction:
            yield f"{inert(new.name)}: counts {new.direction} now"
    reworded = sum((old.name, old.question, old.levels) != (new.name, new.question, new.levels) for old, new in stay)
    if reworded:
        yield f"{count(reworded, 'criterion', 'criteria')} worded anew"
    orders = [[each.id for each in framework.criteria] for framework in (before, after)]
    if sorted(orders[0]) == sorted(orders[1]) and orders[0] != orders[1]:
        yield "The criteria stand in another order or category"
    if (before.source, before.notes) != (after.source, after.notes):
        yield "Source or notes"
