"""Letters of a real ledger are found again from dates and amounts alone."""

from __future__ import annotations

import pytest

from encaisse.cash.bench import score
from encaisse.cash.core.decide import match
from encaisse.cash.tests.fec_truth import fec_path, load

needs_fec = pytest.mark.skipif(not fec_path().exists(), reason="the fixture FEC is not here")


@needs_fec
def test_letters_of_a_real_ledger_are_found_again() -> None:
    ledger = load(fec_path())
    found = score(match(ledger.receipts, ledger.book), ledger.truth, ledger.same)
    # 45 letters, of which one nets a credit note without any receipt.
    assert (ledger.letters, found.known) == (45, 44)
    assert found.wrong == ()
    assert found.right == 44
