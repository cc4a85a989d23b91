"""Which column of a table is which: French and English headers, any order, case and accent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from encaisse.kernel.problems import Problem, error, warning

VOCABULARY: dict[str, str] = {
    "customer": "codeclient clientcode customercode customerid customernumber customerno "
    "customerref idclient clientid numeroclient numclient nclient noclient ncompte numerocompte "
    "codetiers refclient compteauxiliaire customeraccount debtorid client customer tiers debiteur "
    "debtor compte compauxnum code",
    "name": "nom name raisonsociale denomination nomclient nomduclient clientname customername "
    "companyname company societe intitule libelleclient compauxlib",
    "number": "numero number invoice facture numerofacture numerodefacture nfacture nofacture "
    "numfacture invoicenumber invoiceno invoicenum invoiceid numeropiece numerodepiece npiece "
    "nopiece numpiece refpiece referencepiece documentnumber documentno document piece "
    "pieceref reference ref",
    "issue_date": "date issuedate invoicedate datefacture datedefacture datedelafacture "
    "dateemission datedemission datepiece datedepiece documentdate datedocument",
    "due_date": "echeance duedate dateecheance datedecheance paymentduedate dateech maturity "
    "maturitydate due",
    "amount": "montant amount montantttc totalttc ttc montantfacture invoiceamount totalamount "
    "amountincltax grossamount montanttotal netapayer "
    "total",
    "open_amount": "solde openamount resteapayer restedu restantdu montantdu soldedu "
    "montantouvert amountopen openbalance outstanding outstandingamount amountdue "
    "balancedue remainingamount balance",
    "currency": "devise currency monnaie currencycode codedevise",
    "paid_date": "datereglement paiddate datedereglement datepaiement datedepaiement paymentdate "
    "settleddate settlementdate paidon reglele payele",
    "label": "libelle label description objet designation",
    "order_number": "commande order ordernumber numerocommande ncommande bondecommande "
    "refcommande purchaseorder ponumber po customerorder",
    "email": "email mail courriel emailaddress adressemail adresseemail emails",
    "siren": "siren siret nsiren nsiret numerosiren numerosiret",
    "iban": "iban ibans",
    "parent": "groupe parent group maisonmere tetedegroupe head headoffice parentcustomer",
    "segment": "segment categorie category",
    "phone": "telephone phone tel phonenumber numerotelephone",
    "address": "adresse address adressepostale postaladdress",
    "language": "langue language lang",
    "terms": "conditions terms conditionspaiement conditionsdepaiement paymentterms "
    "conditionsreglement conditionsdereglement modalites",
}  # fmt: skip
"""Our column → headers as `plain` writes them; the earlier one wins where two are present."""

_OURS = {header: ours for ours, headers in VOCABULARY.items() for header in headers.split()}
_RANK = {header: rank for headers in VOCABULARY.values()
         for rank, header in enumerate(headers.split())}  # fmt: skip
ITEM_FACTS = ("amount", "open_amount", "due_date", "paid_date", "issue_date", "order_number")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_WORDS = re.compile(r"[a-z0-9]+")
_ARTICLES = frozenset(["de", "du", "des", "d", "l", "la", "le", "les", "of", "the"])
_CURRENCY = frozenset(["eur", "euro", "euros"])
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Headers:
    """What a header row means; `columns` gives the position of each of our columns."""

    kind: str | None  # "items", "customers"; None when it is neither
    columns: Mapping[str, int]
    problems: tuple[Problem, ...] = ()


def plain(header: str) -> str:
    """A header as it is compared: no accent, case, blank, punctuation, article or currency.

    ``Date d'échéance`` is ``dateecheance``, ``Montant TTC (EUR)`` is ``montantttc``.
    """
    bare = unicodedata.normalize("NFKD", header.translate(_LIGATURES)).casefold()
    letters = "".join(mark for mark in bare if not unicodedata.combining(mark))
    words = [word for word in _WORDS.findall(letters) if word not in _CURRENCY]
    # At the end "du" is no article: "montant dû".
    return "".join([*(word for word in words[:-1] if word not in _ARTICLES), *words[-1:]])


def canonical(name: str) -> str | None:
    """Our column for a name in a mapping file: ``date`` is issue_date, ``solde`` open_amount."""
    for ours in VOCABULARY:
        if plain(name) == plain(ours):
            return ours
    return _OURS.get(plain(name))


def recognise(
    cells: Sequence[str],
    *,
    line: int = 1,
    theirs: Mapping[str, str] | None = None,
    kind: str | None = None,
) -> Headers:
    """Read a header row. `theirs` (ours → their header, of a saved mapping) goes first.

    `kind` is what the person said the file holds ("items", "customers"), None to recognise it.
    """
    told, missing = _told(cells, theirs or {})
    columns = dict(told)
    taken = set(told.values())
    problems = [error(line, "mapped_column_missing", column=name) for name in missing]
    problems += _double_headers(cells, line, told)
    ignored: list[str] = []
    for at in _by_rank(cells):
        ours = _OURS.get(plain(cells[at]))
        if at in taken:
            continue
        if ours is not None and ours not in columns:
            columns[ours] = at
        elif ours == "customer" and "name" not in columns and plain(cells[at]) in _NAMES_TOO:
            columns["name"] = at
        elif cells[at].strip():
            ignored.append(cells[at].strip())
    found = kind or _kind(columns)
    problems += _necessary(columns, found, line)
    if ignored and found:
        shown = ", ".join(ignored[:_SHOWN]) + ("…" if len(ignored) > _SHOWN else "")
        problems.append(warning(line, "columns_ignored", columns=shown))
    return Headers(found, columns, tuple(problems))


def score(cells: Sequence[str], theirs: Mapping[str, str] | None = None) -> int:
    """How many of our columns a row names; 0 for a row of data or a title."""
    mapped = {plain(name) for name in (theirs or {}).values()}
    names = {_OURS.get(plain(cell), plain(cell) if plain(cell) in mapped else None)
             for cell in cells}  # fmt: skip
    return len(names - {None})


_NAMES_TOO = frozenset({"client", "customer", "tiers", "debiteur", "debtor"})


def _by_rank(cells: Sequence[str]) -> list[int]:
    """Positions, the better header of each of our columns first."""
    return sorted(range(len(cells)), key=lambda at: (_RANK.get(plain(cells[at]), 999), at))


def _told(cells: Sequence[str], theirs: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    exact = {cell.strip(): at for at, cell in reversed(list(enumerate(cells)))}
    loose = {plain(cell): at for at, cell in reversed(list(enumerate(cells)))}
    found: dict[str, int] = {}
    missing: list[str] = []
    for ours, name in theirs.items():
        at = exact.get(name.strip(), loose.get(plain(name)) if plain(name) else None)
        if at is None:
            missing.append(name)
        else:
            found[ours] = at
    return found, missing


def _double_headers(cells: Sequence[str], line: int, told: Mapping[str, int]) -> list[Problem]:
    """A recognised header that stands twice would lose one of its columns."""
    seen: set[str] = set()
    problems: list[Problem] = []
    for at, cell in enumerate(cells):
        name = plain(cell)
        if name in seen and name in _OURS and _OURS[name] not in told and at not in told.values():
            problems.append(error(line, "duplicate_header", column=cell.strip()))
        seen.add(name)
    return problems


def _kind(columns: Mapping[str, int]) -> str | None:
    if "number" in columns and any(fact in columns for fact in ITEM_FACTS):
        return "items"
    if "customer" in columns and any(fact in columns for fact in ("amount", "due_date")):
        return "items"
    if "customer" in columns and len(columns) > 1:
        return "customers"
    return None


def _necessary(columns: Mapping[str, int], kind: str | None, line: int) -> list[Problem]:
    needed = {"items": ("customer", "number"), "customers": ("customer",)}.get(kind or "", ())
    missing = [name for name in needed if name not in columns]
    if missing:
        return [error(line, "missing_column", column=name) for name in missing]
    if kind == "items" and not any(fact in columns for fact in ITEM_FACTS):
        return [error(line, "missing_column", column="amount")]
    if kind == "items" and "amount" not in columns and "open_amount" not in columns:
        return [warning(line, "no_amount_column")]
    return []
