"""Read a BAI2 file: groups of accounts, their balances, movements and control totals."""

from __future__ import annotations

import re
from datetime import timedelta

from encaisse.intake.adapters.bai2.movements import (
    Booked,
    day,
    funds_length,
    line_of,
    signed,
)
from encaisse.intake.adapters.bai2.records import Record, records
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
from encaisse.kernel.money import Money

_SIGN = re.compile(rb"[\s\x00]*01,[^,\r\n]*,[^,\r\n]*,\d{6},\d{0,4},")
_CURRENCY = re.compile(r"[A-Z]{3}")
_OPENING, _CLOSING = "010", "015"
_INTERIM_MODIFIERS = frozenset(("1", "3"))
_DELETION, _TEST = "2", "4"


def recognise(head: bytes) -> bool:
    """Whether the first bytes (up to 64 kB) are a BAI2 file header."""
    return bool(_SIGN.match(head[: 1 << 16].removeprefix(b"\xef\xbb\xbf")))


def read(content: bytes, *, limits: Limits = DEFAULT) -> BankReading:
    """Every account of every group as a statement, and all problems. Never raises."""
    findings = Findings(limits)
    reader = _Reader(findings)
    encoding = "ascii"
    if is_readable(content, findings, limits):
        try:
            text = content.decode("utf-8-sig")
            encoding = "ascii" if content.isascii() else "utf-8"
        except UnicodeDecodeError:
            text, encoding = content.decode("latin-1"), "latin-1"
        for taken, record in enumerate(records(text, findings), start=1):
            if taken > limits.rows:
                findings.error(record.line, "too_many_rows", rows=taken, most=limits.rows)
                break
            reader.take(record)
        reader.finish()
    check_statements(reader.statements, findings, limits)
    return BankReading("bai2", encoding, tuple(reader.statements), findings.all())


class _Level:
    """What the trailer of an account, a group or the file must agree with."""

    def __init__(self) -> None:
        self.total = 0
        self.inner = 0  # accounts of a group, groups of a file
        self.records = 0


