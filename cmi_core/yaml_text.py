"""YAML that people write and upload: read without surprises, and able to say on which line a field stands."""

from collections.abc import Sequence
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

_MAX_CHARACTERS = 100_000
_MAX_DEPTH = 20


class YamlTextError(ValueError):
    """The text is no YAML that we take; the message names the line and what to change."""


def read_yaml(text: str) -> tuple[Any, yaml.Node]:
    """Plain data and its node tree, for `line_of`.

    Refuses what a plain framework never needs and what could mislead or overload: repeated keys (YAML keeps the last
    one silently), references (a few lines can unfold into gigabytes), deep nesting and very long texts.
    """
    if len(text) > _MAX_CHARACTERS:
        raise YamlTextError(f"the text is longer than {_MAX_CHARACTERS:,} characters")
    try:
        _refuse_unsafe_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader) or yaml.ScalarNode("tag:yaml.org,2002:null", "")
        _refuse_repeated_keys(node)
        return SafeConstructor().construct_document(node), node
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlTextError(f"line {line}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise YamlTextError(f"the text is not YAML: {error}") from None
    except YamlTextError:
        raise
    except ValueError as error:  # a date such as 2024-13-01, or a number with thousands of digits
        raise YamlTextError(f"a value can't be read ({error}); put it in quotes if it is meant as text") from None


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
            raise YamlTextError(f"line {line}: references (& and *) are not taken; write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise YamlTextError(f"line {line}: nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _refuse_repeated_keys(node: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise YamlTextError(f"line {_line(key)}: a field's name must be plain text")
            if key.value in seen:
                raise YamlTextError(f"line {_line(key)}: {key.value} is given twice; keep one")
            seen.add(key.value)
            _refuse_repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeated_keys(item)


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark else 1
