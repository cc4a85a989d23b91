"""Creditor references of ISO 11649 (RF): found in a text, checked, opened."""

from __future__ import annotations

from encaisse.cash.core.tokens import chunks
from encaisse.kernel.references import rf_read

PRINTED_GROUPS = 7
"""25 characters are printed in groups of four."""


def bodies(text: str) -> list[str]:
    """What the valid references of a text carry, the longest reading of each first.

    ``"RF83 FA20 2600 42"`` → ``["FA20260042"]``.
    """
    if "RF" not in text.upper():
        return []
    parts = chunks(text)
    found: list[str] = []
    for start, part in enumerate(parts):
        if not part.startswith("RF"):
            continue
        for end in range(min(len(parts), start + PRINTED_GROUPS), start, -1):
            body = rf_read("".join(parts[start:end]))
            if body and body not in found:
                found.append(body)
    return found
