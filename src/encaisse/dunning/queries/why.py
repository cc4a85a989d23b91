"""Why a customer or an item is or is not chased today."""

from __future__ import annotations

from datetime import date
from typing import Any

from encaisse.dunning.core import why
from encaisse.dunning.queries import facts
from encaisse.kernel.money import plain
from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.models import Company


def reasons(subject: Customer | OpenItem, *, company: Company, today: date) -> dict[str, Any]:
    """``{subject, verdict, steps: [{rule, outcome, facts}], items}`` as the command line says it.

    A customer's verdict is ``planned`` when any of its items is, else ``withheld``, else
    ``nothing_due``; an item that is settled has the verdict ``settled``.
    """
    is_item = isinstance(subject, OpenItem)
    customer_id = subject.customer_id if isinstance(subject, OpenItem) else subject.pk
    read = facts.facts(company, today, customers=[customer_id])
    explained = why.explain(read, customer_id)
    if is_item:
        explained = [one for one in explained if one.item == subject.pk]
        if not explained:
            return {"subject": _subject(subject), "verdict": "settled", "steps": [
                {"rule": "settled", "outcome": "closed", "facts": {}}]}  # fmt: skip
    verdicts = [one.verdict for one in explained]
    verdict = next((one for one in ("planned", "withheld") if one in verdicts), "nothing_due")
    steps = [
        {"rule": rule.rule, "outcome": rule.outcome,
         "facts": {**({} if is_item else {"item": one.number}), **_plain(rule.facts)}}
        for one in explained
        for rule in one.rules
    ]  # fmt: skip
    return {
        "subject": _subject(subject),
        "verdict": verdict,
        "steps": steps,
        "items": [
            {"item_id": str(one.item), "number": one.number, "verdict": one.verdict,
             "step": one.step,
             "gates": [rule.rule for rule in one.rules if rule.outcome == "closed"]}
            for one in explained
        ],
    }  # fmt: skip


def _subject(subject: Customer | OpenItem) -> dict[str, str]:
    if isinstance(subject, OpenItem):
        return {"kind": "item", "item_id": str(subject.pk), "number": subject.number}
    return {"kind": "customer", "customer": subject.code}


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Amounts and dates as the command line prints them."""
    shown: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
    }
    if "amount" in shown:
        shown["amount"] = plain(shown["amount"], facts["currency"])
    return shown
