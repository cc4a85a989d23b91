"""How good matching is against a known truth: precision and recall of what it applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from encaisse.cash.core.records import Decision, Match


@dataclass(frozen=True, slots=True)
class Score:
    """Receipts by outcome. `wrong` lists the receipts applied to other items than the truth.

    `unjudged`: applied although the truth says nothing about the receipt.
    """

    known: int
    right: int
    wrong: tuple[int, ...]
    proposed_right: int
    unjudged: int

    @property
    def precision(self) -> float:
        """Right among the applied whose truth is known; 1 when none was applied."""
        applied = self.right + len(self.wrong)
        return self.right / applied if applied else 1.0

    @property
    def recall(self) -> float:
        """Applied rightly among those whose truth is known; 1 when none is."""
        return self.right / self.known if self.known else 1.0


def score(
    matches: Sequence[Match],
    truth: Mapping[int, AbstractSet[int]],
    same: Mapping[int, Hashable] | None = None,
) -> Score:
    """Compare with the truth: receipt id → the ids of the items that it settled.

    Where the truth gives one set to several receipts (one letter for two payments), each of
    them is right with a part of it. `same` maps items that nothing tells apart (one number, one
    date, one amount) to one key; taking one for the other is right.
    """
    kept = same or {}

    def keys(items: AbstractSet[int]) -> list[str]:
        return sorted(str(kept.get(item, item)) for item in items)

    claims = Counter(frozenset(items) for items in truth.values())

    def is_right(items: AbstractSet[int], expected: AbstractSet[int]) -> bool:
        if claims[frozenset(expected)] > 1:
            return bool(items) and items <= expected
        return keys(items) == keys(expected)

    right, proposed, unjudged, wrong = 0, 0, 0, []
    for match in matches:
        expected = truth.get(match.receipt.id)
        found = {share.item for share in match.shares}
        is_applied = match.decision is Decision.APPLIED
        if expected is None:
            unjudged += is_applied
        elif is_applied and is_right(found, expected):
            right += 1
        elif is_applied:
            wrong.append(match.receipt.id)
        elif is_right(found, expected):
            proposed += 1
    return Score(len(truth), right, tuple(wrong), proposed, unjudged)
