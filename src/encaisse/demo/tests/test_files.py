"""The files: lawful FEC, statements that add up, and books that agree with both."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import date
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from encaisse.demo.core import cfonb, company, files, volume, world
from encaisse.demo.core.fec import ENCODING, HEADER
from encaisse.demo.core.records import World

TODAY = date(2026, 11, 22)
NS = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}

Row = dict[str, str]


@pytest.fixture(scope="module")
def written(demo: World) -> dict[str, bytes]:
    """All files of the demo company."""
    return files.contents(demo)


@pytest.fixture(scope="module")
def books(written: dict[str, bytes]) -> dict[str, list[Row]]:
    """FEC by file name, as rows."""
    return {
        name: [
            dict(zip(HEADER, line.split("\t"), strict=True))
            for line in content.decode(ENCODING).split("\r\n")[1:-1]
        ]
        for name, content in written.items()
        if name.startswith("ledger/")
    }


def cents(text: str) -> int:
    """1234,56 → 123456."""
    return int(text.replace(",", ""))


def signed(row: Row) -> int:
    """Debit minus credit, in cents."""
    return cents(row["Debit"]) - cents(row["Credit"])


def test_one_fec_for_each_year(books: dict[str, list[Row]]) -> None:
    assert [name[-12:-4] for name in books] == ["20241231", "20251231", "20261113"]


def test_every_entry_balances(books: dict[str, list[Row]]) -> None:
    for rows in books.values():
        totals: Counter[tuple[str, str]] = Counter()
        for row in rows:
            totals[row["JournalCode"], row["EcritureNum"]] += signed(row)
            assert row["Debit"] == "0,00" or row["Credit"] == "0,00"
        assert not any(totals.values())


def test_entries_stand_in_order_of_day(books: dict[str, list[Row]]) -> None:
    for rows in books.values():
        days = [row["EcritureDate"] for row in rows]
        assert days == sorted(days)


def test_openings_carry_what_the_year_before_left(books: dict[str, list[Row]]) -> None:
    years = list(books.values())
    for before, after in pairwise(years):
        closing: Counter[tuple[str, str]] = Counter()
        opening: Counter[tuple[str, str]] = Counter()
        for row in before:
            if row["CompteNum"][0] in "12345":
                closing[row["CompteNum"], row["CompAuxNum"]] += signed(row)
        for row in after:
            if row["JournalCode"] == "AN":
                opening[row["CompteNum"], row["CompAuxNum"]] += signed(row)
        for result in ("120000", "129000"):
            closing.pop((result, ""), None)
            opening.pop((result, ""), None)
        assert {key: value for key, value in closing.items() if value} == {
            key: value for key, value in opening.items() if value
        }


def test_openings_keep_the_piece_and_its_day(books: dict[str, list[Row]]) -> None:
    rows = books["ledger/000417824FEC20261113.txt"]
    carried = [row for row in rows if row["JournalCode"] == "AN" and row["CompteNum"] == "411000"]

    assert len(carried) > 300
    assert all(row["PieceDate"] < "20260101" and row["CompAuxNum"] for row in carried)


def test_capital_letters_close_to_zero_and_small_ones_do_not(books: dict[str, list[Row]]) -> None:
    for rows in books.values():
        groups: dict[tuple[str, str, str], int] = defaultdict(int)
        for row in rows:
            if row["EcritureLet"]:
                assert row["DateLet"] >= row["EcritureDate"]
                groups[row["CompteNum"], row["CompAuxNum"], row["EcritureLet"]] += signed(row)
        assert groups
        for (_, _, letter), total in groups.items():
            assert (total == 0) == letter.isupper()


def test_the_running_year_is_lettered_but_for_the_last_weeks(books: dict[str, list[Row]]) -> None:
    rows = [r for r in books["ledger/000417824FEC20261113.txt"] if r["CompteNum"] == "411000"]
    receipts = [row for row in rows if row["JournalCode"] == "BQ" and signed(row) < 0]
    early = [row for row in receipts if row["EcritureDate"] < "20261001"]
    late = [row for row in receipts if row["EcritureDate"] > "20261101"]

    assert sum(bool(row["EcritureLet"]) for row in early) / len(early) > 0.9
    assert sum(bool(row["EcritureLet"]) for row in late) / len(late) < 0.2


def test_receivables_are_what_customers_truly_owe(demo: World, books: dict[str, list[Row]]) -> None:
    left = world.open_amounts(demo.documents, demo.receipts, demo.adjustments, demo.ledger_date)
    owed = sum(
        signed(row)
        for row in books["ledger/000417824FEC20261113.txt"]
        if row["CompteNum"] in ("411000", "416000")
    )

    assert owed == sum(left.values())


def test_bank_journal_and_statements_agree(demo: World, books: dict[str, list[Row]]) -> None:
    for bank in demo.company.banks:
        entered = Counter(
            (row["PieceRef"], signed(row))
            for rows in books.values()
            for row in rows
            if row["CompteNum"] == bank.ledger and row["JournalCode"] == "BQ"
        )
        told = Counter(
            (one.piece, one.amount)
            for one in demo.movements
            if one.bank == bank.key and one.posted is not None and one.posted.year >= 2024
        )
        assert entered == told


def test_camt_balances_chain(demo: World, written: dict[str, bytes]) -> None:
    names = [name for name in written if name.endswith(".xml")]
    previous = None
    for name in sorted(names, key=lambda name: name[-12:-4]):
        tree = etree.fromstring(written[name])
        opening, closing = (_amount(one) for one in tree.iterfind(".//c:Bal", NS))
        entries = tree.findall(".//c:Ntry", NS)
        assert opening + sum(_amount(one) for one in entries) == closing
        assert previous in (None, opening)
        for entry in entries:
            assert sum(_amount(one) for one in entry.iterfind(".//c:TxDtls", NS)) == _amount(entry)
        previous = closing
    final = company.OPENING["main"] + sum(m.amount for m in demo.movements if m.bank == "main")
    assert previous == final


def _amount(element: etree._Element) -> int:
    amount = element.findtext("c:Amt", namespaces=NS)
    side = element.findtext("c:CdtDbtInd", namespaces=NS)
    assert amount is not None
    return int(amount.replace(".", "")) * (1 if side == "CRDT" else -1)


def test_cfonb_balances_chain(written: dict[str, bytes]) -> None:
    previous = None
    signs = dict.fromkeys(cfonb.CREDIT, 1) | dict.fromkeys(cfonb.DEBIT, -1)
    for name in sorted(name for name in written if name.endswith(".cfo")):
        records = written[name].decode("latin-1").split("\r\n")[:-1]
        assert {len(record) for record in records} == {120}
        amounts = []
        for record in records:
            if record[:2] in ("01", "04", "07"):
                last = record[103]
                place = cfonb.CREDIT.find(last) if signs[last] > 0 else cfonb.DEBIT.find(last)
                amounts.append(signs[last] * int(record[90:103] + str(place)))
        assert sum(amounts[:-1]) == amounts[-1]
        assert previous in (None, amounts[0])
        previous = amounts[-1]


@pytest.mark.parametrize(
    ("value", "text"),
    [(-3221, "0000000000322J"), (1_250_000, "0000000125000{"), (-19_990, "0000000001999}")],
)
def test_overpunched_amounts(value: int, text: str) -> None:
    assert cfonb.amount(value) == text


def test_customers_file_names_heads_that_exist(demo: World, written: dict[str, bytes]) -> None:
    page = io.StringIO(written["customers.csv"].decode("utf-8-sig"))
    rows = list(csv.DictReader(page, delimiter=";"))
    codes = {row["client"] for row in rows}

    assert len(rows) == len(demo.customers)
    assert {row["groupe"] for row in rows if row["groupe"]} <= codes
    assert sum(not row["email"] for row in rows) >= 5
    assert sum(bool(row["iban"]) for row in rows) > 200


def test_mail_parses(demo: World, written: dict[str, bytes]) -> None:
    messages = [
        message_from_bytes(content, policy=default)
        for name, content in written.items()
        if name.endswith(".eml")
    ]

    assert len(messages) == len(demo.letters) >= 20
    assert len({one["Message-ID"] for one in messages}) == len(messages)
    assert all(one["Subject"] and one.get_body() is not None for one in messages)


def test_truth_has_one_record_for_each_receipt(demo: World, written: dict[str, bytes]) -> None:
    records = [json.loads(line) for line in written[".truth/bank_lines.jsonl"].splitlines()]

    with_customer = [one for one in records if one["customer"]]
    assert len(with_customer) == len(demo.receipts)
    for one in with_customer:
        shares = sum(share["cash"] for share in one["allocations"])
        assert shares + one["residual"]["amount"] == one["amount"]


def test_volume_balances_and_repeats(tmp_path: Path) -> None:
    size = volume.Volume(300, 20, settled_items=200, bank_lines=40)
    first = volume.write(3, TODAY, size, tmp_path / "a")
    second = volume.write(3, TODAY, size, tmp_path / "b")

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    rows = [line.split("\t") for line in first[1].read_text(encoding="utf-8").splitlines()]
    assert {len(row) for row in rows} == {18}
    assert len(rows) - 1 == size.ledger_lines
    assert sum(cents(row[11]) - cents(row[12]) for row in rows[1:]) == 0
    open_items = [row for row in rows[1:] if row[4] == "411000" and not row[13]]
    assert len(open_items) == 300
    statement = etree.parse(first[2])
    opening, closing = (_amount(one) for one in statement.iterfind(".//c:Bal", NS))
    entries = statement.findall(".//c:Ntry", NS)
    assert len(entries) == 40
    assert opening + sum(_amount(one) for one in entries) == closing


def test_volume_of_lines() -> None:
    assert volume.of_lines(1_000_000).ledger_lines == 1_000_000
