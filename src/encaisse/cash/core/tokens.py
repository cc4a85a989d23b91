"""Text as whole tokens: what stands in a remittance, never a part of a word.

"12" is not in "INV-0123". A number broken by blanks, dots or dashes is found again because every
run of one to five adjacent chunks is looked up as one token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from encaisse.kernel import references

LONGEST_RUN = 5
STRONG_LENGTH = 5
INVOICE_WORDS = (
    "FACTURES", "FACTURE", "FACT", "FACS", "FAC", "FCT", "FA", "FT", "F",
    "INVOICES", "INVOICE", "INV", "RECHNUNG", "RG", "RE", "AVOIR", "AV",
    "NUMERO", "NUM", "NRO", "NR", "NO", "N", "REF", "CMD", "CDE", "BC", "PO",
)  # fmt: skip
"""What payers write in front of a number without a blank, longest first within a family."""

_PREFIXED = re.compile(r"(?:" + "|".join(sorted(INVOICE_WORDS, key=len, reverse=True)) + r")(\d+)")
_CORE = re.compile(r"[A-Z]*0*")


def chunks(text: str) -> list[str]:
    """The runs of letters and digits of a text, in capitals without accents, in order."""
    return list(references.tokens(text))


def key(text: str) -> str:
    """A number as one token: ``"FA-2026/0042"`` → ``"FA20260042"``."""
    return "".join(chunks(text))


def core(token: str) -> str:
    """A key without its leading letters and zeros: ``"FA0042"`` → ``"42"``; may be empty."""
    found = _CORE.match(token)
    return token[found.end() :] if found else token


def is_strong(token: str) -> bool:
    """Whether a token can name something alone: five significant characters and a digit."""
    bare = token.lstrip("0")
    return len(bare) >= STRONG_LENGTH and any(c.isdigit() for c in bare)


def variants(token: str) -> tuple[str, ...]:
    """How a written token may stand in the index: itself, without zeros, without a word."""
    found = [token]
    bare = token.lstrip("0")
    if bare and bare != token:
        found.append(bare)
    prefixed = _PREFIXED.fullmatch(token)
    if prefixed and (digits := prefixed.group(1).lstrip("0")):
        found.append(digits)
    return tuple(found)


def runs(parts: list[str], longest: int = LONGEST_RUN) -> Iterator[tuple[int, int, str]]:
    """(start, end, token) of all runs of adjacent chunks, the longest first, then by place."""
    for length in range(min(longest, len(parts)), 0, -1):
        for start in range(len(parts) - length + 1):
            yield start, start + length, "".join(parts[start : start + length])
