"""Find a bank line or a receipt, its last decision, and what explains it."""

from __future__ import annotations

from typing import Any

from encaisse.cash.core.records import Receipt, Source
from encaisse.cash.models import BankLine, LineState, Match, Verdict
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.money import plain
from encaisse.ledger.models import Allocation, ItemKind, OpenItem
from encaisse.ledger.queries import find
from encaisse.teams.actor import Refused, Unknown
from encaisse.teams.models import Company

Line = BankLine | OpenItem
"""A bank line, or a payment: what money is applied from."""


def line(ref: str, *, company: Company) -> Line:
    """The bank line ``B12``, or the payment with this item id or ``CODE:NUMBER``.

    A bank line that the ledger tells too is the ledger's receipt. Unknown (`unknown_line`).
    """
    found = bank_line(ref, company=company)
    if found is not None:
        return found.item if found.state == LineState.JOINED and found.item else found
    try:
        item = find.item(ref, company=company)
    except Unknown as nothing:
        raise Unknown("unknown_line", ref=ref) from nothing
    if item.kind != ItemKind.PAYMENT:
        raise Unknown("unknown_line", ref=ref)
    return item


def bank_line(ref: str, *, company: Company) -> BankLine | None:
    """The bank line that ``B12`` names, if there is one."""
    if ref[:1] not in {"B", "b"} or not ref[1:].isdecimal() or len(ref) > 19:
        return None
    lines = BankLine.objects.select_related("item", "bank_account")
    return lines.filter(company=company, pk=int(ref[1:])).first()


def last_match(of: Line) -> Match | None:
    """The decision that holds about a line."""
    rows = Match.objects.select_related("customer", "reverses")
    chosen = rows.filter(bank_line=of) if isinstance(of, BankLine) else rows.filter(receipt=of)
    return chosen.order_by("-id").first()


def proposal(of: Line) -> Match:
    """The proposal that waits for a person. Refused (`no_proposal`) when there is none."""
    found = last_match(of)
    is_open = not isinstance(of, BankLine) or of.state == LineState.OPEN
    if found is None or found.verdict != Verdict.PROPOSED or not is_open:
        raise Refused("no_proposal", line=of)
    return found


def as_receipt(of: Line) -> Receipt:
    """The money of a line that is not used yet, as matching sees it."""
    if isinstance(of, OpenItem):
        left = -of.balance.open
        return Receipt(
            Source.LEDGER, of.pk, of.issue_date, left, of.currency, (of.label,),
            customer=of.customer_id,
        )  # fmt: skip
    return Receipt(
        Source.BANK, of.pk, of.booking_date, of.amount, of.currency, (of.text,),
        tuple(of.structured), of.end_to_end_id, of.mandate_id, of.counterparty_name,
        of.counterparty_iban, is_return=of.is_return,
    )  # fmt: skip


def why(ref: str, *, company: Company, language: str = "en") -> dict[str, Any] | None:
    """Every decision about a bank line, rule by rule; None when `ref` names no bank line."""
    found = bank_line(ref, company=company)
    if found is None:
        return None
    steps = []
    matches = Match.objects.filter(bank_line=found).select_related("customer").order_by("id")
    for match in matches:
        told = {
            "decided_by": match.decided_by, "on": match.decided_on.isoformat(),
            "model": match.model, "verdict": match.verdict,
        }  # fmt: skip
        for code, facts in match.reasons:
            steps.append(
                {"rule": code, "outcome": sentence(code, facts, language), "facts": facts | told}
            )
        if match.runner_up:
            shown = told | {"shares": match.runner_up["shares"]}
            text = "; ".join(
                sentence(code, facts, language) for code, facts in match.runner_up["reasons"]
            )
            steps.append({"rule": "runner_up", "outcome": text, "facts": shown})
    return {"subject": str(found), "verdict": found.state, "steps": steps}


def allocations_of(payment: OpenItem) -> list[Allocation]:
    """The allocations of a payment that are in force."""
    active = Allocation.objects.filter(credit=payment, reverses=None, reversal=None)
    return list(active.select_related("debit").order_by("id"))


def allocation_document(allocation: Allocation) -> dict[str, str]:
    """An allocation as the command line prints it."""
    return {
        "id": str(allocation.pk), "item": str(allocation.debit_id),
        "number": allocation.debit.number, "payment": str(allocation.credit_id),
        "amount": plain(allocation.amount, allocation.currency), "currency": allocation.currency,
        "date": allocation.date.isoformat(),
    }  # fmt: skip
