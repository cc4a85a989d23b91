"""What must hold of any bank file, whatever its format: limits, balances, one currency, no gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from encaisse.intake.core.bank import BankLineRecord, StatementKind, StatementRecord
from encaisse.intake.core.findings import Findings
from encaisse.intake.core.limits import Limits
from encaisse.kernel.money import plain


def is_readable(content: bytes, findings: Findings, limits: Limits) -> bool:
    """Whether there is anything to read, and not too much of it; else the error is noted."""
    if len(content) > limits.bytes:
        findings.error(None, "file_too_large", bytes=len(content), most=limits.bytes)
        return False
    if not content.strip(b"\0\x1a\t\r\n "):
        findings.error(None, "empty_file")
        return False
    return True


def check_statements(
    statements: Sequence[StatementRecord], findings: Findings, limits: Limits
) -> None:
    """Note whatever is wrong with the statements of one file as a whole."""
    for statement in statements:
        _check_texts(statement.lines, findings, limits)
        _check_currency(statement, findings)
        if statement.kind is StatementKind.STATEMENT:
            _check_closing(statement, findings)
    _check_chain(statements, findings)


def _check_texts(lines: Iterable[BankLineRecord], findings: Findings, limits: Limits) -> None:
    most = limits.field_characters
    for line in lines:
        if len(line.text) > most or len(line.counterparty_name) > most:
            findings.error(line.line, "bank_text_too_long", most=most)


def _check_currency(statement: StatementRecord, findings: Findings) -> None:
    for line in statement.lines:
        if line.amount.currency != statement.currency:
            findings.warning(
                line.line,
                "line_currency_differs",
                account=statement.account,
                line_currency=line.amount.currency,
                account_currency=statement.currency,
            )


def _check_closing(statement: StatementRecord, findings: Findings) -> None:
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        return
    currency = opening.amount.currency
    if closing.amount.currency != currency:
        findings.warning(
            statement.line,
            "balance_currency_differs",
            account=statement.account,
            opening=opening.amount,
            closing=closing.amount,
        )
        return
    moved = sum(
        line.amount.minor
        for line in statement.lines
        if not line.is_pending and line.amount.currency == currency
    )
    computed = opening.amount.minor + moved
    if computed != closing.amount.minor:
        findings.error(
            statement.line,
            "closing_balance_differs",
            account=statement.account,
            opening=opening.amount.plain,
            movements=plain(moved, currency),
            computed=plain(computed, currency),
            closing=closing.amount.plain,
            difference=plain(closing.amount.minor - computed, currency),
            currency=currency,
        )


def _check_chain(statements: Sequence[StatementRecord], findings: Findings) -> None:
    """Each statement opens where the one before it of the same bank account closed."""
    last: dict[tuple[str, str], StatementRecord] = {}
    for statement in statements:
        if statement.kind is not StatementKind.STATEMENT:
            continue
        key = (statement.account, statement.currency)
        before = last.get(key)
        last[key] = statement
        if before is None or before.closing is None or statement.opening is None:
            continue
        later = statement.opening.at >= before.closing.at
        if later and statement.opening.amount != before.closing.amount:
            findings.warning(
                statement.line,
                "statement_missing_between",
                account=statement.account,
                closing=before.closing.amount,
                opening=statement.opening.amount,
            )
