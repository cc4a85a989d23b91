"""Read an OFX file: one statement for each bank or card account it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from encaisse.intake.adapters.ofx.tags import Block, TooDeep, decode, parse
from encaisse.intake.core.bank import (
    BalanceRecord,
    BankLineRecord,
    BankReading,
    StatementKind,
    StatementRecord,
)
from encaisse.intake.core.bank_checks import check_statements, is_readable
from encaisse.intake.core.bank_text import banking_date, exact_date, minor_units
from encaisse.intake.core.findings import Findings
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.intake.core.rib import french_iban
from encaisse.kernel.money import Money

_SIGNS = re.compile(rb"OFXHEADER|<OFX>|<\?OFX", re.IGNORECASE)
_RESPONSES = ("STMTTRNRS", "CCSTMTTRNRS")
_AMOUNT = re.compile(r"([+-]?)(\d{0,40})([.,]?)(\d{0,20})", re.ASCII)
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_EXTRA = ("CHECKNUM", "REFNUM", "SIC", "CORRECTFITID", "SRVRTID", "DTUSER", "EXTDNAME")


def recognise(head: bytes) -> bool:
    """Whether the first bytes (up to 64 kB) look like OFX, SGML or XML."""
    start = head[: 1 << 16]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "ignore").encode("ascii", "ignore")
    return bool(_SIGNS.search(start))


def read(content: bytes, *, limits: Limits = DEFAULT) -> BankReading:
    """Every statement of the file with its lines, and all problems. Never raises."""
    findings = Findings(limits)
    statements: list[StatementRecord] = []
    encoding = "ascii"
    if is_readable(content, findings, limits):
        text, encoding = decode(content)
        try:
            root, unclosed = parse(text, limits.xml_depth)
        except TooDeep:
            findings.error(None, "xml_too_deep", most=limits.xml_depth)
        else:
            if unclosed is not None:
                findings.error(unclosed.line, "ofx_not_closed", tag=unclosed.name)
            statements = list(_statements(root, findings, limits))
            if not statements and not findings.has_errors:
                findings.error(None, "no_statement")
    check_statements(statements, findings, limits)
    return BankReading("ofx", encoding, tuple(statements), findings.all())


def _statements(root: Block, findings: Findings, limits: Limits) -> Iterator[StatementRecord]:
    for investment in root.all("INVSTMTRS"):
        findings.error(investment.line, "ofx_investment_statement")
    for sign_on in root.all("SONRS"):
        _check_status(sign_on, findings)
    taken = 0
    for response in _all(root, _RESPONSES):
        _check_status(response, findings)
        for told in response.blocks:
            if told.name not in ("STMTRS", "CCSTMTRS"):
                continue
            movements = list(told.all("STMTTRN"))
            taken += len(movements)
            if taken > limits.rows:
                findings.error(told.line, "too_many_rows", rows=taken, most=limits.rows)
                return
            yield _statement(told, movements, findings)


def _all(root: Block, names: tuple[str, ...]) -> list[Block]:
    found = [block for name in names for block in root.all(name)]
    return sorted(found, key=lambda block: block.line)


def _check_status(block: Block, findings: Findings) -> None:
    status = block.block("STATUS")
    if status is not None and status.leaf("SEVERITY").upper() == "ERROR":
        findings.error(
            status.line,
            "ofx_bank_refused",
            status=status.leaf("CODE")[:10],
            message=status.leaf("MESSAGE")[:200],
        )


def _statement(told: Block, movements: list[Block], findings: Findings) -> StatementRecord:
    currency = _currency(told, movements)
    if not currency:
        findings.error(told.line, "currency_missing")
    holder = told.block("BANKACCTFROM") or told.block("CCACCTFROM")
    account = _account(holder)
    if not account:
        findings.error(told.line, "account_missing")
    lines = [_line(one, currency, findings) for one in movements] if currency else []
    return StatementRecord(
        kind=StatementKind.STATEMENT,
        account=account,
        currency=currency,
        closing=_closing(told.block("LEDGERBAL"), currency, findings),
        lines=tuple(line for line in lines if line is not None),
        line=told.line,
    )


def _currency(told: Block, movements: list[Block]) -> str:
    """The account's; where it is left empty, the one that all movements name."""
    symbols = {_own_currency(one) for one in movements}
    only = symbols.pop() if len(symbols) == 1 else ""
    own = told.leaf("CURDEF").upper() or only
    return own if _CURRENCY.fullmatch(own) else ""


