"""Read MT940 and MT942 files: one statement for each message."""

from __future__ import annotations

import re
from collections.abc import Sequence

from encaisse.intake.adapters.mt940.details import as_iban, details_of
from encaisse.intake.adapters.mt940.fields import Field, Message, decode, messages
from encaisse.intake.adapters.mt940.movements import Movement, balance_of, movement_of
from encaisse.intake.core.bank import (
    BalanceRecord,
    BankLineRecord,
    BankReading,
    StatementKind,
    StatementRecord,
)
from encaisse.intake.core.bank_checks import check_statements, is_readable
from encaisse.intake.core.bank_text import squeeze
from encaisse.intake.core.findings import Findings
from encaisse.intake.core.limits import DEFAULT, Limits

_SIGNS = re.compile(rb"(?:^|[\r\n\x01])(?::(?:20|25P?|28C?|60[FM]|61|62[FM]|64|NS):|:86:)")
_OPENING, _CLOSING = ("60F", "60M"), ("62F", "62M")
_INTERIM = ("34F", "13D", "90C", "90D")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TRAILING_CURRENCY = re.compile(r"(?<=\d)[A-Z]{3}$")


def recognise(head: bytes) -> bool:
    """Whether the first bytes (up to 64 kB) look like MT940 or MT942, or a fragment of one."""
    return bool(_SIGNS.search(head[: 1 << 16].removeprefix(b"\xef\xbb\xbf")))


def read(content: bytes, *, limits: Limits = DEFAULT) -> BankReading:
    """Every message of the file as a statement, and all problems. Never raises."""
    findings = Findings(limits)
    statements: list[StatementRecord] = []
    encoding, interim = "ascii", False
    if is_readable(content, findings, limits):
        text, encoding = decode(content)
        taken = 0
        for message in messages(text):
            taken += sum(field.tag == "61" for field in message.fields)
            if taken > limits.rows:
                findings.error(message.line, "too_many_rows", rows=taken, most=limits.rows)
                break
            statement = _statement(message, findings)
            if statement is not None:
                statements.append(statement)
        if not statements and not findings.has_errors:
            findings.error(None, "no_statement")
        interim = bool(statements) and all(
            statement.kind is StatementKind.INTERIM for statement in statements
        )
    check_statements(statements, findings, limits)
    return BankReading("mt942" if interim else "mt940", encoding, tuple(statements), findings.all())


def _statement(message: Message, findings: Findings) -> StatementRecord | None:
    opening_field = message.get(*_OPENING)
    kind = StatementKind.STATEMENT
    if opening_field is None:
        if message.get(*_INTERIM) is None or message.get("20") is None:
            findings.error(message.line, "mt940_fragment", field=":60F:")
            return None
        kind = StatementKind.INTERIM
    currency = _currency(message, opening_field)
    if not currency:
        findings.error(message.line, "currency_missing")
        return None
    opening = _balance(opening_field, currency, findings)
    closing_field = message.last(*_CLOSING)
    if kind is StatementKind.STATEMENT and closing_field is None:
        findings.error(message.line, "mt940_fragment", field=":62F:")
    closing = _balance(closing_field, currency, findings)
    number = message.get("28C", "28")
    return StatementRecord(
        kind=kind,
        account=_account(message, currency, findings),
        currency=currency,
        identifier=squeeze(number.first) if number else "",
        opening=opening,
        closing=closing,
        lines=tuple(_lines(message, currency, findings)),
        line=message.line,
    )


def _currency(message: Message, opening: Field | None) -> str:
    """Of the opening balance, else of any other field that tells one."""
    told = [opening] if opening else []
    told += [field for field in message.fields if field.tag in (*_CLOSING, "34F", "90C", "90D")]
    for field in told:
        found = _CURRENCY.search(field.first)
        if found:
            return found[0]
    return ""


def _balance(field: Field | None, currency: str, findings: Findings) -> BalanceRecord | None:
    if field is None:
        return None
    balance = balance_of(field, currency)
    if balance is None:
        findings.error(
            field.line, "mt940_field_unreadable", field=f":{field.tag}:", text=field.first[:60]
        )
    return balance


def _account(message: Message, currency: str, findings: Findings) -> str:
    field = message.get("25", "25P")
    told = "".join(field.first.split()) if field else ""
    ending = _TRAILING_CURRENCY.search(told)
    if ending and ending[0] == currency:
        told = told[:-3]
    if not told:
        findings.error(message.line, "account_missing")
    return told


def _lines(message: Message, currency: str, findings: Findings) -> list[BankLineRecord]:
    """Each field 61 with the fields 86 and NS that follow it."""
    lines: list[BankLineRecord] = []
    movement: Movement | None = None
    told: list[Field] = []
    for field in message.fields:
        if field.tag == "61" or field.tag in _CLOSING:
            if movement is not None:
                lines.append(_line(movement, told))
            movement = movement_of(field, currency, findings) if field.tag == "61" else None
            told = []
        elif field.tag in ("86", "NS"):
            told.append(field)
        elif movement is not None and field.tag in ("20", "25", "28C", *_OPENING):
            findings.error(field.line, "mt940_field_out_of_place", field=f":{field.tag}:")
    if movement is not None:
        lines.append(_line(movement, told))
    return lines


def _line(movement: Movement, told: Sequence[Field]) -> BankLineRecord:
    details = details_of(told)
    is_return = movement.is_reversal or details.is_return
    debtor_is_other = (movement.amount.minor >= 0) != is_return
    name = details.debtor if debtor_is_other else details.creditor
    if is_return and not name:
        name = details.debtor or details.creditor
    account = details.account or as_iban(movement.supplement) or as_iban(movement.reference)
    extra = [
        ("customer_reference", movement.reference),
        ("supplementary", movement.supplement if details.text else ""),
        *details.extra,
    ]
    return BankLineRecord(
        line=movement.line,
        booking_date=movement.booking_date,
        amount=movement.amount,
        value_date=movement.value_date,
        text=details.text or movement.supplement,
        counterparty_name=name or details.counterparty,
        counterparty_account=account,
        counterparty_bic=details.bic,
        ultimate_name=details.ultimate,
        end_to_end_id=details.end_to_end_id,
        mandate_id=details.mandate_id,
        bank_reference=movement.bank_reference,
        bank_code=movement.kind,
        is_return=is_return,
        return_reason=details.return_reason,
        is_pending=movement.is_expected,
        extra=tuple((key, text) for key, text in extra if text),
    )
