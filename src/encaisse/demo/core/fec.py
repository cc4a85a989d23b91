"""The FEC of one fiscal year (art. A47 A-1 LPF): 18 columns, TAB, decimal comma, ISO 8859-15."""

from __future__ import annotations

from datetime import date

from encaisse.demo.core.ledger import Entry, Line
from encaisse.demo.core.years import Year

ENCODING = "iso-8859-15"
HEADER = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
JOURNALS = {
    "AN": "A nouveaux", "VE": "Ventes", "BQ": "Banque", "OD": "Opérations diverses", "AC": "Achats",
}  # fmt: skip


def name(siren: str, year: Year) -> str:
    """``SirenFECAAAAMMJJ.txt``: the company and the day the file closes."""
    return f"{siren}FEC{year.closes:%Y%m%d}.txt"


def write(year: Year) -> bytes:
    """The file of one year; entries of a month not yet closed have no validation date."""
    rows = ["\t".join(HEADER)]
    running = year.closes.month if year.closes < date(year.year, 12, 31) else 13
    for entry in year.entries:
        valid = "" if entry.day.month >= running else f"{_validated(entry.day):%Y%m%d}"
        rows += [_row(entry, line, valid) for line in entry.lines]
    return ("\r\n".join(rows) + "\r\n").encode(ENCODING, errors="replace")


def _validated(day: date) -> date:
    """Months are validated on the tenth of the month after."""
    following = day.month % 12 + 1
    return date(day.year + (following == 1), following, 10)


def _row(entry: Entry, line: Line, valid: str) -> str:
    cells = (
        entry.journal,
        JOURNALS[entry.journal],
        f"{entry.journal}{entry.number:06d}",
        f"{entry.day:%Y%m%d}",
        line.account,
        _clean(line.label),
        line.aux,
        _clean(line.aux_label),
        _clean(line.piece or entry.piece),
        f"{line.piece_date or entry.piece_date:%Y%m%d}",
        _clean(line.text or entry.text),
        amount(max(line.amount, 0)),
        amount(max(-line.amount, 0)),
        line.letter,
        f"{line.lettered_on:%Y%m%d}" if line.lettered_on else "",
        valid,
        "",
        "",
    )
    return "\t".join(cells)


def amount(cents: int) -> str:
    """Cents with a decimal comma: 1234,56."""
    return f"{cents // 100},{cents % 100:02d}"


def _clean(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
