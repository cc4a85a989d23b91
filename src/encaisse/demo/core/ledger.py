"""The books behind the files: every entry balanced, letters as an accountant sets them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from encaisse.demo.core import cashbook, company
from encaisse.demo.core.naming import ascii_upper
from encaisse.demo.core.records import (
    Adjustment,
    Document,
    Movement,
    Receipt,
    Share,
    World,
)
from encaisse.demo.core.sales import period

LABELS = {
    "101000": "Capital social", "106000": "Réserves", "110000": "Report à nouveau",
    "120000": "Résultat de l'exercice (bénéfice)", "129000": "Résultat de l'exercice (perte)",
    "164000": "Emprunts", "215000": "Matériel industriel", "401000": "Fournisseurs",
    "411000": "Clients", "416000": "Clients douteux ou litigieux",
    "421000": "Personnel, rémunérations dues", "431000": "Sécurité sociale",
    "445510": "TVA à décaisser", "445660": "TVA déductible", "445710": "TVA collectée",
    "580000": "Virements internes", "601000": "Achats de matières",
    "613200": "Locations immobilières", "627000": "Services bancaires",
    "641000": "Rémunérations du personnel", "645000": "Charges de sécurité sociale",
    "654000": "Pertes sur créances irrécouvrables",
    "658000": "Charges diverses de gestion courante", "661000": "Charges d'intérêts",
    "665000": "Escomptes accordés", "701000": "Ventes de produits finis France",
    "701900": "Ventes de produits finis export", "708500": "Ports facturés",
}  # fmt: skip
ADJUSTMENT_ACCOUNTS = {"bank_fee": "627000", "rounding": "658000", "discount": "665000"}
OPENING_BALANCE = (
    ("215000", 210_000_000),
    ("101000", -150_000_000),
    ("164000", -90_000_000),
)


@dataclass(slots=True)
class Line:
    """One line of an entry. `amount` is positive on the debit side.

    `keys` are what a line of a customer has to do with: documents and receipts; lines that share
    one are lettered together.
    """

    account: str
    label: str
    amount: int
    aux: str = ""
    aux_label: str = ""
    text: str = ""
    piece: str = ""
    piece_date: date | None = None
    keys: tuple[str, ...] = ()
    letter: str = ""
    lettered_on: date | None = None


@dataclass(slots=True)
class Entry:
    """A balanced entry of one journal."""

    day: date
    journal: str
    piece: str
    piece_date: date
    text: str
    lines: list[Line]
    number: int = 0


class Books:
    """Writes the entries of a world, without openings and letters."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._customers = {one.code: one for one in world.customers}
        self._documents = {one.number: one for one in world.documents}
        self._receipts = {one.key: one for one in world.receipts}
        self._returned = {one.returns for one in world.receipts if one.returns}

    def entries(self) -> list[Entry]:
        """Every entry up to the ledger's date, by day."""
        world = self._world
        span = period(world.today)
        made: list[Entry | None] = [self._opening(span.start)]
        made += [self._sale(one) for one in world.documents]
        made += [self._bank(one) for one in world.movements if one.posted is not None]
        made += [self._adjustment(one) for one in world.adjustments if one.day <= span.ledger_date]
        made += [self._voucher(one) for one in cashbook.vouchers(world.seed, world.documents, span)]
        return sorted(
            (one for one in made if one), key=lambda one: (one.day, one.journal, one.piece)
        )

    def _opening(self, day: date) -> Entry:
        banks = [
            Line(bank.ledger, bank.label, company.OPENING[bank.key])
            for bank in self._world.company.banks
        ]
        lines = [*banks, *(_plain(*one) for one in OPENING_BALANCE)]
        lines.append(_plain("106000", -sum(line.amount for line in lines)))
        return Entry(day, "OD", "REPRISE", day, "REPRISE DES SOLDES", lines)

    def _customer(self, code: str, amount: int, account: str = "411000") -> Line:
        customer = self._customers[code]
        return Line(account, LABELS[account], amount, code, customer.name)

    def _sale(self, one: Document) -> Entry:
        customer = self._customers[one.customer]
        sales = "701000" if customer.country == "FR" else "701900"
        owed = self._customer(one.customer, one.sign * one.gross)
        owed.keys = (one.number,)
        lines = [owed, _plain(sales, -one.sign * one.net)]
        if one.freight:
            lines.append(_plain("708500", -one.sign * one.freight))
        if one.vat:
            lines.append(_plain("445710", -one.sign * one.vat))
        return Entry(one.issued, "VE", one.number, one.issued, f"{one.number} {one.label}", lines)

    def _voucher(self, voucher: cashbook.Voucher) -> Entry | None:
        lines = [_named(account, amount) for account, amount in voucher.lines if amount]
        if not lines:
            return None
        return Entry(voucher.day, voucher.journal, voucher.piece, voucher.day, voucher.text, lines)

    def _bank(self, one: Movement) -> Entry:
        bank = self._world.company.bank(one.bank)
        lines = [Line(bank.ledger, bank.label, one.amount)]
        if one.details:
            for receipt in one.details:
                lines += self._receipt(receipt)
        elif one.kind == "loan":
            lines.append(_plain("164000", cashbook.LOAN))
            lines.append(_plain("661000", cashbook.LOAN_INTEREST))
        else:
            lines.append(_named(one.counterpart, -one.amount))
        assert one.posted is not None
        return Entry(one.posted, "BQ", one.piece, one.booked, self._bank_text(one), lines)

    def _bank_text(self, one: Movement) -> str:
        """What the bookkeeper keeps of the bank's text."""
        if not one.details or len(one.details) > 1:
            return one.text[:60]
        name = ascii_upper(self._customers[one.details[0].payer].name)[:22]
        kind = {"returned": "", "refund": "", "transfer": "VIR ", "instant": "VIR INST "}.get(
            one.kind, ""
        )
        return f"{kind}{name} {one.text or one.details[0].reference}"[:70].strip()

    def _receipt(self, receipt: Receipt) -> list[Line]:
        """The customers' side of one receipt, and what fees and discounts take of it."""
        by_customer: dict[str, list[Share]] = {}
        for share in receipt.shares:
            by_customer.setdefault(share.customer, []).append(share)
        if receipt.extra:
            by_customer.setdefault(receipt.payer, [])
        lines: list[Line] = []
        for code, shares in by_customer.items():
            extra = receipt.extra if code == receipt.payer else 0
            credit = self._customer(code, -sum(share.amount for share in shares) - extra)
            credit.keys = self._keys(receipt, code, shares)
            lines.append(credit)
            lines += [line for share in shares for line in self._difference(share)]
        return lines

    def _keys(self, receipt: Receipt, code: str, shares: list[Share]) -> tuple[str, ...]:
        own = f"{receipt.key}|{code}"
        if receipt.returns:
            return (own, f"{receipt.returns}|{code}")
        if receipt.key in self._returned:
            return (own,)
        linked = tuple(
            share.document if share.document in self._documents else f"{share.document}|{code}"
            for share in shares
        )
        return (own, *linked)

    def _difference(self, share: Share) -> list[Line]:
        difference = share.amount - share.cash
        if not difference:
            return []
        account = ADJUSTMENT_ACCOUNTS[share.treatment]
        document = self._documents.get(share.document)
        if share.treatment == "discount" and document is not None and document.vat:
            net = round(difference / 1.2)
            return [_plain(account, net), _plain("445710", difference - net)]
        return [_plain(account, difference)]

    def _adjustment(self, one: Adjustment) -> Entry | None:
        """Write-offs and doubtful customers; netting is a letter only, not an entry."""
        if one.kind == "netting":
            return None
        lines: list[Line] = []
        for share in one.shares:
            off = self._customer(share.customer, -share.amount)
            off.keys = (share.document,)
            lines.append(off)
            document = self._documents[share.document]
            if one.kind == "doubtful":
                moved = self._customer(share.customer, share.amount, "416000")
                moved.piece, moved.piece_date = document.number, document.issued
                moved.keys = (f"416|{share.document}",)
                lines.append(moved)
                off.piece, off.piece_date = document.number, document.issued
            else:
                net = round(share.amount / 1.2) if document.vat else share.amount
                lines.append(_plain("654000", net))
                if share.amount - net:
                    lines.append(_plain("445710", share.amount - net))
        text = (
            "CREANCES DOUTEUSES" if one.kind == "doubtful" else f"PERTE S/{one.shares[0].document}"
        )
        return Entry(one.day, "OD", f"OD{one.key}", one.day, text, lines)


def _plain(account: str, amount: int) -> Line:
    return Line(account, LABELS[account], amount)


def _named(account: str, amount: int) -> Line:
    """A line of an account, or of a supplier: ``401000|F0001|Fonderie Vertamont``."""
    number, _, party = account.partition("|")
    aux, _, name = party.partition("|")
    return Line(number, LABELS[number], amount, aux, name)


def nettings(adjustments: Iterable[Adjustment]) -> list[tuple[str, ...]]:
    """Documents lettered against each other without an entry."""
    return [
        tuple(share.document for share in one.shares)
        for one in adjustments
        if one.kind == "netting"
    ]
