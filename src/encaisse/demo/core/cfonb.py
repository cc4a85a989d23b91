"""Bank statements as CFONB120: records of 120 characters, the payer's IBAN never told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from encaisse.demo.core.periods import Statement
from encaisse.demo.core.records import CURRENCY, Movement, Receipt

CREDIT, DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"
CODES = {
    "transfer": "05", "instant": "C2", "debit": "A1", "cheque": "02", "card": "30", "refund": "06",
    "supplier": "06", "payroll": "06", "social": "08", "tax": "08", "rent": "08", "loan": "61",
    "fee": "62", "internal": "05",
}  # fmt: skip
REJECTS = {"debit": "B3", "cheque": "03"}
LABEL, TEXT, NAME = 31, 70, 35


def name(statement: Statement) -> str:
    """File name: account, last day."""
    return f"RELEVE_{statement.account.iban[14:25]}_{statement.last:%Y%m%d}.cfo"


def write(statement: Statement) -> bytes:
    """One statement with CRLF after each record, in Latin-1."""
    records = list(_records(statement))
    if any(len(record) != 120 for record in records):
        raise ValueError("a CFONB120 record has 120 characters")
    return "".join(f"{record}\r\n" for record in records).encode("latin-1", errors="replace")


def _records(one: Statement) -> Iterator[str]:
    yield _balance(one, "01", one.first - timedelta(days=1), one.opening)
    for number, movement in enumerate(one.movements, start=1):
        yield from _movement(one, movement, number)
    yield _balance(one, "07", one.last, one.closing)


def _head(one: Statement, code: str, operation: str, kind: str, day: date) -> str:
    bank, branch, account = one.account.iban[4:9], one.account.iban[9:14], one.account.iban[14:25]
    return f"{code}{bank}{operation:4}{branch}{CURRENCY}2 {account}{kind:2}{day:%d%m%y}"


def _balance(one: Statement, code: str, day: date, cents: int) -> str:
    return f"{_head(one, code, '', '', day)}{'':50}{amount(cents)}{'':16}"


def amount(cents: int) -> str:
    """Fourteen digits, the last one overpunched with the sign."""
    signs = CREDIT if cents >= 0 else DEBIT
    figures = f"{abs(cents):014d}"
    return figures[:-1] + signs[int(figures[-1])]


def _movement(one: Statement, movement: Movement, number: int) -> Iterator[str]:
    receipt = movement.details[0] if len(movement.details) == 1 else None
    kind = CODES.get(movement.kind, "05")
    if movement.kind == "internal" and movement.amount < 0:
        kind = "06"
    if movement.kind == "returned" and receipt is not None:
        kind = REJECTS.get(receipt.method, "B3")
    head = _head(one, "04", "0000", kind, movement.booked)
    yield (
        f"{head}{'':2}{movement.valued:%d%m%y}{_label(movement, receipt):{LABEL}}{'':2}{number:07d}"
        f"{'':2}{amount(movement.amount)}{movement.key:16}"
    )
    if receipt is not None and receipt.method in ("transfer", "instant"):
        head = _head(one, "05", "0000", kind, movement.booked)
        for qualifier, text in _complements(movement, receipt):
            yield f"{head}{'':5}{qualifier}{text:70}{'':2}"


def _label(movement: Movement, receipt: Receipt | None) -> str:
    if receipt is not None and movement.kind in ("transfer", "instant"):
        lead = "VIR SEPA" if movement.kind == "transfer" else "VIR INST"
        return f"{lead} {receipt.paid_by}"[:LABEL]
    return movement.text[:LABEL]


def _complements(movement: Movement, receipt: Receipt) -> Iterator[tuple[str, str]]:
    """Name, remittance, structured reference and end-to-end id; no account of the payer."""
    party = "NBE" if movement.amount < 0 else "NPY"
    yield party, receipt.paid_by[:TEXT]
    if receipt.ultimate:
        yield "NPO", receipt.ultimate[:TEXT]
    if receipt.text:
        yield "LCC", receipt.text[:TEXT]
        if receipt.text[TEXT:]:
            yield "LC2", receipt.text[TEXT : 2 * TEXT]
    if receipt.reference:
        yield "LCS", receipt.reference[:TEXT]
    if receipt.end_to_end not in ("", "NOTPROVIDED"):
        yield "RCN", receipt.end_to_end[:NAME]
