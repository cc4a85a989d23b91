"""What one ``TxDtls`` tells: who, how much, for what. Versions differ only in a few wrappers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from encaisse.intake.adapters.camt.paths import Told, Tree, all_at, at, text_at
from encaisse.intake.core.bank import DocumentRecord
from encaisse.intake.core.bank_text import iso_date, minor_units, squeeze
from encaisse.kernel.money import Money

_EXTRA = frozenset(("MsgId", "PmtInfId", "InstrId", "TxId", "UETR", "ChqNb", "ClrSysRef", "Purp"))
_DIRECTIONS = {"CRDT": True, "DBIT": False}
_AMOUNTS = ("amount", "transferred", "countervalue", "instructed")
_SIDES = ("name", "iban", "number", "bic", "ultimate", "identifier")
_DEBTOR = tuple(f"debtor_{side}" for side in _SIDES)
_CREDITOR = tuple(f"creditor_{side}" for side in _SIDES)
_RATE = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


class Party(NamedTuple):
    """One side of a payment, as told."""

    name: str = ""
    iban: str = ""
    bic: str = ""
    ultimate: str = ""
    identifier: str = ""  # BIC, SIREN, creditor identifier… whatever stands in its Id

    @property
    def is_told(self) -> bool:
        """Whether the bank names this side at all."""
        return bool(self.name or self.iban or self.bic or self.ultimate)


NOBODY = Party()


@dataclass(slots=True)
class Detail:
    """One movement inside an entry, before it is known which side of it is ours."""

    line: int
    credit: bool | None = None  # None: not told, the entry's direction counts
    amounts: tuple[Money, ...] = ()  # best first; all unsigned
    instructed: Money | None = None
    rate: Decimal | None = None
    debtor: Party = NOBODY
    creditor: Party = NOBODY
    text: str = ""
    references: tuple[str, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    bank_reference: str = ""
    bank_code: str = ""
    is_return: bool = False
    return_reason: str = ""
    charges: Money | None = None
    extra: tuple[tuple[str, str], ...] = ()


def detail_of(told: Told, line: int) -> Detail:
    """The detail that a ``TxDtls`` tells. Amounts that cannot be read are left out."""
    text = told.text
    end_to_end = squeeze(text.get("end_to_end_id"))
    detail = Detail(
        line,
        credit=_DIRECTIONS.get(text.get("direction", "").strip()),
        amounts=_amounts(told),
        debtor=_party(text, _DEBTOR),
        creditor=_party(text, _CREDITOR),
        end_to_end_id="" if end_to_end == "NOTPROVIDED" else end_to_end,
        mandate_id=squeeze(text.get("mandate_id")),
        bank_reference=squeeze(text.get("bank_reference")),
        bank_code=bank_code(text),
        charges=charges_of(told),
    )
    if "instructed" in told.amounts:
        detail.instructed = money(told.amounts["instructed"])
    if "rate" in text:
        detail.rate = _rate(text["rate"])
    if told.many or "structured" in told.trees:
        _read_remittance(told, detail)
    if "returned" in told.trees:
        _read_return(told.trees["returned"][0], detail)
    extra: list[tuple[str, str]] = []
    if not _EXTRA.isdisjoint(text):
        extra = [(name, squeeze(text[name])) for name in text if name in _EXTRA]
    if "additional" in text:
        additional = squeeze(text["additional"])
        if detail.text:
            extra.append(("AddtlTxInf", additional))
        detail.text = detail.text or additional
    detail.extra = tuple(extra)
    return detail


def _amounts(told: Told) -> tuple[Money, ...]:
    amounts = told.amounts
    if not amounts:
        return ()
    found = [money(amounts[key]) for key in _AMOUNTS if key in amounts]
    return tuple([amount for amount in found if amount is not None])


def _rate(written: str) -> Decimal | None:
    written = written.strip()
    if not _RATE.fullmatch(written):
        return None
    return Decimal(written)


def _party(text: Mapping[str, str], keys: tuple[str, ...]) -> Party:
    name_key, iban_key, number_key, bic_key, ultimate_key, identifier_key = keys
    get = text.get
    name, iban, bic, ultimate = get(name_key), get(iban_key), get(bic_key), get(ultimate_key)
    number, identifier = get(number_key), get(identifier_key)
    if not (name or iban or bic or ultimate or number or identifier):
        return NOBODY
    return Party(
        squeeze(name),
        compact(iban) if iban else squeeze(number),
        squeeze(bic),
        squeeze(ultimate),
        squeeze(identifier),
    )


def compact(iban: str) -> str:
    """An IBAN without blanks."""
    return "".join(iban.split()).upper()


def _read_remittance(told: Told, detail: Detail) -> None:
    texts = told.many.get("unstructured", [])
    references: list[str] = []
    documents: list[DocumentRecord] = []
    for structured in told.trees.get("structured", ()):
        references.append(squeeze(text_at(structured, "CdtrRefInf", "Ref")))
        found = _documents(structured)
        documents += found
        references += [document.number for document in found]
        more = all_at(structured, "AddtlRmtInf")
        texts = [*texts, *(line for line in more if isinstance(line, str))]
    detail.text = squeeze(" ".join(texts))
    if references:
        detail.references = tuple(dict.fromkeys(filter(None, references)))
        detail.documents = tuple(documents)


def _documents(structured: Tree) -> list[DocumentRecord]:
    """What one ``Strd`` refers to; its amounts belong to its only document, else to none."""
    referred = all_at(structured, "RfrdDocInf")
    amounts = at(structured, "RfrdDocAmt") if len(referred) == 1 else None
    found = []
    for one in referred:
        number = squeeze(text_at(one, "Nb"))
        if not number:
            continue
        kind = text_at(one, "Tp", "CdOrPrtry", "Cd") or text_at(one, "Tp", "CdOrPrtry", "Prtry")
        dated = at(one, "RltdDt")
        day = iso_date(dated if isinstance(dated, str) else text_at(dated, "Dt"))
        found.append(DocumentRecord(number, squeeze(kind), day, *_settled(amounts, kind)))
    return found


def _settled(amounts: object, kind: str) -> tuple[Money | None, Money | None]:
    remitted = money(at(amounts, "RmtdAmt"))
    credited = money(at(amounts, "CdtNoteAmt"))
    due = money(at(amounts, "DuePyblAmt"))
    discount = at(amounts, "DscntApldAmt")
    if isinstance(discount, dict):  # from version 3 on with a type
        discount = discount.get("Amt")
    if kind == "CREN" and (credited or remitted):
        taken = credited or remitted
        return (-taken if taken else None), money(discount)
    return remitted or due or (-credited if credited else None), money(discount)


def _read_return(told: object, detail: Detail) -> None:
    detail.is_return = True
    reason = at(told, "Rsn")
    code = text_at(reason, "Cd") or text_at(reason, "Prtry")
    detail.return_reason = squeeze(code or text_at(told, "AddtlInf"))


def bank_code(text: Mapping[str, str]) -> str:
    """``PMNT/RCDT/ESCT``, else the bank's own code, empty when none is told."""
    get = text.get
    return _bank_code(get("domain"), get("family"), get("subfamily"), get("own_code"))


