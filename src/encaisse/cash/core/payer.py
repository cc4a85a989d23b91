"""Who paid: by the ledger's own word, a learned IBAN, a code in the text, or the name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz

from encaisse.cash.core import tokens
from encaisse.cash.core.book import Book
from encaisse.cash.core.records import PayerIban, Reason, Receipt, reason

LEGAL_FORMS = frozenset(
    [
        "SA",
        "SAS",
        "SASU",
        "SARL",
        "EURL",
        "SCI",
        "SNC",
        "SCOP",
        "SCA",
        "GIE",
        "EI",
        "EIRL",
        "ETS",
        "ETABLISSEMENTS",
        "STE",
        "SOCIETE",
        "GMBH",
        "AG",
        "KG",
        "LTD",
        "LIMITED",
        "LLC",
        "PLC",
        "INC",
        "BV",
        "NV",
        "SPA",
        "SRL",
        "SL",
    ]
)
RARE_WORD = 50
"""A word that stands in more customers' names than this tells nothing about who it is."""
NEAR_NAME = 88.0
"""rapidfuzz's token_sort_ratio from which two names are shown as near; evidence, never proof."""
MACHINE_LEARNED_TIMES = 2
"""An IBAN that only references taught is known after as many payments."""


class Certainty(IntEnum):
    """How well the payer is known; only CERTAIN lets an amount be applied."""

    UNKNOWN = 0
    LIKELY = 1
    CERTAIN = 2


@dataclass(frozen=True, slots=True)
class Payer:
    """The customers (of one group, when certain) who may have paid, and how that is known."""

    customers: tuple[int, ...] = ()
    group: int | None = None
    certainty: Certainty = Certainty.UNKNOWN
    reasons: tuple[Reason, ...] = ()


def name_words(name: str) -> tuple[str, ...]:
    """The words of a firm's name without accents and legal form."""
    words = tokens.chunks(name.replace(".", "").replace("'", ""))
    return tuple(word for word in words if word not in LEGAL_FORMS) or tuple(words)


class Payers:
    """The index of names and IBANs of one company's customers."""

    def __init__(self, book: Book, ibans: Iterable[PayerIban]) -> None:
        self._book = book
        self._ibans: dict[str, dict[int, int]] = {}
        for known in ibans:
            if known.customer in book.groups:
                times = MACHINE_LEARNED_TIMES if known.confirmed else known.times
                self.learn(known.iban, known.customer, times)
        self._names: dict[tuple[str, ...], list[int]] = {}
        self._words: dict[str, list[int]] = {}
        self._joined: dict[int, str] = {}
        for customer in book.customer_ids:
            words = name_words(book.names[customer] or "")
            self._joined[customer] = " ".join(words)
            self._names.setdefault(words, []).append(customer)
            for word in set(words):
                self._words.setdefault(word, []).append(customer)

    def learn(self, iban: str, customer: int, times: int = 1) -> None:
        """References have told once more whose IBAN this is."""
        owners = self._ibans.setdefault(iban, {})
        owners[customer] = owners.get(customer, 0) + times

    def of(self, receipt: Receipt, coded: Sequence[int]) -> Payer:
        """The payer of a receipt; `coded` are customers whose codes stand in its text."""
        if receipt.customer is not None:
            return self._certain([receipt.customer], reason("customer_by_ledger"))
        named = self._by_name(receipt.payer_name)
        iban = self._by_iban(receipt.payer_iban, named)
        clues = [clue for clue in (iban, self._by_code(coded), named) if clue.customers]
        if not clues:
            return self._near_name(receipt.payer_name)
        best = max(clues, key=lambda clue: clue.certainty)
        groups = {clue.group for clue in clues if clue.certainty == Certainty.CERTAIN}
        if len(groups) > 1:
            everybody = tuple(sorted({c for clue in clues for c in clue.customers}))
            return Payer(everybody, None, Certainty.LIKELY, (reason("payer_clues_disagree"),))
        return best

    def _certain(self, customers: Sequence[int], why: Reason) -> Payer:
        """Certain when all customers stand in one group, else no more than likely."""
        groups = {self._book.groups[customer] for customer in customers}
        if len(groups) == 1:
            return Payer(tuple(sorted(customers)), groups.pop(), Certainty.CERTAIN, (why,))
        return Payer(tuple(sorted(customers)), None, Certainty.LIKELY, (why,))

    def _by_iban(self, iban: str, named: Payer) -> Payer:
        owners = self._ibans.get(iban, {})
        if not owners:
            return Payer()
        groups = {self._book.groups[customer] for customer in owners}
        if len(groups) > 1:  # a factor, a payment agent: the name decides among its customers
            both = [customer for customer in named.customers if customer in owners]
            if both and named.certainty == Certainty.CERTAIN:
                return self._certain(both, reason("payer_by_iban_and_name", iban=iban))
            return Payer(
                tuple(sorted(owners)),
                None,
                Certainty.LIKELY,
                (reason("payer_iban_shared", iban=iban, count=len(owners)),),
            )
        known = self._certain(list(owners), reason("payer_by_iban", iban=iban))
        if max(owners.values()) >= MACHINE_LEARNED_TIMES:
            return known
        return Payer(
            known.customers,
            known.group,
            Certainty.LIKELY,
            (reason("payer_by_iban_seen_once", iban=iban),),
        )

    def _by_code(self, coded: Sequence[int]) -> Payer:
        if not coded:
            return Payer()
        code = ", ".join(self._book.codes[customer] for customer in coded)
        return self._certain(coded, reason("payer_by_code", customer=code))

    def _by_name(self, name: str) -> Payer:
        words = name_words(name)
        same = self._names.get(words, []) if words else []
        return self._certain(same, reason("payer_by_name", name=name)) if same else Payer()

    def _near_name(self, name: str) -> Payer:
        words = name_words(name)
        near: set[int] = set()
        for word in words:
            owners = self._words.get(word, ())
            if len(owners) <= RARE_WORD:
                near.update(owners)
        joined = " ".join(words)
        scored = sorted(
            (-score, customer)
            for customer in near
            if (score := fuzz.token_sort_ratio(joined, self._joined[customer])) >= NEAR_NAME
        )
        if not scored:
            return Payer()
        best = [customer for score, customer in scored if score == scored[0][0]]
        like = self._book.names[best[0]]
        why = (reason("payer_by_near_name", name=name, like=like),)
        groups = {self._book.groups[customer] for customer in best}
        group = groups.pop() if len(groups) == 1 else None
        return Payer(tuple(best), group, Certainty.LIKELY, why)
