"""Returned debits, joins of ledger and bank, and pairs of debits and credits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.cash.core.decide import match
from encaisse.cash.core.joins import TOLD, join
from encaisse.cash.core.records import Decision, Receipt, Share
from encaisse.cash.core.returns import Original
from encaisse.cash.core.settling import THE_PAYMENT, Pair, pairs
from encaisse.cash.tests.worlds import DAY, MILL, book, items, receipt


def _returned(amount: int, **told: Any) -> Receipt:
    told.setdefault("date", DAY + timedelta(days=5))
    return receipt(-amount, "REJET", id=told.pop("id", 90), is_return=True, **told)


def test_a_returned_debit_reopens_and_the_next_payment_settles_again() -> None:
    rows = items(100)
    receipts = [
        receipt(100, "FA2026-0001", id=1, end_to_end_id="E2E-1"),
        _returned(100, end_to_end_id="E2E-1"),
        receipt(100, "FA2026-0001", id=2, date=DAY + timedelta(days=9)),
    ]
    first, back, again = match(receipts, book(rows))
    assert [one.decision for one in (first, back, again)] == [Decision.APPLIED] * 3
    assert (back.reverses, back.shares) == (1, (Share(1, -100),))
    assert again.shares == (Share(1, 100),)


@pytest.mark.parametrize(
    ("told", "by_person", "decision"),
    [
        ({"end_to_end_id": "E2E-1"}, False, Decision.APPLIED),
        ({"mandate_id": "M-1"}, False, Decision.APPLIED),
        ({}, False, Decision.PROPOSED),
        ({"end_to_end_id": "E2E-1"}, True, Decision.PROPOSED),
        ({"date": DAY + timedelta(days=500)}, False, Decision.LEFT),
        ({"date": DAY - timedelta(days=1)}, False, Decision.LEFT),
    ],
)
def test_what_identifies_the_original(
    told: dict[str, Any], by_person: bool, decision: Decision
) -> None:
    original = Original(7, DAY, 100, "EUR", "E2E-1", "M-1", MILL, (Share(1, 100),), by_person)
    settled = [(*items(100)[0][:8], 0, False)]
    found = match([_returned(100, **told)], book(settled), originals=[original])[0]
    assert found.decision is decision
    assert sum(share.amount for share in found.shares) + found.residual == -100


def test_a_receipt_comes_back_once() -> None:
    original = Original(7, DAY, 100, "EUR", "E2E-1", "", MILL, (Share(1, 100),))
    settled = [(*items(100)[0][:8], 0, False)]
    twice = [_returned(100, id=at, end_to_end_id="E2E-1") for at in (90, 91)]
    found = match(twice, book(settled), originals=[original])
    assert [one.decision for one in found] == [Decision.APPLIED, Decision.LEFT]


def _told(*rows: tuple[int, int, int, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(id, DAY + timedelta(days=day), amount, "EUR", place) for id, day, amount, place in rows],
        schema=TOLD,
        orient="row",
    )


def test_ledger_and_bank_join_only_when_each_is_the_only_one() -> None:
    ledger = _told(
        (1, 0, 100, ""), (2, 0, 200, "A"), (3, 0, 300, ""), (4, 0, 300, ""), (5, 0, 9, "")
    )
    bank = _told(
        (11, 5, 100, "A"), (12, 1, 200, "B"), (13, 0, 300, "A"), (14, 6, 9, "A"), (15, 1, 200, "A"),
        (16, 0, -100, "A"),
    )  # fmt: skip
    found = join(ledger, bank)
    assert found.sure.rows() == [(1, 11), (2, 15)]
    assert found.possible.rows() == [(3, 13), (4, 13)]


def test_credit_notes_settle_first() -> None:
    shares = [Share(1, 100), Share(2, 250), Share(3, -130)]
    assert pairs(shares) == [Pair(1, 3, 100), Pair(2, 3, 30), Pair(2, THE_PAYMENT, 220)]
    with pytest.raises(ValueError, match="credit notes"):
        pairs([Share(1, 100), Share(2, -130)])


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.data())
def test_pairs_use_up_every_share(debits: list[int], data: st.DataObject) -> None:
    net = data.draw(st.integers(0, sum(debits)))
    cut = data.draw(st.integers(0, net))
    credits_ = [amount for amount in (cut, net - cut) if amount]
    shares = [Share(at, amount) for at, amount in enumerate(debits, start=1)]
    shares += [Share(100 + at, -amount) for at, amount in enumerate(credits_)]
    used: dict[int, int] = {}
    for pair in pairs(shares):
        assert pair.amount > 0
        used[pair.debit] = used.get(pair.debit, 0) + pair.amount
        used[pair.credit] = used.get(pair.credit, 0) - pair.amount
    paid = used.pop(THE_PAYMENT, 0)
    assert used == {share.item: share.amount for share in shares}
    assert -paid == sum(debits) - net
