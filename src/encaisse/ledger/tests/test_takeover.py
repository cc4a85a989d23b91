"""Files of items and ledgers, taken in once, again, and in newer versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from encaisse.ledger.core.extract import Extract
from encaisse.ledger.models import Customer
from encaisse.ledger.queries import aging
from encaisse.ledger.queries.items import items
from encaisse.ledger.services.takeover import ledger, table
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

TODAY = date(2026, 11, 22)
_CUSTOMER: dict[str, pl.DataType | type[pl.DataType]] = {
    "code": pl.String, "name": pl.String, "siren": pl.String, "email": pl.String,
    "phone": pl.String, "address": pl.String, "language": pl.String, "segment": pl.String,
    "ibans": pl.List(pl.String), "parent": pl.String, "terms": pl.String,
}  # fmt: skip
_ITEM = {
    "key": pl.String, "customer": pl.String, "kind": pl.String, "number": pl.String,
    "issue_date": pl.Date, "due_date": pl.Date, "due_date_source": pl.String,
    "currency": pl.String, "amount": pl.Int64, "open_amount": pl.Int64, "paid_date": pl.Date,
    "label": pl.String, "order_number": pl.String, "treasury": pl.String,
    "treasury_entry": pl.String, "treasury_amount": pl.Int64,
    "is_opening": pl.Boolean, "line": pl.Int64,
}  # fmt: skip
_ALLOCATION = {
    "debit_key": pl.String, "credit_key": pl.String, "amount": pl.Int64, "date": pl.Date,
    "letter": pl.String,
}  # fmt: skip


def _customers(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=_CUSTOMER)


def _item(number: str, amount: int, **more: Any) -> dict[str, Any]:
    kind = "invoice" if amount >= 0 else "credit_note"
    return {
        "key": number, "customer": "C1", "kind": kind, "number": number, "currency": "EUR",
        "issue_date": date(2026, 9, 1), "due_date": date(2026, 10, 1),
        "due_date_source": "file", "amount": amount, "line": 1, **more,
    }  # fmt: skip


def _extract(*rows: dict[str, Any], **more: Any) -> Extract:
    allocations = pl.DataFrame(more.pop("allocations", []), schema=_ALLOCATION, orient="row")
    return Extract(
        customers=_customers({"code": "C1", "name": "Bouleau SA"}),
        items=pl.DataFrame(list(rows), schema=_ITEM),
        allocations=allocations,
        **more,
    )


@pytest.fixture
def take(acme: Company, actor: Actor) -> Any:
    def run(extract: Extract) -> Any:
        take_over = ledger.take_over if extract.complete_for else table.take_over
        return take_over(extract, company=acme, today=TODAY, actor=actor)

    return run


def _open(company: Company) -> dict[str, int]:
    return {row.number: row.open_amount for row in items(company, TODAY)}


def test_a_list_taken_twice_changes_nothing(acme: Company, take: Any) -> None:
    extract = _extract(_item("FA1", 10_000), _item("AV1", -2_000))

    take(extract)
    take(extract)

    assert _open(acme) == {"FA1": 10_000, "AV1": -2_000}
    (total,) = aging.of_all(acme, TODAY)
    assert (total.buckets.d31_60, total.unapplied, total.balance) == (10_000, -2_000, 8_000)


def test_paid_and_partly_paid_items_of_a_list_are_settled_by_payments(
    acme: Company, take: Any
) -> None:
    paid = _item("FA1", 10_000, paid_date=date(2026, 10, 15))
    partly = _item("FA2", 10_000, open_amount=4_000)

    done = take(_extract(paid, partly))
    take(_extract(paid, partly))

    assert _open(acme) == {"FA2": 4_000}
    assert (done.counts["closed_items"], done.counts["payments"]) == (1, 2)
    before = {row.number: row.open_amount for row in items(acme, date(2026, 10, 14))}
    assert before == {"FA1": 10_000, "FA2": 10_000}


def test_only_a_complete_list_settles_what_it_drops(acme: Company, take: Any) -> None:
    take(_extract(_item("FA1", 10_000), _item("FA2", 5_000)))

    take(_extract(_item("FA1", 10_000)))
    assert _open(acme) == {"FA1": 10_000, "FA2": 5_000}

    take(_extract(_item("FA1", 10_000), is_complete=True))
    assert _open(acme) == {"FA1": 10_000}


def test_instalments_are_told_apart_by_due_date_and_a_moved_one_is_the_same(
    acme: Company, take: Any
) -> None:
    first = _item("FA1", 3_000, key="1", due_date=date(2026, 10, 1))
    second = _item("FA1", 3_000, key="2", due_date=date(2026, 11, 1))
    take(_extract(first, second))

    take(_extract(first, second | {"due_date": date(2026, 12, 1)}))

    assert [row.due_date for row in items(acme, TODAY)] == [date(2026, 10, 1), date(2026, 12, 1)]


def _year(*rows: dict[str, Any], year: int = 2026, **more: Any) -> Extract:
    return _extract(*rows, complete_for=(date(year, 1, 1), date(year, 12, 31)), **more)


def _payment(number: str, amount: int, **more: Any) -> dict[str, Any]:
    return _item(number, amount, **{"kind": "payment", "treasury": "512", **more})


def test_a_newer_export_brings_new_lines_and_letters_and_drops_drafts(
    acme: Company, take: Any
) -> None:
    take(_year(_item("FA1", 10_000), _item("DRAFT", 700)))

    pair = ("FA1", "R1", 10_000, date(2026, 10, 20), "AA")
    done = take(
        _year(_item("FA1", 10_000), _payment("R1", -10_000), _item("FA2", 500), allocations=[pair])
    )

    assert _open(acme) == {"FA2": 500}
    assert (done.counts["new"], done.counts["gone"], done.counts["allocations"]) == (2, 1, 1)
    again = take(
        _year(_item("FA1", 10_000), _payment("R1", -10_000), _item("FA2", 500), allocations=[pair])
    )
    assert (again.counts["new"], again.counts["gone"], again.counts["allocations"]) == (0, 0, 0)


def test_the_openings_of_a_new_year_are_the_items_of_the_old_one(acme: Company, take: Any) -> None:
    old = {"issue_date": date(2025, 12, 1), "due_date": date(2026, 1, 1)}
    take(_year(_item("FA1", 10_000, **old), _item("FA2", 5_000, **old), year=2025))

    day = {"issue_date": date(2026, 1, 1), "is_opening": True}
    done = take(
        _year(
            _item("AN", 15_000, **day),
            _payment("R1", -12_000, issue_date=date(2026, 2, 1)),
            allocations=[("AN", "R1", 12_000, date(2026, 2, 1), "AA")],
            expected={"EUR": 3_000},
        )
    )

    assert _open(acme) == {"FA2": 3_000}
    assert done.gap == {"EUR": 0}


def test_nobody_of_another_organization_sees_the_items(
    acme: Company, other: Company, take: Any
) -> None:
    from encaisse.database.row_security import act_for

    take(_extract(_item("FA1", 10_000)))
    act_for([other.organization_id])

    assert items(acme, TODAY) == []


def test_a_partial_letter_carried_into_the_new_year_settles_only_what_was_left(
    acme: Company, take: Any
) -> None:
    old = {"issue_date": date(2025, 12, 1), "due_date": date(2026, 1, 1)}
    take(
        _year(
            _item("FA1", 10_000, **old),
            _payment("R1", -6_000, **old),
            allocations=[("FA1", "R1", 6_000, date(2025, 12, 1), "a")],
            year=2025,
        )
    )

    day = {"issue_date": date(2026, 1, 1), "is_opening": True}
    done = take(
        _year(
            _item("FA1", 10_000, key="AN1", **day),
            _payment("R1", -6_000, key="AN2", **day),
            _payment("R2", -4_000, issue_date=date(2026, 2, 1)),
            allocations=[
                ("AN1", "AN2", 6_000, date(2026, 1, 1), "A"),
                ("AN1", "R2", 4_000, date(2026, 2, 1), "A"),
            ],
            expected={"EUR": 0},
        )
    )

    assert _open(acme) == {}
    assert done.gap == {"EUR": 0}


def test_a_receipt_known_from_the_bank_counts_once_with_its_discount(
    acme: Company, actor: Actor, take: Any
) -> None:
    from encaisse.kernel.money import Money
    from encaisse.ledger.models import Customer
    from encaisse.ledger.services.items import Receipt, record_receipt

    take(_year(_item("FA1", 10_000)))
    customer = Customer.objects.get(company=acme, code="C1")
    receipt = Receipt(customer, Money(9_800, "EUR"), date(2026, 10, 20), "BQ1")
    record_receipt(receipt, company=acme, today=TODAY, actor=actor)

    entry = {"treasury_entry": "BQ7", "treasury_amount": 9_800, "issue_date": date(2026, 10, 21)}
    newer = _year(
        _item("FA1", 10_000),
        _payment("R1", -10_000, **entry),
        allocations=[("FA1", "R1", 10_000, date(2026, 10, 21), "AA")],
        expected={"EUR": 0},
    )
    first, again = take(newer), take(newer)

    assert _open(acme) == {}
    assert (first.gap, again.gap) == ({"EUR": 0}, {"EUR": 0})
    assert (again.counts["new"], again.counts["gone"], again.counts["allocations"]) == (0, 0, 0)


def test_a_file_without_names_leaves_a_customer_as_easy_to_find(acme: Company, take: Any) -> None:
    take(_extract(_item("FA1", 10_000)))
    nameless = _extract(_item("FA2", 10_000))
    nameless = replace(nameless, customers=_customers({"code": "C1"}))

    take(nameless)

    found = Customer.objects.get(company=acme, code="C1")
    assert (found.name, found.search_key) == ("Bouleau SA", "c1 bouleau sa")
