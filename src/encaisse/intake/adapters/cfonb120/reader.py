"""Read a CFONB120 file: statements of one or several accounts, each from 01 to 07."""

from __future__ import annotations

import re

from encaisse.intake.adapters.cfonb120.movements import line_of
from encaisse.intake.adapters.cfonb120.records import Record, amount, cut, day, decode
from encaisse.intake.core.bank import (
    BalanceRecord,
    BankLineRecord,
    BankReading,
    StatementKind,
    StatementRecord,
)
from encaisse.intake.core.bank_checks import check_statements, is_readable
from encaisse.intake.core.findings import Findings
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.intake.core.rib import french_iban

_STATEMENT = re.compile(
    r"0[1457]\d{5}.{4}\d{5}([A-Z]{3}|   )[\d ].[A-Z0-9 ]{11}..\d{6}", re.IGNORECASE
)
_LONG_FORM = re.compile(r"3[149]\d{6}[\d ]{2}\d{6}[A-Z ]", re.IGNORECASE)


def recognise(head: bytes) -> bool:
    """Whether the first bytes (up to 64 kB) look like CFONB120, or its cousin CFONB240."""
    start = _start(head)
    return bool(_STATEMENT.match(start)) or _is_long_form(start)


def _start(head: bytes) -> str:
    return decode(head[: 1 << 16])[0].lstrip("\ufeff\x00 \t\r\n")


def _is_long_form(start: str) -> bool:
    return bool(_LONG_FORM.match(start))


def read(content: bytes, *, limits: Limits = DEFAULT) -> BankReading:
    """Every statement of the file with its lines, and all problems. Never raises."""
    findings = Findings(limits)
    reader = _Reader(findings, limits)
    encoding = "ascii"
    readable = is_readable(content, findings, limits)
    if readable and _is_long_form(_start(content)):
        findings.error(1, "cfonb240_not_a_statement")
    elif readable:
        text, encoding = decode(content)
        for record in cut(text, findings):
            if not reader.take(record):
                break
        reader.finish()
    check_statements(reader.statements, findings, limits)
    return BankReading("cfonb120", encoding, tuple(reader.statements), findings.all())


class _Reader:
    """Gathers the records of one statement after the other."""

    def __init__(self, findings: Findings, limits: Limits) -> None:
        self.statements: list[StatementRecord] = []
        self._findings = findings
        self._rows = limits.rows
        self._opening: Record | None = None
        self._movement: Record | None = None
        self._complements: list[Record] = []
        self._lines: list[BankLineRecord] = []
        self._taken = 0

    def take(self, record: Record) -> bool:
        """Take in one record; False when there are too many to go on."""
        self._taken += 1
        if self._taken > self._rows:
            self._findings.error(record.line, "too_many_rows", rows=self._taken, most=self._rows)
            return False
        code = record.code
        if code == "01":
            self._open(record)
        elif code in ("04", "05", "07"):
            if self._belongs(record):
                {"04": self._move, "05": self._complete, "07": self._close}[code](record)
        else:
            self._findings.error(record.line, "record_code_unknown", record=code)
        return True

    def finish(self) -> None:
        """Note what is missing at the end of the file."""
        if self._opening is not None:
            self._give_up()
        elif not self.statements and not self._findings.has_errors:
            self._findings.error(None, "no_statement")

    def _open(self, record: Record) -> None:
        if self._opening is not None:
            self._give_up()
        self._opening = record
        self._lines = []

    def _belongs(self, record: Record) -> bool:
        if self._opening is None:
            self._findings.error(record.line, "record_before_opening", record=record.code)
            return False
        if record.account[1:] != self._opening.account[1:]:
            self._findings.error(
                record.line, "record_of_other_account", account=french_iban(*record.account)
            )
            return False
        return True

    def _move(self, record: Record) -> None:
        self._flush()
        self._movement = record

    def _complete(self, record: Record) -> None:
        if self._movement is None:
            self._findings.error(record.line, "complement_without_movement")
            return
        self._complements.append(record)

    def _flush(self) -> None:
        if self._movement is not None:
            currency = self._opening.currency if self._opening else ""
            line = line_of(self._movement, self._complements, currency or "EUR", self._findings)
            if line is not None:
                self._lines.append(line)
        self._movement, self._complements = None, []

    def _close(self, record: Record) -> None:
        self._flush()
        self._state(record)

    def _give_up(self) -> None:
        """A statement that never closes is told as far as it goes, with an error."""
        self._flush()
        if self._opening is not None:
            self._findings.error(self._opening.line, "closing_record_missing")
            self._state(None)

    def _state(self, closing: Record | None) -> None:
        opening = self._opening
        if opening is None:
            return
        told = opening.currency or (closing.currency if closing else "")
        currency = told or (self._lines[0].amount.currency if self._lines else "EUR")
        self.statements.append(
            StatementRecord(
                kind=StatementKind.STATEMENT,
                account=french_iban(*opening.account),
                currency=currency,
                opening=self._balance(opening, currency),
                closing=self._balance(closing, currency) if closing else None,
                lines=tuple(self._lines),
                line=opening.line,
            )
        )
        self._opening, self._lines = None, []

    def _balance(self, record: Record, currency: str) -> BalanceRecord | None:
        told = amount(record.text[90:104], record.currency or currency, record.text[19])
        at = day(record.text[34:40])
        if told is None:
            self._findings.error(record.line, "amount_unreadable", amount=record.field(91, 104))
        if at is None:
            self._findings.error(record.line, "date_unreadable", date=record.field(35, 40))
        return BalanceRecord(at, told) if told is not None and at is not None else None
