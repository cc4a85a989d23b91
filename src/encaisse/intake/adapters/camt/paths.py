"""Where each fact stands in the XML: a table of paths, walked without looking anywhere else.

Versions of CAMT differ by a wrapper here and there, so one fact may have several paths. Paths
are made of local names, which is why the namespace of the version does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from lxml import etree

Tree = dict[str, object]
"""A small element as it stands: local name → text, Tree, (amount, currency) or a list of them."""


class TooDeep(Exception):
    """An element is nested deeper than any file of a bank would be."""


class _Names(dict[str, str]):
    """Local names by full name, each cut only once."""

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition("}")[2]
        if len(self) < 10_000:
            self[tag] = name
        return name


NAMES = _Names()


class Kind(Enum):
    """What is taken from the element at the end of a path."""

    THROUGH = auto()  # nothing: only what is below
    TEXT = auto()  # its text, the first one met
    EITHER = auto()  # its text in one version, what is below in another
    TEXTS = auto()  # the text of each
    AMOUNT = auto()  # its text with its currency, the first one met
    TREES = auto()  # each with everything below


@dataclass(slots=True)
class Step:
    """One place on the way, and the places below it by the full name of the element."""

    kind: Kind = Kind.THROUGH
    key: str = ""
    below: dict[str, Step] = field(default_factory=dict)
    known: dict[str, _Known | None] = field(default_factory=dict)

    def enter(self, tag: str) -> _Known | None:
        """The place below for an element met for the first time, or None when of no interest."""
        step = self.below.get(NAMES[tag]) if isinstance(tag, str) else None
        found = (step.kind, step.key, step) if step else None
        if len(self.known) < 1_000:
            self.known[tag] = found
        return found


_Known = tuple[Kind, str, Step]


class Told:
    """The facts gathered from one element."""

    __slots__ = ("amounts", "many", "text", "trees")

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.many: dict[str, list[str]] = {}
        self.amounts: dict[str, tuple[str, str]] = {}
        self.trees: dict[str, list[Tree]] = {}

    def first(self, *keys: str) -> str:
        """The first of these facts that is told, stripped; else empty."""
        for key in keys:
            found = self.text.get(key)
            if found:
                return found.strip()
        return ""


def table(facts: Mapping[str, tuple[Kind, tuple[str, ...]]]) -> Step:
    """The way to walk for a table of facts: key → kind and paths."""
    root = Step()
    for key, (kind, paths) in facts.items():
        for path in paths:
            step = root
            for name in path.split("/"):
                step = step.below.setdefault(name, Step())
            step.kind, step.key = kind, key
    _mark_either(root)
    return root


def _mark_either(step: Step) -> None:
    for below in step.below.values():
        if below.kind is Kind.TEXT and below.below:
            below.kind = Kind.EITHER
        _mark_either(below)


def gather(element: etree._Element, way: Step, depth: int) -> Told:
    """The facts of an element; `depth` bounds what may be nested in a `Kind.TREES`."""
    told = Told()
    _walk(element, way, told, depth)
    return told


_THROUGH, _TEXT, _TEXTS, _AMOUNT = Kind.THROUGH, Kind.TEXT, Kind.TEXTS, Kind.AMOUNT
_EITHER = Kind.EITHER


def _walk(element: etree._Element, way: Step, told: Told, depth: int) -> None:
    """The hot loop: 27 elements for each entry of a file."""
    known, text = way.known, told.text
    children = element[:]  # type: ignore[index]  # made at once: a third less time than one by one
    for child in children:
        tag = child.tag
        place = known[tag] if tag in known else way.enter(tag)
        if place is None:
            continue
        kind, key, step = place
        if kind is _TEXT:
            if key not in text:
                text[key] = child.text or ""
        elif kind is _THROUGH:
            _walk(child, step, told, depth)
        elif kind is _AMOUNT:
            if key not in told.amounts:
                told.amounts[key] = (child.text or "", child.get("Ccy") or "")
        elif kind is _EITHER:
            if len(child):
                _walk(child, step, told, depth)
            else:
                text.setdefault(key, child.text or "")
        elif kind is _TEXTS:
            told.many.setdefault(key, []).append(child.text or "")
        else:
            told.trees.setdefault(key, []).append(tree_of(child, depth))


def tree_of(element: etree._Element, depth: int) -> Tree:
    """A small element as it stands; of attributes only the currency of an amount is kept."""
    if depth <= 0:
        raise TooDeep
    found: Tree = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = NAMES[child.tag]
        value: object = child.text or ""
        if len(child):
            value = tree_of(child, depth - 1)
        elif name.endswith("Amt"):
            value = (value, child.get("Ccy") or "")
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)  # type: ignore[attr-defined]
        else:
            found[name] = [found[name], value]
    return found


def at(tree: object, *path: str) -> object:
    """What stands at a path of a tree, the first of repeated elements; None for nothing."""
    for name in path:
        if isinstance(tree, list):
            tree = tree[0]
        if not isinstance(tree, dict):
            return None
        tree = tree.get(name)
    return tree[0] if isinstance(tree, list) else tree


def text_at(tree: object, *path: str) -> str:
    """The text at a path of a tree, stripped; empty when there is none."""
    found = at(tree, *path)
    return found.strip() if isinstance(found, str) else ""


def all_at(tree: object, name: str) -> list[object]:
    """Every element of that name directly below."""
    found = tree.get(name) if isinstance(tree, dict) else None
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
