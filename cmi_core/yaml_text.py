"""YAML that people write and upload: read without surprises, and able to say on which line a field stands."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

_MAX_CHARACTERS = 100_000
_MAX_DEPTH = 20
_MERGE = "tag:yaml.org,2002:merge"
_IN_WORDS = {
    "mapping values are not allowed here": "a text with a colon in it needs quotes, or the indentation is wrong",
    "could not find expected ':'": "a colon after the field's name is missing, or a quote is not closed",
    "found character '\\t' that cannot start any token": "there is a tab; indent with spaces",
    "found unexpected end of stream": "a quote or bracket is not closed",
    "but found another document": "a line of three dashes begins a second document; keep one",
    "special characters are not allowed": "there is a character that can't be in a text file; take it out",
}


class YamlTextError(ValueError):
    """The text is no YAML that we take. `problems` are pairs of line (from 1, or None) and what to change."""

    def __init__(self, problems: Sequence[tuple[int | None, str]]) -> None:
        super().__init__("; ".join(text if line is None else f"line {line}: {text}" for line, text in problems))
        self.problems = tuple(problems)


def read_yaml(text: str) -> tuple[Any, yaml.Node]:
    """Plain data and its node tree, for `line_of`. JSON is read too.

    Refuses what a plain framework never needs and what could mislead or overload: repeated keys (YAML keeps the last
    one silently), references (a few lines can unfold into gigabytes), types by name, deep nesting, very long texts.
    """
    if len(text) > _MAX_CHARACTERS:
        raise YamlTextError([(None, f"the text is longer than {_MAX_CHARACTERS:,} characters")])
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
    try:
        _refuse_unsafe_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader) or yaml.ScalarNode("tag:yaml.org,2002:null", "")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlTextError([(line, _in_words(str(error.problem or error.context)))]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlTextError([(line, _in_words(error.reason))]) from None
    wrong = list(_wrong_parts(node))
    if wrong:
        raise YamlTextError(wrong)
    return SafeConstructor().construct_document(node), node


def line_of(node: yaml.Node, loc: Sequence[int | str]) -> int:
    """The line (from 1) of the deepest part of `loc` that the text has."""
    line = _line(node)
    for part in loc:
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for position, (key, value) in enumerate(node.value):
                # A list may stand in the text as a mapping, entry by entry: the short form of levels.
                if part in (key.value, position):
                    line, found = _line(key), value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
            line = _line(found)
        if found is None:
            break
        node = found
    return line


def _refuse_unsafe_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlTextError([(line, "references (& and *) are not taken; write the value out")])
        if getattr(event, "tag", None):
            raise YamlTextError([(line, "tags (!) are not taken; leave it out, or put the text in quotes")])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise YamlTextError([(line, "nested too deeply")])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _wrong_parts(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """Repeated or unreadable keys, and values that YAML takes for what they can't be, such as the date 2024-13-01."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            yield from _wrong_key(key, seen)
            yield from _wrong_parts(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _wrong_parts(item)
    else:
        try:
            SafeConstructor().construct_object(node)
        except ValueError as error:  # also a number with thousands of digits
            text = f"this value can't be read ({str(error)[:80]}); put it in quotes if it is meant as text"
            yield _line(node), text


def _wrong_key(key: yaml.Node, seen: set[str]) -> Iterator[tuple[int, str]]:
    if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
        yield _line(key), "a field's name must be plain text"
        return
    if key.value in seen:
        yield _line(key), f"{key.value[:40]} is given twice; keep one"
    seen.add(key.value)
    yield from _wrong_parts(key)


def _in_words(problem: str) -> str:
    return _IN_WORDS.get(problem, f"this can't be read as YAML: {problem}")


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1
