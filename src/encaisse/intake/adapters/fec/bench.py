"""A believable FEC of any length, for measuring: sales, receipts with letters, purchases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)
_PAID = 0.8


def generate(lines: int, seed: int = 1, customers: int = 10_000) -> bytes:
    """About `lines` lines of one year in UTF-8; the same seed gives the same bytes.

    Four fifths of the invoices are paid and lettered; each customer's letters run on by itself.
    """
    text = "\n".join((HEADER, *_lines(lines, random.Random(seed), customers)))  # noqa: S311
    return text.encode()


def _lines(count: int, chance: random.Random, customers: int) -> Iterator[str]:
    written = number = 0
    letters = [0] * customers
    first = date(2025, 1, 1)
    while written < count:
        number += 1
        who = chance.randrange(customers)
        net = chance.randrange(1_000, 1_000_000)
        vat = net // 5
        day = first + timedelta(days=min(number * 7 * 330 // (count + 1), 330))
        paid = day + timedelta(days=chance.randrange(5, 34))
        letter, on = "", ""
        if chance.random() < _PAID:
            letter, on = _letter(letters[who]), f"{paid:%Y%m%d}"
            letters[who] += 1
        name = f"C{who:06d}|Client n° {who}"
        head = f"VE|Ventes|{number:08d}|{day:%Y%m%d}"
        piece = f"F{number:07d}|{day:%Y%m%d}|Facture F{number:07d}"
        tail = f"{day:%Y%m%d}||"
        yield f"{head}|411000|Clients|{name}|{piece}|{_money(net + vat)}|0,00|{letter}|{on}|{tail}"
        yield f"{head}|707000|Ventes|||{piece}|0,00|{_money(net)}|||{tail}"
        yield f"{head}|445710|TVA|||{piece}|0,00|{_money(vat)}|||{tail}"
        written += 3
        if letter:
            bank = f"BQ|Banque|B{number:07d}|{on}"
            slip = f"VIR{number:07d}|{on}|VIR SEPA F{number:07d}"
            whole = _money(net + vat)
            yield f"{bank}|512000|Banque|||{slip}|{whole}|0,00|||{on}||"
            yield f"{bank}|411000|Clients|{name}|{slip}|0,00|{whole}|{letter}|{on}|{on}||"
            written += 2


def _money(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _letter(rank: int) -> str:
    """AA, AB, … AZ, BA, … as accounting programs count."""
    text = ""
    rank += 26
    while rank >= 0:
        rank, mark = divmod(rank, 26)
        text = chr(65 + mark) + text
        rank -= 1
    return text
