"""Fiscal years: openings carried forward piece by piece, letters, and entry numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from encaisse.demo.core.chance import stream
from encaisse.demo.core.ledger import LABELS, Books, Entry, Line, nettings
from encaisse.demo.core.records import World
from encaisse.demo.core.sales import period

LETTERING_DELAY = 14
"""Days before the ledger's end in which hardly anything is lettered yet."""
FORGOTTEN = 0.03
LETTERED_EARLY = 0.08
ALLOCATION_OF_RESULT = (6, 28)
RECEIVABLE = ("411", "416")


@dataclass(frozen=True, slots=True)
class Year:
    """The entries that one FEC holds: the openings first, then by day."""

    year: int
    closes: date
    entries: list[Entry]


@dataclass(slots=True)
class _Open:
    """A line of a customer that no letter has settled, with the piece it came from."""

    line: Line
    piece: str
    piece_date: date
    text: str
    day: date


def build(world: World) -> list[Year]:
    """One year after the other, each opening with what the one before leaves."""
    span = period(world.today)
    links = nettings(world.adjustments)
    entries = Books(world).entries()
    balances: dict[tuple[str, str, str, str], int] = defaultdict(int)
    carried: list[_Open] = []
    years = []
    for year in range(span.start.year, span.ledger_date.year + 1):
        own = [one for one in entries if one.day.year == year]
        if year >= span.first_year:
            own = [*_openings(year, balances, carried), *own]
        closes = min(date(year, 12, 31), span.ledger_date)
        pool = _pool(own, balances)
        carried = _letter(world.seed, pool, links, closes, running=closes == span.ledger_date)
        if year >= span.first_year:
            years.append(Year(year, closes, _numbered(own)))
    return years


def _openings(
    year: int, balances: dict[tuple[str, str, str, str], int], carried: list[_Open]
) -> list[Entry]:
    """The AN journal: balances of classes 1 to 5, customers piece by piece, then the result."""
    first = date(year, 1, 1)
    result = sum(amount for key, amount in balances.items() if key[0][0] in "67")
    lines = [
        Line(account, label, amount, aux, aux_label, piece=f"AN{year}", piece_date=first)
        for (account, label, aux, aux_label), amount in sorted(balances.items())
        if amount and account[0] in "12345" and not account.startswith(RECEIVABLE)
    ]
    lines += [
        replace(
            one.line,
            text=one.text,
            piece=one.piece,
            piece_date=one.piece_date,
            letter="",
            lettered_on=None,
        )
        for one in carried
    ]
    if result:
        account = "129000" if result > 0 else "120000"
        lines.append(Line(account, LABELS[account], result))
    balances.clear()
    entries = [Entry(first, "AN", f"AN{year}", first, "A NOUVEAUX", lines)]
    if result:
        day = date(year, *ALLOCATION_OF_RESULT)
        entries.append(
            Entry(
                day,
                "OD",
                f"AGO{year}",
                day,
                "AFFECTATION DU RESULTAT",
                [Line(account, LABELS[account], -result), Line("110000", LABELS["110000"], result)],
            )
        )
    return entries


def _pool(entries: Iterable[Entry], balances: dict[tuple[str, str, str, str], int]) -> list[_Open]:
    """Customers' lines of the year; the balances of all accounts move on as a side effect."""
    pool = []
    for entry in entries:
        for line in entry.lines:
            balances[line.account, line.label, line.aux, line.aux_label] += line.amount
            if line.account.startswith(RECEIVABLE):
                pool.append(
                    _Open(
                        line,
                        line.piece or entry.piece,
                        line.piece_date or entry.piece_date,
                        line.text or entry.text,
                        entry.day,
                    )
                )
    return pool


def _letter(
    seed: int, pool: list[_Open], links: list[tuple[str, ...]], closes: date, *, running: bool
) -> list[_Open]:
    """Letters on the groups that are settled, small ones on those settled in part.

    Small letters are taken off when a year closes, before its lines are carried forward. What
    stays open, the partly settled groups whole, is returned, oldest first.
    """
    counters: dict[tuple[str, bool], int] = defaultdict(int)
    left: list[_Open] = []
    groups = sorted(_groups(pool, links), key=lambda group: max(one.day for one in group))
    for group in groups:
        last = max(one.day for one in group)
        is_partial = sum(one.line.amount for one in group) != 0
        has_both = len({one.line.amount > 0 for one in group}) == 2
        waits = running and not _is_lettered(seed, group, last, closes)
        unlettered_at_closing = is_partial and not running
        if waits or unlettered_at_closing or not has_both:
            left += group
            continue
        if is_partial:
            left += group
        aux = group[0].line.aux
        letter = _letters(counters[aux, is_partial])
        counters[aux, is_partial] += 1
        wait = timedelta(days=stream(seed, "letter", group[0].piece).randint(0, 5))
        for one in group:
            one.line.letter = letter.lower() if is_partial else letter
            one.line.lettered_on = min(last + wait, closes)
    return sorted(left, key=lambda one: (one.line.aux, one.piece_date, one.piece))


def _is_lettered(seed: int, group: list[_Open], last: date, closes: date) -> bool:
    """In the running year some groups are forgotten, and the last weeks hardly done."""
    roll = stream(seed, "lettered", group[0].piece, group[0].line.aux).random()
    if last > closes - timedelta(days=LETTERING_DELAY):
        return roll < LETTERED_EARLY
    return roll >= FORGOTTEN


def _groups(pool: list[_Open], links: list[tuple[str, ...]]) -> list[list[_Open]]:
    """Lines of one customer and account that have a document or a receipt in common."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def find(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(side: str, keys: Iterable[str]) -> None:
        first, *others = keys
        for other in others:
            parent[find((side, other))] = find((side, first))

    for one in pool:
        join(f"{one.line.account}{one.line.aux}", one.line.keys)
    sides = {(key, f"{one.line.account}{one.line.aux}") for one in pool for key in one.line.keys}
    side_of = {key: side for key, side in sides if side.startswith("411")}
    for link in links:
        if all(key in side_of for key in link):
            join(side_of[link[0]], link)
    groups: dict[tuple[str, str], list[_Open]] = {}
    for one in pool:
        side = f"{one.line.account}{one.line.aux}"
        groups.setdefault(find((side, one.line.keys[0])), []).append(one)
    return list(groups.values())


def _letters(number: int) -> str:
    """AA, AB, … ZZ, AAA, …: the codes that French software gives."""
    length, first = 2, 0
    while number >= first + 26**length:
        first += 26**length
        length += 1
    number -= first
    text = ""
    for _ in range(length):
        number, rest = divmod(number, 26)
        text = chr(65 + rest) + text
    return text


def _numbered(entries: list[Entry]) -> list[Entry]:
    """Entries by day with one series of numbers for the year, openings first."""
    ordered = sorted(entries, key=lambda one: (one.day, one.journal != "AN"))
    for number, entry in enumerate(ordered, start=1):
        entry.number = number
    return ordered