def _own_currency(movement: Block) -> str:
    own = movement.block("CURRENCY")
    return own.leaf("CURSYM").upper() if own else ""


def _account(holder: Block | None) -> str:
    """The IBAN of a French account told by bank, branch and number; else what is told."""
    if holder is None:
        return ""
    bank, branch, number = (
        "".join(holder.leaf(name).split()) for name in ("BANKID", "BRANCHID", "ACCTID")
    )
    if (len(bank), len(branch), len(number)) == (5, 5, 11):
        return french_iban(bank, branch, number).replace(" ", "/")
    return "/".join(part for part in (bank, branch, number) if part) if number else ""


def _closing(told: Block | None, currency: str, findings: Findings) -> BalanceRecord | None:
    if told is None or not currency or not (told.leaf("BALAMT") or told.leaf("DTASOF")):
        return None
    minor = _signed(told.leaf("BALAMT"), currency)
    at = _day(told.leaf("DTASOF"))
    if minor is None or at is None or at[1] is False:
        findings.error(told.line, "balance_unreadable", balance="LEDGERBAL")
        return None
    return BalanceRecord(at[0], Money(minor[0], currency))


def _signed(written: str, currency: str) -> tuple[int, bool] | None:
    """A signed amount with a point or a comma, never both; and whether it is exact."""
    found = _AMOUNT.fullmatch("".join(written.split()))
    if found is None:
        return None
    sign, whole, _, part = found.groups()
    minor = minor_units(f"{whole}.{part}", currency)
    if minor is None:
        return None
    return (-minor[0] if sign == "-" else minor[0]), minor[1]


def _day(written: str) -> tuple[date, bool] | None:
    """The day of ``20090401122017.000[-5:EST]`` as the bank wrote it, and whether it exists."""
    found = _DAY.match(written)
    if found is None:
        return None
    parts = int(found[1]), int(found[2]), int(found[3])
    exact = exact_date(*parts)
    return (exact, True) if exact else banking_date(*parts)


def _line(told: Block, currency: str, findings: Findings) -> BankLineRecord | None:
    amount = _amount(told, currency, findings)
    booked = _booking_date(told, findings)
    if amount is None or booked is None:
        return None
    name, memo = _name(told), told.leaf("MEMO")
    other = told.block("BANKACCTTO") or told.block("CCACCTTO")
    available = _day(told.leaf("DTAVAIL") or told.leaf("VALUEDATE"))
    return BankLineRecord(
        line=told.line,
        booking_date=booked,
        amount=amount,
        value_date=available[0] if available else None,
        text=memo if name in memo else f"{name} {memo}".strip(),
        counterparty_name=name,
        counterparty_account=_account(other),
        bank_reference=told.leaf("FITID"),
        bank_code=told.leaf("TRNTYPE"),
        extra=tuple((key, told.leaf(key)) for key in _EXTRA if told.leaf(key)),
    )


def _name(told: Block) -> str:
    payee = told.block("PAYEE")
    return told.leaf("NAME") or (payee.leaf("NAME") if payee else "")


def _amount(told: Block, currency: str, findings: Findings) -> Money | None:
    """In the statement's currency, unless a CURRENCY of its own says otherwise."""
    symbol = _own_currency(told)
    currency = symbol if _CURRENCY.fullmatch(symbol) else currency
    written = told.leaf("TRNAMT")
    minor = _signed(written, currency)
    if minor is None:
        findings.error(told.line, "amount_unreadable", amount=written[:40])
        return None
    amount = Money(minor[0], currency)
    if not minor[1]:
        findings.warning(told.line, "bank_amount_rounded", amount=written[:40], rounded=amount)
    return amount


def _booking_date(told: Block, findings: Findings) -> date | None:
    written = told.leaf("DTPOSTED")
    found = _day(written)
    if not written:
        findings.error(told.line, "date_missing")
    elif found is None or not found[1]:
        findings.error(told.line, "date_unreadable", date=written[:30])
        return None
    return found[0] if found else None
