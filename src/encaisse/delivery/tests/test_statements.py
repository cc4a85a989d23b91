"""A statement shows what the aged balance shows, whatever happened in the group."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from encaisse.delivery.queries.statements import MOST_LINES, statement_of
from encaisse.ledger.models import Author, Customer, ItemKind, OpenItem, Origin
from encaisse.ledger.queries import aging
from encaisse.ledger.services.allocations import Settlement, allocate
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

TODAY = date(2026, 11, 22)


@pytest.fixture
def birch(acme: Company) -> Customer:
    return Customer.objects.create(company=acme, code="BIRCH", name="Birch & Fils")


def item(customer: Customer, number: str, amount: int, issued: date) -> OpenItem:
    return OpenItem.objects.create(
        company=customer.company, customer=customer, number=number, currency="EUR",
        kind=ItemKind.INVOICE if amount > 0 else ItemKind.PAYMENT, issue_date=issued,
        due_date=issued, due_date_source="file", amount=amount, origin=Origin.LIST,
    )  # fmt: skip


def settle(debit: OpenItem, credit: OpenItem, amount: int, actor: Actor) -> None:
    allocate(
        [Settlement(debit.pk, credit.pk, amount, actor.today)], company=debit.company,
        author=Author.PERSON, today=actor.today, actor=actor,
    )  # fmt: skip


def agrees(company: Company, customer: Customer) -> None:
    (aged,) = (one for one in aging.by_customer(company, TODAY) if one.ref == customer.code)
    (book,) = statement_of(customer, TODAY, company=company).ledgers
    assert book.closing == aged.balance
    assert sum(book.buckets.values()) + book.unapplied == book.closing


def test_movements_run_from_opening_to_the_aged_balance(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    old = item(birch, "F1", 10_000, date(2025, 1, 10))
    settle(old, item(birch, "P1", -10_000, date(2025, 3, 1)), 10_000, actor)
    item(birch, "F2", 25_000, date(2026, 9, 1))
    item(birch, "P2", -5_000, date(2026, 10, 1))
    statement = statement_of(birch, TODAY, company=acme)
    (book,) = statement.ledgers
    assert statement.since == date(2026, 9, 1)
    assert [line.number for line in book.movements] == ["F2", "P2"]
    assert (book.opening, book.closing, book.unapplied) == (0, 20_000, -5_000)
    agrees(acme, birch)


def test_what_the_group_settled_is_a_line_of_its_own(
    acme: Company, birch: Customer, actor: Actor
) -> None:
    sister = Customer.objects.create(company=acme, code="ELM", name="Elm", head=birch)
    bought = item(birch, "F1", 10_000, date(2026, 9, 1))
    settle(bought, item(sister, "P1", -6_000, date(2026, 10, 1)), 6_000, actor)
    (book,) = statement_of(birch, TODAY, company=acme).ledgers
    assert [(line.kind, line.credit) for line in book.movements[1:]] == [("transfer", 6_000)]
    agrees(acme, birch)


def test_a_long_history_is_folded_into_the_opening(acme: Company, birch: Customer) -> None:
    for number in range(MOST_LINES + 20):
        item(birch, f"F{number}", 100, date(2026, 9, 1))
    (book,) = statement_of(birch, TODAY, company=acme).ledgers
    assert (len(book.movements), book.opening) == (MOST_LINES, 2_000)
    agrees(acme, birch)


def test_a_customer_without_movements_has_no_section(
    acme: Company, birch: Customer, tmp_path: Path
) -> None:
    assert statement_of(birch, TODAY, company=acme).ledgers == ()
