"""The columns of a FEC, by name whatever the spelling (article A47 A-1 LPF and its variants)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from encaisse.intake.core.headers import plain
from encaisse.kernel.problems import Problem, error, warning

NAMES = {
    "journal": ("JournalCode", "codejournal journal"),
    "journal_name": ("JournalLib", "libellejournal journallibelle"),
    "entry": ("EcritureNum", "numecriture numeroecriture ecriturenumero"),
    "date": ("EcritureDate", "dateecriture datecomptable"),
    "general": ("CompteNum", "numcompte numerocompte comptenumero"),
    "general_name": ("CompteLib", "libellecompte comptelibelle"),
    "auxiliary": ("CompAuxNum", "compteauxnum comptauxnum numcompteauxiliaire"),
    "auxiliary_name": ("CompAuxLib", "compteauxlib comptauxlib libellecompteauxiliaire"),
    "piece": ("PieceRef", "refpiece referencepiece"),
    "piece_date": ("PieceDate", "datepiece"),
    "label": ("EcritureLib", "libelleecriture ecriturelibelle"),
    "debit": ("Debit", "montantdebit"),
    "credit": ("Credit", "montantcredit"),
    "amount": ("Montant", ""),
    "side": ("Sens", ""),
    "letter": ("EcritureLet", "lettrage ecriturelettrage"),
    "letter_date": ("DateLet", "datelettrage"),
    "valid_date": ("ValidDate", "datevalid datevalidation"),
    "foreign_amount": ("Montantdevise", ""),
    "foreign_currency": ("Idevise", "devise"),
}
"""Our name → the name in the law, other spellings met (as `headers.plain` writes them)."""

_OURS = {plain(legal): ours for ours, (legal, _) in NAMES.items()} | {
    word: ours for ours, (_, others) in NAMES.items() for word in others.split()
}
_MAY_LACK = frozenset(
    {"journal_name", "general_name", "valid_date", "foreign_amount", "foreign_currency"}
)
_ENOUGH = 8
"""Legal names a first line must hold to be taken for a FEC's."""


@dataclass(frozen=True, slots=True)
class FecHeader:
    """Where each column stands, how many cells a line has, how the cells are written."""

    columns: Mapping[str, int]
    width: int  # cells up to the last named one; what stands behind must be empty
    cells: int  # all of its cells, empty ones behind the last named one too
    separator: str
    quoted: bool
    problems: tuple[Problem, ...] = ()


def read_header(first: str, line: int = 1) -> FecHeader | None:
    """Read a header line; None when it is none of a FEC's."""
    best: FecHeader | None = None
    for separator in ("\t", "|", ";"):
        cells = first.split(separator)
        quoted = all(cell.strip()[:1] == '"' for cell in cells if cell.strip())
        header = _named([cell.strip().strip('"') for cell in cells], separator, line, quoted=quoted)
        if best is None or len(header.columns) > len(best.columns):
            best = header
    return best if best is not None and len(best.columns) >= _ENOUGH else None


def recognise_header(first: str) -> bool:
    """Whether a line is the header of a FEC."""
    header = read_header(first)
    return header is not None and {"general", "date"} <= header.columns.keys()


def _named(cells: Sequence[str], separator: str, line: int, *, quoted: bool) -> FecHeader:
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    width = 0
    for at, cell in enumerate(cells):
        ours = _OURS.get(plain(cell))
        if cell:
            width = at + 1
        if ours is None:
            continue
        if ours in columns:
            problems.append(error(line, "duplicate_header", column=cell))
        columns.setdefault(ours, at)
    problems += _missing(columns, line)
    return FecHeader(columns, width, len(cells), separator, quoted, tuple(problems))


def _missing(columns: Mapping[str, int], line: int) -> list[Problem]:
    """A warning for a legal column that nothing here needs, an error for the others."""
    apart = {"amount", "side"} if {"debit", "credit"} & columns.keys() else {"debit", "credit"}
    if not {"debit", "credit", "amount", "side"} & columns.keys():
        apart = {"amount", "side"}
    return [
        (warning if ours in _MAY_LACK else error)(line, "missing_column", column=legal)
        for ours, (legal, _) in NAMES.items()
        if ours not in columns and ours not in apart
    ]
