"""YAML read into plain values that remember their line, within limits, without surprises.

Anchors, tags and repeated keys are refused: the file is written by people and must mean what
it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from encaisse.kernel.problems import Problem, error

MAX_CHARACTERS = 64_000
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Source:
    """Plain values (dict, list, str, None: scalars are never guessed) and their lines by path."""

    value: Any
    lines: Mapping[tuple[str | int, ...], int]

    def line(self, *path: str | int) -> int | None:
        """The line of the value at a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read(text: str) -> Source | Problem:
    """Read one YAML document, or tell the first thing that is wrong with it."""
    if len(text) > MAX_CHARACTERS:
        return error(None, "scenario_too_long", limit=MAX_CHARACTERS)
    try:
        refused = _refused_construct(text)
        if refused is not None:
            return refused
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as found:
        mark = found.problem_mark
        return error(mark.line + 1 if mark else None, "scenario_not_yaml",
                     detail=found.problem or "")  # fmt: skip
    except yaml.YAMLError as found:
        return error(None, "scenario_not_yaml", detail=str(found).splitlines()[0])
    if node is None:
        return error(None, "scenario_empty")
    lines: dict[tuple[str | int, ...], int] = {}
    repeated: list[Problem] = []
    value = _plain(node, (), lines, repeated)
    return repeated[0] if repeated else Source(value, lines)


def _refused_construct(text: str) -> Problem | None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            return error(line, "scenario_several_documents")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return error(line, "scenario_alias")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return error(line, "scenario_too_deep", limit=MAX_DEPTH)
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _plain(
    node: yaml.Node,
    path: tuple[str | int, ...],
    lines: dict[tuple[str | int, ...], int],
    repeated: list[Problem],
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                line = key_node.start_mark.line + 1
                repeated.append(error(line, "scenario_key_repeated", key=key))
            found[key] = _plain(value_node, (*path, key), lines, repeated)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, (*path, position), lines, repeated)
            for position, child in enumerate(node.value)
        ]
    text = str(node.value)
    return None if text in {"", "~", "null"} and getattr(node, "style", None) is None else text