@lru_cache(maxsize=1_024)
def _bank_code(
    domain: str | None, family: str | None, subfamily: str | None, own: str | None
) -> str:
    told = (squeeze(part) for part in (domain, family, subfamily))
    return "/".join(filter(None, told)) or squeeze(own)


def charges_of(told: Told) -> Money | None:
    """What the bank took in all; None when nothing, or different currencies, are told."""
    blocks = told.trees.get("charges")
    if not blocks:
        return None
    found = [amount for block in blocks if (amount := money(at(block, "TtlChrgsAndTaxAmt")))]
    if not found:
        for block in blocks:
            for record in all_at(block, "Rcrd") or [block]:
                amount = money(at(record, "Amt"))
                if amount is not None:
                    given_back = text_at(record, "CdtDbtInd") == "CRDT"
                    found.append(-amount if given_back else amount)
    if not found or len({amount.currency for amount in found}) > 1:
        return None
    return sum(found[1:], start=found[0])


def money(told: object) -> Money | None:
    """An unsigned amount with its currency, rounded to the minor unit; None when unreadable."""
    return exact_money(*told)[0] if isinstance(told, tuple) else None


@lru_cache(maxsize=4_096)
def exact_money(text: str, currency: str) -> tuple[Money | None, bool]:
    """An unsigned amount, and whether it is exact: an entry and its detail often say the same."""
    found = minor_units(text.strip(), currency)
    if found is None or not _CURRENCY.fullmatch(currency):
        return None, False
    return Money(found[0], currency), found[1]
