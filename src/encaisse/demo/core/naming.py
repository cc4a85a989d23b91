"""Names of customers: of many kinds, unique, and invented."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

from encaisse.demo.core import words
from encaisse.demo.core.chance import weighted


class Namer:
    """Gives every customer a name that nobody else has in this world."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._taken: set[str] = set()

    def firm(self, sector: str) -> str:
        """A French firm of that trade."""
        return self._unique(lambda: self._firm(sector))

    def sole_trader(self, sector: str) -> str:
        """A craftsman who trades under his own name."""
        chance = self._chance

        def make() -> str:
            trade = chance.choice(words.TRADES[sector])
            person = f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.SURNAMES)}"
            return chance.choice((f"{person} {trade}", f"EI {person}", f"{trade} {person}"))

        return self._unique(make)

    def person(self) -> str:
        """A consumer."""
        chance = self._chance
        return self._unique(
            lambda: (
                f"{chance.choice(('M.', 'Mme'))} {chance.choice(words.FIRST_NAMES)} "
                f"{chance.choice(words.SURNAMES)}"
            )
        )

    def public_body(self, kind: str) -> tuple[str, str]:
        """A public body and the invented town where it sits."""
        chance = self._chance
        town = chance.choice(words.COMMUNES)

        def make() -> str:
            nonlocal town
            town = chance.choice(words.COMMUNES)
            return chance.choice(words.PUBLIC[kind]).format(town=town)

        return self._unique(make), town

    def foreign(self, country: str) -> tuple[str, str]:
        """A foreign firm and its town."""
        patterns, names, towns = words.FOREIGN[country]
        chance = self._chance
        name = self._unique(lambda: chance.choice(patterns).format(name=chance.choice(names)))
        return name, chance.choice(towns)

    def is_free(self, name: str) -> bool:
        """Whether nobody has that name yet."""
        return name not in self._taken

    def keep(self, name: str) -> str:
        """Reserve a name that was chosen elsewhere."""
        self._taken.add(name)
        return name

    def _firm(self, sector: str) -> str:
        chance = self._chance
        trade = chance.choice(words.TRADES[sector])
        surname = chance.choice(words.SURNAMES)
        form = weighted(chance, words.FORMS)
        kind = chance.random()
        if kind < 0.28:
            name = f"{trade} {surname}"
        elif kind < 0.42:
            name = f"{surname} {chance.choice(('& Fils', 'Frères', 'et Associés', trade))}"
        elif kind < 0.52:
            return f"Établissements {surname}"
        elif kind < 0.78:
            name = chance.choice(words.PREFIXES) + chance.choice(words.SUFFIXES)
        elif kind < 0.88:
            name = "".join(chance.choices("ABCDEFGIJLMNPRSTV", k=chance.choice((3, 4))))
            name = f"{name} {trade}" if chance.random() < 0.6 else ".".join(name) + "."
        else:
            name = f"{trade} {chance.choice(words.PLACES)}"
        if not form:
            return name
        return f"{form} {name}" if chance.random() < 0.5 else f"{name} {form}"

    def _unique(self, make: Callable[[], str]) -> str:
        for attempt in range(60):
            name = make()
            if attempt > 40:
                name = f"{name} {self._chance.choice(words.TOWNS)[0]}"
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise ValueError("the vocabulary is too small for so many customers")


def ascii_upper(text: str) -> str:
    """Capital letters without accents, as most banks send names and texts."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("ß", "ss"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).upper()


def slug(name: str) -> str:
    """The name as it may stand in a mail domain."""
    plain = ascii_upper(name).lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())[:40].strip("-")