class _Reader:
    """Gathers the records of one account after the other, and checks each trailer."""

    def __init__(self, findings: Findings) -> None:
        self.statements: list[StatementRecord] = []
        self._findings = findings
        self._file, self._group, self._account = _Level(), _Level(), _Level()
        self._open: list[str] = []  # "01", "02", "03" as far as they are open
        self._booked: Booked | None = None
        self._group_currency = "USD"
        self._kind = StatementKind.STATEMENT
        self._header: Record | None = None
        self._balances: dict[str, BalanceRecord] = {}
        self._lines: list[BankLineRecord] = []
        self._skipped = False

    def take(self, record: Record) -> None:
        """Take in one record."""
        outer = {"01": [], "02": ["01"], "98": ["01", "02"], "99": ["01"]}
        expected = outer.get(record.code, ["01", "02"] if record.code == "03" else None)
        if expected is None:
            expected = ["01", "02", "03"]
        if self._open != expected:
            self._findings.error(record.line, "bai2_out_of_place", record=record.code)
            self._open = [*expected]
        for level in (self._file, self._group, self._account):
            level.records += record.physical
        {
            "01": self._begin_file,
            "02": self._begin_group,
            "03": self._begin_account,
            "16": self._movement,
            "49": self._end_account,
            "98": self._end_group,
            "99": self._end_file,
        }[record.code](record)

    def finish(self) -> None:
        """Note what is missing at the end of the file."""
        if self._open:
            missing = {"01": "99", "02": "98", "03": "49"}[self._open[-1]]
            self._findings.error(None, "bai2_trailer_missing", record=missing)
        if "03" in self._open:
            self._state()
        if not self.statements and not self._findings.has_errors:
            self._findings.error(None, "no_statement")

    def _begin_file(self, record: Record) -> None:
        self._file = _Level()
        self._file.records = record.physical
        self._open = ["01"]

    def _begin_group(self, record: Record) -> None:
        fields = [*record.fields(), *[""] * 7]
        self._open.append("02")
        self._group = _Level()
        self._group.records = record.physical
        self._file.inner += 1
        as_of = day(fields[3])
        if as_of is None:
            self._findings.error(record.line, "date_unreadable", date=fields[3][:20])
        told = fields[5].upper()
        self._group_currency = told if _CURRENCY.fullmatch(told) else "USD"
        self._booked = Booked(as_of, self._group_currency) if as_of else None
        interim = fields[6] in _INTERIM_MODIFIERS
        self._kind = StatementKind.INTERIM if interim else StatementKind.STATEMENT
        self._skipped = fields[2] in (_DELETION, _TEST)
        if self._skipped:
            self._findings.error(record.line, "bai2_group_status", status=fields[2])

    def _begin_account(self, record: Record) -> None:
        fields = [*record.fields(), "", ""]
        self._open.append("03")
        self._account = _Level()
        self._account.records = record.physical
        self._group.inner += 1
        self._header, self._lines, self._balances = record, [], {}
        currency = fields[1].upper() or self._group_currency
        if not _CURRENCY.fullmatch(currency):
            self._findings.error(record.line, "currency_missing")
            currency = self._group_currency
        if self._booked is not None:
            self._booked = Booked(self._booked.day, currency)
        if not fields[0]:
            self._findings.error(record.line, "account_missing")
        self._read_status(record, fields[2:-2])

    def _read_status(self, record: Record, fields: list[str]) -> None:
        """Groups of type, amount, item count and funds type until the record ends."""
        place = 0
        while place + 1 < len(fields):
            code, written = fields[place], fields[place + 1]
            if written:
                minor = signed(written)
                if minor is None:
                    self._findings.error(record.line, "amount_unreadable", amount=written[:40])
                else:
                    self._account.total += minor
                    self._keep_balance(code, minor)
            place += 3 + funds_length(fields, place + 3)

    def _keep_balance(self, code: str, minor: int) -> None:
        if self._booked is None or code not in (_OPENING, _CLOSING):
            return
        at = self._booked.day - timedelta(days=1) if code == _OPENING else self._booked.day
        self._balances[code] = BalanceRecord(at, Money(minor, self._booked.currency))

    def _movement(self, record: Record) -> None:
        fields = record.fields()
        minor = signed(fields[1]) if len(fields) > 1 and fields[1] else 0
        self._account.total += minor or 0
        if self._booked is None:
            return
        line = line_of(record, self._booked, self._findings)
        if line is not None:
            self._lines.append(line)

    def _end_account(self, record: Record) -> None:
        self._check(record, self._account, None)
        self._group.total += self._account.total
        self._state()
        self._open = ["01", "02"]

    def _state(self) -> None:
        if self._header is None or self._booked is None:
            return
        if not self._skipped:
            self.statements.append(
                StatementRecord(
                    kind=self._kind,
                    account=squeeze(self._header.fields()[0]),
                    currency=self._booked.currency,
                    opening=self._balances.get(_OPENING),
                    closing=self._balances.get(_CLOSING),
                    lines=tuple(self._lines),
                    line=self._header.line,
                )
            )
        self._header, self._lines, self._balances = None, [], {}

    def _end_group(self, record: Record) -> None:
        self._check(record, self._group, self._group.inner)
        self._file.total += self._group.total
        self._open = ["01"]

    def _end_file(self, record: Record) -> None:
        self._check(record, self._file, self._file.inner)
        self._open = []

    def _check(self, record: Record, level: _Level, inner: int | None) -> None:
        """The trailer's control total and counts against what was read."""
        fields = record.fields()
        expected: list[tuple[str, int]] = [("total", level.total)]
        expected += [("parts", inner)] if inner is not None else []
        expected.append(("records", level.records))
        for place, (what, found) in enumerate(expected):
            written = fields[place] if place < len(fields) else ""
            told = signed(written)
            if told is None:
                self._findings.error(record.line, "bai2_control_unreadable", record=record.code)
            elif told != found:
                self._findings.error(
                    record.line,
                    "bai2_control_differs",
                    record=record.code,
                    what=what,
                    told=told,
                    found=found,
                )
