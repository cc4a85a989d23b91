"""What this room refuses, by a code of the catalogue (``problems.toml``) and its facts."""

from __future__ import annotations

from encaisse.kernel import catalogue


class DatabaseRefusal(Exception):
    """The database cannot be started, reached or changed; says what a person can do.

    `code` names an entry of the catalogue, `facts` fill its sentence.
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts = {name: str(value) for name, value in facts.items()}
        super().__init__(catalogue.sentence(code, self.facts))

    @property
    def hint(self) -> str:
        """What to do about it, in English; empty when there is no advice."""
        return catalogue.hint(self.code, self.facts)
