"""What is applied, what goes to a person, what is left: the rules, one case a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.cash.core.decide import match
from encaisse.cash.core.records import Decision, Match, PayerIban, Receipt, Source, reason
from encaisse.cash.tests.worlds import (
    BAKER,
    BRANCH,
    DAY,
    IBAN,
    MILL,
    book,
    decided,
    item,
    items,
    known,
    receipt,
)
from encaisse.kernel.references import rf_make

OTHER_IBAN = "DE89370400440532013000"


def _paid(found: Match) -> dict[int, int]:
    return {share.item: share.amount for share in found.shares}


def _codes(found: Match) -> set[str]:
    return {one.code for one in found.reasons}


def _from_mill(amount: int, text: str = "", **told: Any) -> Receipt:
    return receipt(amount, text, payer_iban=IBAN, **told)


APPLIED = [
    ("one strong number", items(100), receipt(100, "VIR FA-2026-0001"), {1: 100}),
    ("two numbers", items(100, 250), receipt(350, "FA20260001 FA20260002"), {1: 100, 2: 250}),
    (
        "a credit note named",
        items(100, 250, -30),
        receipt(320, "FA2026-0001, FA2026-0002 - FA2026-0003"),
        {1: 100, 2: 250, 3: -30},
    ),
    ("a valid RF", items(100), receipt(100, rf_make("FA2026-0001") or ""), {1: 100}),
    (
        "short numbers of a known payer",
        [item(1, "12", 100), item(2, "13", 50)],
        _from_mill(150, "factures 12 et 13"),
        {1: 100, 2: 50},
    ),
    ("a known payer's only single", items(100, 200, 300), _from_mill(300), {3: 300}),
    ("a known payer's only sum", items(101, 203, 407), _from_mill(508), {1: 101, 3: 407}),
    ("everything open", items(100, 200, 400), _from_mill(700), {1: 100, 2: 200, 3: 400}),
    ("a credit note netted", items(500, -100), _from_mill(400), {1: 500, 2: -100}),
    (
        "the name, whatever its legal form",
        items(100, customer=BAKER),
        receipt(100, payer_name="SARL BOULANGERIE CARPENTIER"),
        {1: 100},
    ),
    ("the code in the text", items(100), receipt(100, "client C00001"), {1: 100}),
    (
        "the head pays for its branch",
        items(100, customer=BRANCH),
        _from_mill(100),
        {1: 100},
    ),
    (
        "references of another, unknown payer",
        items(100),
        receipt(100, "FA2026-0001", payer_name="Groupe Inconnu"),
        {1: 100},
    ),
    (
        "one instalment of a number",
        [item(1, "FA2026-7", 100), item(2, "FA2026-7", 140, due=date(2026, 9, 1))],
        receipt(140, "FA2026-7"),
        {2: 140},
    ),
    (
        "equal items that nothing tells apart",
        [item(k, "sans", 837, issued=date(2026, 1, 1)) for k in (1, 2, 3)],
        _from_mill(837),
        {1: 837},
    ),
    (
        "the oldest of equal amounts",
        items(295, 130, 93, 93, 93, 93),
        _from_mill(295 + 130 + 3 * 93),
        {1: 295, 2: 130, 3: 93, 4: 93, 5: 93},
    ),
]


@pytest.mark.parametrize(("rows", "one", "paid"), [case[1:] for case in APPLIED],
                         ids=[case[0] for case in APPLIED])  # fmt: skip
def test_applied(rows: list[Any], one: Receipt, paid: dict[int, int]) -> None:
    found = decided(rows, one, known())
    assert (found.decision, _paid(found)) == (Decision.APPLIED, paid)
    assert sum(paid.values()) + found.residual == one.amount
    assert found.reasons


PROPOSED = [
    ("two equal singles", items(100, 100), _from_mill(100), "amount_of_several_items"),
    ("two sums", items(100, 200, 150, 150), _from_mill(300), "several_sums"),
    ("two sums of equal amounts", items(100, 200, 100), _from_mill(300), "equal_amounts_open"),
    ("250 of 100, 200, 300", items(100, 200, 300), _from_mill(250), "no_sum_fits"),
    ("more than is open", items(100), _from_mill(130), "more_than_open"),
    ("named, paid short", items(100), receipt(90, "FA2026-0001"), "references_worth_more"),
    ("named, paid over", items(100), receipt(120, "FA2026-0001"), "references_worth_less"),
    (
        "named in part",
        items(100, 250),
        receipt(350, "FA2026-0001 et autres"),
        "references_completed",
    ),
    ("an IBAN of two groups", items(100), receipt(100, payer_iban=OTHER_IBAN), "payer_not_sure"),
    (
        "a name that is near",
        items(100, customer=BAKER),
        receipt(100, payer_name="Boulangerie Carpantier"),
        "payer_not_sure",
    ),
    (
        "a disputed item",
        [item(1, "FA2026-1", 100, disputed=True)],
        receipt(100, "FA2026-1"),
        "item_disputed",
    ),
    ("amount alone", items(12_345), receipt(12_345), "amount_alone"),
    (
        "a payer whose own item fits, naming another's",
        [*items(100), item(9, "FA2026-9999", 100, customer=BAKER)],
        _from_mill(100, "FA2026-9999"),
        "payer_is_another_group",
    ),
    (
        "held",
        items(100),
        receipt(100, "FA2026-0001", holds=(reason("ledger_period"),)),
        "ledger_period",
    ),
    (
        "the clues disagree",
        items(100),
        _from_mill(100, payer_name="Boulangerie Carpentier"),
        "payer_clues_disagree",
    ),
]


@pytest.mark.parametrize(("rows", "one", "code"), [case[1:] for case in PROPOSED],
                         ids=[case[0] for case in PROPOSED])  # fmt: skip
def test_proposed(rows: list[Any], one: Receipt, code: str) -> None:
    shared = [PayerIban(OTHER_IBAN, who, 1, confirmed=True) for who in (MILL, BAKER)]
    found = decided(rows, one, known(), *shared)
    assert (found.decision, code in _codes(found)) == (Decision.PROPOSED, True), found
    assert sum(_paid(found).values()) + found.residual == one.amount


LEFT = [
    ("nothing known", items(100, 100), receipt(100), "payer_unknown"),
    ("nothing open", items(100, customer=BAKER), _from_mill(100), "nothing_open"),
    ("another currency", [item(1, "FA2026-1", 100, currency="USD")], _from_mill(100),
     "nothing_open"),
    ("money that left", items(100), receipt(-100, "FA2026-0001"), "money_that_left"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "one", "code"), [case[1:] for case in LEFT],
                         ids=[case[0] for case in LEFT])  # fmt: skip
def test_left(rows: list[Any], one: Receipt, code: str) -> None:
    found = decided(rows, one, known())
    assert (found.decision, code in _codes(found)) == (Decision.LEFT, True), found
    assert not found.shares


def test_a_runner_up_is_shown() -> None:
    found = decided(items(100, 200, 150, 150), _from_mill(300), known())
    assert found.runner_up is not None
    assert _paid(found) != {share.item: share.amount for share in found.runner_up.shares}


def test_what_references_teach_counts_within_the_run() -> None:
    told = [receipt(100 + at, f"FA2026-000{at}", id=at, payer_iban=IBAN) for at in (1, 2)]
    silent = receipt(103, id=3, payer_iban=IBAN)
    rows = items(101, 102, 103)
    assert [one.decision for one in match([*told, silent], book(rows))] == [Decision.APPLIED] * 3
    assert match([told[0], silent], book(rows))[1].decision is Decision.PROPOSED


def test_what_a_later_receipt_settles_decides_an_earlier_one() -> None:
    early = _from_mill(100, id=1, date=DAY - timedelta(days=1))
    late = _from_mill(100, "FA2026-0001", id=2)
    first, second = match([early, late], book(items(100, 100)), [known()])
    assert (_paid(first), _paid(second)) == ({2: 100}, {1: 100})
    assert {first.decision, second.decision} == {Decision.APPLIED}


def test_a_number_paid_twice_is_a_suspect() -> None:
    receipts = [receipt(100, "FA2026-0001", id=1), receipt(100, "FA2026-0001", id=2)]
    first, second = match(receipts, book(items(100)))
    assert first.decision is Decision.APPLIED
    assert (second.decision, second.residual) == (Decision.PROPOSED, 100)
    assert _codes(second) == {"reference_settled"}


def test_the_order_of_a_settled_item_is_no_second_payment() -> None:
    rows = [item(1, "FA2026-0001", 100, order="PO-51793"), item(2, "FA2026-0002", 70)]
    receipts = [
        receipt(100, "FA2026-0001", id=1),
        _from_mill(70, "fournisseur 51793", id=2),
    ]
    assert [one.decision for one in match(receipts, book(rows), [known()])] == [
        Decision.APPLIED, Decision.APPLIED,
    ]  # fmt: skip


def test_an_iban_that_only_references_taught_counts_from_the_second_time() -> None:
    once = PayerIban(IBAN, MILL, 1, confirmed=False)
    assert decided(items(100), _from_mill(100), once).decision is Decision.PROPOSED
    twice = replace(once, times=2)
    assert decided(items(100), _from_mill(100), twice).decision is Decision.APPLIED


def test_a_receipt_of_the_ledger_pays_its_own_customer_only() -> None:
    rows = [*items(100), item(9, "FA2026-9999", 100, customer=BAKER)]
    one = receipt(100, "FA2026-9999", source=Source.LEDGER, customer=MILL)
    found = decided(rows, one)
    assert _paid(found) == {1: 100}


def test_an_item_issued_after_the_money_came_is_not_guessed() -> None:
    late = item(1, "FA2026-0001", 100, issued=DAY + timedelta(days=1))
    assert decided([late], _from_mill(100), known()).decision is not Decision.APPLIED
    assert decided([late], receipt(100, "FA2026-0001")).decision is Decision.APPLIED


def test_a_chance_sum_among_many_items_is_not_believed() -> None:
    amounts = [100_000 + 7_919 * k % 50_021 for k in range(16)]
    chosen = amounts[1] + amounts[5] + amounts[6] + amounts[9] + amounts[14]
    found = decided(items(*amounts), _from_mill(chosen), known())
    assert found.decision is Decision.PROPOSED
    oldest = decided(items(*amounts), _from_mill(sum(amounts[:7])), known())
    assert len(oldest.shares) == 7


def test_the_oldest_of_very_many_items_are_recognised() -> None:
    amounts = [100_003 + 7_919 * k * k % 500_021 for k in range(60)]
    found = decided(items(*amounts), _from_mill(sum(amounts[:12])), known())
    assert (found.decision, len(found.shares)) == (Decision.APPLIED, 12)


AMOUNTS = st.lists(st.sampled_from([100, 150, 200, 300, 450, -50]), min_size=1, max_size=9)
TEXTS = st.lists(st.integers(1, 9), max_size=3)


@st.composite
def _worlds(draw: st.DrawFn) -> tuple[list[Any], list[Receipt]]:
    rows = items(*draw(AMOUNTS)) + items(*draw(AMOUNTS), customer=BAKER, start=20)
    receipts = []
    for at in range(draw(st.integers(1, 5))):
        text = " ".join(f"FA2026-{number:04d}" for number in draw(TEXTS))
        iban = draw(st.sampled_from(["", IBAN]))
        day = DAY + timedelta(days=draw(st.integers(0, 3)))
        amount = draw(st.integers(1, 20)) * 50
        receipts.append(receipt(amount, text, id=at, payer_iban=iban, date=day))
    return rows, receipts


@given(_worlds(), st.randoms())
def test_money_is_conserved_and_order_does_not_matter(
    world: tuple[list[Any], list[Receipt]], shuffle: Any
) -> None:
    rows, receipts = world
    found = match(receipts, book(rows), [known()])
    used: dict[int, int] = {}
    for one in found:
        assert sum(_paid(one).values()) + one.residual == one.receipt.amount or not one.shares
        if one.decision is Decision.APPLIED:
            assert sum(_paid(one).values()) == one.receipt.amount
            for share in one.shares:
                used[share.item] = used.get(share.item, 0) + share.amount
    amounts = {row[0]: row[8] for row in rows}
    assert all(amounts[item] == taken for item, taken in used.items())
    shuffle.shuffle(rows)
    shuffle.shuffle(receipts)
    assert match(receipts, book(rows), [known()]) == found
