"""What a reference names when several items bear the number."""

from __future__ import annotations

from datetime import date

import pytest

from encaisse.ledger.models import ItemKind, OpenItem
from encaisse.ledger.queries import find
from encaisse.ledger.services.takeover import table
from encaisse.ledger.tests.test_takeover import TODAY, _extract, _item
from encaisse.teams.actor import Actor, Unknown
from encaisse.teams.models import Company


def test_the_invoice_wins_over_the_payment_that_bears_its_number(
    acme: Company, actor: Actor
) -> None:
    paid = _item("F-1", 100, open_amount=0, paid_date=date(2026, 10, 9))
    table.take_over(_extract(paid), company=acme, today=TODAY, actor=actor)
    assert OpenItem.objects.filter(company=acme, number="F-1").count() == 2
    assert find.item("C1:F-1", company=acme).kind == ItemKind.INVOICE
    assert find.item("F-1", company=acme).kind == ItemKind.INVOICE


def test_two_instalments_of_a_number_are_ambiguous(acme: Company, actor: Actor) -> None:
    first = _item("F-2", 100, key="1", open_amount=100)
    second = _item("F-2", 200, key="2", open_amount=200, due_date=date(2026, 11, 1))
    table.take_over(_extract(first, second), company=acme, today=TODAY, actor=actor)
    with pytest.raises(Unknown, match="ambiguous_item"):
        find.item("C1:F-2", company=acme)
