"""The short words of tables, panels and footers: ``wording/<language>/labels.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from encaisse.delivery.core.wording import LANGUAGES
from encaisse.kernel.money import Money
from encaisse.kernel.words import amount_text, date_text, percent_text


@dataclass(frozen=True, slots=True)
class Labels:
    """One language's short words, and how it writes amounts and dates."""

    language: str
    words: Mapping[str, str]
    late_terms: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.words[name]

    def say(self, name: str, **facts: object) -> str:
        """A word with its facts filled in; ``[one|many]`` follows the fact `n`."""
        text = self.words[name]
        place = 1 if facts.get("n") in (1, "1") else 2
        text = re.sub(r"\[([^\[\]|]*)\|([^\[\]|]*)\]", lambda found: found[place], text)
        return text.format(**facts)

    def amount(self, money: Money) -> str:
        """``1 234,56 €``."""
        return amount_text(money, self.language)

    def long(self, day: date) -> str:
        """``22 novembre 2026``."""
        return date_text(day, self.language)

    def short(self, day: date) -> str:
        """``22/11/2026``."""
        return date_text(day, self.language, style="short")

    def rate(self, percent: Decimal) -> str:
        """``12,40 %``."""
        return percent_text(percent.quantize(Decimal("0.01")), self.language)

    def listing(self, parts: list[str], word: str = "and") -> str:
        """``a, b and c``."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self[word]} {parts[-1]}"


@cache
def labels(language: str) -> Labels:
    """The words of a language; English for one we do not write."""
    spoken = language if language in LANGUAGES else "en"
    page = resources.files("encaisse.delivery") / "wording" / spoken / "labels.toml"
    read = tomllib.loads(page.read_text(encoding="utf-8"))
    return Labels(spoken, read["words"], read["late_terms"])
