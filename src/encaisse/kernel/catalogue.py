"""The sentences of every problem and refusal, by code, in French and English.

Each room keeps its own in ``problems.toml``::

    [closing_balance_differs]
    fr = "Le solde de clôture {closing} ne correspond pas aux mouvements ({computed})."
    en = "The closing balance {closing} does not agree with the movements ({computed})."
    fr_hint = "Demandez à la banque un relevé complet."
    en_hint = "Ask the bank for a complete statement."

The hints say what to do; they may be left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

LANGUAGES = ("fr", "en")


@cache
def entries() -> Mapping[str, Mapping[str, str]]:
    """Every entry of every room: code → {fr, en, fr_hint, en_hint}. Codes are unique."""
    found: dict[str, Mapping[str, str]] = {}
    for room in sorted(resources.files("encaisse").iterdir(), key=lambda path: path.name):
        page = room / "problems.toml"
        if not page.is_file():
            continue
        for code, texts in tomllib.loads(page.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{code} stands twice in the catalogue")
            found[code] = texts
    return found


def sentence(code: str, facts: Mapping[str, str], language: str = "en") -> str:
    """The sentence for a code; a code without an entry reads as itself with its facts."""
    text = entries().get(code, {}).get(language)
    if text is None:
        return " ".join([code, *(f"{name}={value}" for name, value in facts.items())])
    return text.format_map(_Lenient(facts))


def hint(code: str, facts: Mapping[str, str], language: str = "en") -> str:
    """What to do about it; empty when the catalogue has no advice."""
    text = entries().get(code, {}).get(f"{language}_hint", "")
    return text.format_map(_Lenient(facts))


class _Lenient(dict[str, str]):
    """A missing fact shows its name instead of hiding the whole sentence."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
