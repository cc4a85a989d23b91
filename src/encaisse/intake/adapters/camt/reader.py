"""Read a CAMT.052, .053 or .054 file: recognise it, stream it, check what it says of itself."""

from __future__ import annotations

import re

from lxml import etree

from encaisse.intake.adapters.camt.details import Detail, compact, detail_of, money
from encaisse.intake.adapters.camt.entries import Surroundings, entry_of, lines_of
from encaisse.intake.adapters.camt.facts import DETAIL, ENTRY, STATEMENT
from encaisse.intake.adapters.camt.paths import (
    NAMES,
    Step,
    Told,
    TooDeep,
    Tree,
    at,
    gather,
    text_at,
)
from encaisse.intake.adapters.camt.stream import BadXml, Stream, forget, forget_first, line_of
from encaisse.intake.core.bank import (
    BalanceRecord,
    BankLineRecord,
    BankReading,
    StatementKind,
    StatementRecord,
)
from encaisse.intake.core.bank_checks import check_statements, is_readable
from encaisse.intake.core.bank_text import iso_date, squeeze
from encaisse.intake.core.findings import Findings
from encaisse.intake.core.limits import DEFAULT, Limits

_KINDS = {
    "Stmt": StatementKind.STATEMENT,
    "Rpt": StatementKind.INTERIM,
    "Ntfctn": StatementKind.NOTIFICATION,
}
_SIGNS = re.compile(
    r"camt\.05[234]\.001\.\d\d|<(?:\w+:)?BkToCstmr(?:Stmt|AcctRpt|DbtCdtNtfctn)(?:V\d\d)?[\s>]"
)


def recognise(head: bytes) -> bool:
    """Whether the first bytes of a file (up to 64 kB) look like CAMT.052, .053 or .054."""
    start = head[: 1 << 16]
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    return bool(_SIGNS.search(start.decode(encoding, "ignore")))


def read(content: bytes, *, limits: Limits = DEFAULT) -> BankReading:
    """Every statement of the file with its lines, and all problems. Never raises.

    Whatever version: elements are known by their local names. What was read before a fatal
    problem is returned with it.
    """
    findings = Findings(limits)
    reader = _Reader(findings, limits)
    stream = Stream(content)
    if is_readable(content, findings, limits):
        try:
            for name, element in stream:
                reader.meet(name, element)
            if not reader.statements:
                findings.error(None, "no_statement")
        except BadXml as problem:
            findings.error(problem.line, problem.code, **problem.facts)
    check_statements(reader.statements, findings, limits)
    return BankReading(
        stream.format or "camt", stream.encoding, tuple(reader.statements), findings.all()
    )


class _Reader:
    """Gathers statements while the stream tells one finished element after the other."""

    def __init__(self, findings: Findings, limits: Limits) -> None:
        self.statements: list[StatementRecord] = []
        self._findings = findings
        self._limits = limits
        self._head: Told | None = None
        self._around = Surroundings("", None)
        self._lines: list[BankLineRecord] = []
        self._details: list[Detail] = []
        self._taken = 0

    def meet(self, name: str, element: etree._Element) -> None:
        """Take in one finished element and throw away what is no longer needed."""
        if name == "TxDtls":
            self._take_detail(element)
        elif name == "Ntry":
            self._take_entry(element)
        else:
            self._take_statement(name, element)

    def _take_detail(self, element: etree._Element) -> None:
        if len(self._details) >= self._limits.rows:
            raise self._too_many(element)
        told = self._gather(element, DETAIL)
        before = element.getprevious() if self._details else None
        self._details.append(detail_of(told, line_of(element)))
        if before is not None and NAMES[before.tag] == "TxDtls":
            forget(before)

    def _take_entry(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is None or NAMES[parent.tag] not in _KINDS:
            return
        self._read_head(parent)
        line = line_of(element)
        told = self._gather(element, ENTRY)
        entry = entry_of(told, line, self._around, len(self._details), self._findings)
        if entry is not None:
            self._lines += lines_of(entry, self._details, self._around, self._findings)
        self._details = []
        if self._taken + len(self._lines) > self._limits.rows:
            self._lines = self._lines[: max(self._limits.rows - self._taken, 0)]
            raise self._too_many(element)
        while element.getprevious() is not None:
            forget_first(parent)

    def _too_many(self, element: etree._Element) -> BadXml:
        most = self._limits.rows
        return BadXml("too_many_rows", line_of(element), rows=most + 1, most=most)

    def _read_head(self, element: etree._Element) -> Told:
        """What the statement tells once; read before its first entry throws it away."""
        if self._head is None:
            self._head = told = self._gather(element, STATEMENT)
            number = compact(told.first("iban")) or squeeze(told.first("number"))
            self._around = Surroundings(number, iso_date(told.first("created")))
        return self._head

    def _take_statement(self, name: str, element: etree._Element) -> None:
        head = self._read_head(element)
        line = line_of(element)
        if not self._around.account:
            self._findings.error(line, "account_missing")
        opening, closing = _balances(head, line, self._findings)
        self.statements.append(
            StatementRecord(
                kind=_KINDS[name],
                account=self._around.account,
                currency=_currency(head, opening or closing, self._lines),
                identifier=squeeze(head.first("identifier")),
                opening=opening,
                closing=closing,
                lines=tuple(self._lines),
                line=line,
            )
        )
        self._taken += len(self._lines)
        self._head, self._lines, self._details = None, [], []
        while element.getprevious() is not None:
            forget_first(element.getparent())

    def _gather(self, element: etree._Element, way: Step) -> Told:
        try:
            return gather(element, way, self._limits.xml_depth)
        except TooDeep:
            raise BadXml("xml_too_deep", line_of(element), most=self._limits.xml_depth) from None


def _currency(head: Told, balance: BalanceRecord | None, lines: list[BankLineRecord]) -> str:
    told = head.first("currency")
    if told:
        return told
    if balance is not None:
        return balance.amount.currency
    return lines[0].amount.currency if lines else ""


def _balances(
    head: Told, line: int, findings: Findings
) -> tuple[BalanceRecord | None, BalanceRecord | None]:
    """The booked balances: OPBD, else the previous closing PRCD; CLBD. ITBD where pages go on."""
    found: dict[str, BalanceRecord] = {}
    interim: list[BalanceRecord] = []
    for told in head.trees.get("balances", ()):
        code = text_at(told, "Tp", "CdOrPrtry", "Cd")
        balance = _balance(told)
        if balance is None:
            if code in ("OPBD", "PRCD", "CLBD"):
                findings.error(line, "balance_unreadable", balance=code)
            continue
        found.setdefault(code, balance)
        if code == "ITBD":
            interim.append(balance)
    opening = found.get("OPBD") or found.get("PRCD")
    closing = found.get("CLBD")
    if opening is None and interim and (closing is not None or len(interim) > 1):
        opening = interim[0]
    if closing is None and interim and interim[-1] is not opening:
        closing = interim[-1]
    return opening, closing


def _balance(told: Tree) -> BalanceRecord | None:
    amount = money(at(told, "Amt"))
    day = iso_date(text_at(told, "Dt", "Dt") or text_at(told, "Dt", "DtTm"))
    if amount is None or day is None:
        return None
    debit = text_at(told, "CdtDbtInd") == "DBIT"
    return BalanceRecord(day, -amount if debit else amount)
