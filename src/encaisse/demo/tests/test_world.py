"""The story itself: repeatable, consistent, and as full of trouble as a real ledger."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from encaisse.demo.core import calibration, files, world
from encaisse.demo.core.days import due_date, easter, is_open
from encaisse.demo.core.records import TINY, World
from encaisse.kernel.references import iban_read, rf_read, siren_read

TODAY = date(2026, 11, 22)


def test_same_seed_gives_the_same_bytes(tiny: World) -> None:
    again = world.build(7, TODAY, TINY)

    assert files.contents(again) == files.contents(tiny)


def test_another_seed_gives_another_world(tiny: World) -> None:
    assert world.build(8, TODAY, TINY).documents != tiny.documents


def test_a_later_day_repeats_the_past(tiny: World) -> None:
    later = world.build(7, TODAY + timedelta(days=7), TINY, anchor=TODAY)

    assert later.documents[: len(tiny.documents)] == tiny.documents
    assert later.receipts[: len(tiny.receipts)] == tiny.receipts
    before = [one for one in tiny.movements if one.posted is not None]
    assert [one for one in later.movements if one.posted in {p.posted for p in before}] == before


def test_identifiers_check_out(demo: World) -> None:
    assert siren_read(demo.company.siren) is not None
    assert all(iban_read(bank.iban) for bank in demo.company.banks)
    assert all(iban_read(iban) for one in demo.customers for iban in one.ibans)
    assert all(siren_read(one.siren) for one in demo.customers if one.siren)
    assert all(rf_read(one.reference) for one in demo.receipts if one.reference)


def test_nobody_shares_a_name_or_a_code(demo: World) -> None:
    assert len({one.name for one in demo.customers}) == len(demo.customers) == 400
    assert len({one.code for one in demo.customers}) == 400


def test_due_dates_follow_the_terms(demo: World) -> None:
    terms = {one.code: one.terms for one in demo.customers}

    assert all(
        one.due == due_date(one.issued, terms[one.customer])
        for one in demo.documents
        if one.kind == "invoice"
    )


def test_no_document_is_settled_beyond_its_amount(demo: World) -> None:
    left = world.open_amounts(demo.documents, demo.receipts, demo.adjustments, TODAY)

    for one in demo.documents:
        assert 0 <= one.sign * left.get(one.number, 0) <= one.gross


def test_cash_is_what_the_shares_say(demo: World) -> None:
    assert all(
        one.cash == sum(share.cash for share in one.shares) + one.extra for one in demo.receipts
    )


def test_bank_lines_are_their_receipts(demo: World) -> None:
    with_details = [one for one in demo.movements if one.details]

    assert all(one.amount == sum(r.cash for r in one.details) for one in with_details)
    assert sum(len(one.details) for one in with_details) == len(demo.receipts)
    assert all(is_open(one.booked) for one in demo.movements)


def test_bookkeeper_posts_within_three_days(demo: World) -> None:
    delays = Counter(
        (one.posted - one.booked).days for one in demo.movements if one.posted is not None
    )

    assert min(delays) >= -5  # cheques stand in the books before the bank has them
    assert max(delays) <= 3
    assert len([days for days in delays if days >= 0]) >= 3
    booked_late = [one for one in demo.movements if one.booked > demo.ledger_date]
    assert len(booked_late) >= 30  # something for the program to do


@pytest.mark.parametrize("name", list(calibration.TARGETS))
def test_payment_behaviour_is_the_published_one(demo: World, name: str) -> None:
    low, high = calibration.TARGETS[name]

    assert low <= calibration.measure(demo).measures[name] <= high


def test_large_and_foreign_customers_pay_as_published(demo: World) -> None:
    found = calibration.measure(demo)

    assert found.late_by_size["1000+"] > found.late_by_size["50-199"]
    assert found.late_by_sector["estate"] > found.late_by_sector["construction"]
    assert found.late_by_country["DE"] < found.late_by_country["FR"]
    assert found.late_by_country["NL"] < found.late_by_country["BE"]


@pytest.mark.parametrize(
    "tag",
    [
        "after_return", "bank_fee", "customer_code", "digits_only", "discount", "duplicate",
        "group_payment", "many_invoices", "netted_credit", "no_reference", "on_account",
        "order_number", "overpayment", "own_reference", "refund", "returned", "rounding",
        "short_payment", "shortened", "style_advice", "style_rf", "third_party", "truncated",
        "typo",
    ],
)  # fmt: skip
def test_every_phenomenon_occurs(demo: World, tag: str) -> None:
    assert calibration.measure(demo).phenomena.get(tag, 0) >= 5


def test_today_shows_every_state(demo: World) -> None:
    found = calibration.measure(demo)

    assert all(cents > 0 for name, cents in found.overdue.items() if name != "unapplied")
    assert found.overdue["unapplied"] < 0
    assert {one.kind for one in demo.adjustments} == {"netting", "write_off", "doubtful"}
    kinds = {one.kind for one in demo.letters}
    assert {"advice", "promise", "dispute", "insolvency", "bounce", "bank_details"} <= kinds


def test_some_payments_cover_very_many_invoices(demo: World) -> None:
    assert max(len(one.shares) for one in demo.receipts) >= 20


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5))],
)
def test_easter(year: int, sunday: date) -> None:
    assert easter(year) == sunday
