"""A matching run as the command line and the API answer it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from encaisse.cash.core.records import Decision, Match, Reason, Share, Source
from encaisse.cash.queries.facts import Told
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.money import plain


@dataclass(frozen=True, slots=True)
class Run:
    """What a run decided: matches in the order of their dates, what is printed about each line,
    numbers and codes by id, and how many lines were joined with the ledger."""

    matches: Sequence[Match] = ()
    told: Mapping[tuple[Source, int], Told] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)
    joined: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Lines by decision, and those joined with the ledger."""
        found = Counter(match.decision.value for match in self.matches)
        return {one.value: found[one.value] for one in Decision} | {"joined": self.joined}


def run_document(run: Run, language: str = "en") -> dict[str, Any]:
    """``{lines, summary}``: every line that the run looked at, oldest first."""
    return {
        "lines": [_line(one, run, language) for one in run.matches],
        "summary": run.counts | {"amounts": _amounts(run.matches)},
    }


def _line(one: Match, run: Run, language: str) -> dict[str, Any]:
    receipt = one.receipt
    told = run.told[receipt.source, receipt.id]
    runner_up = None
    if one.runner_up is not None:
        runner_up = {
            "allocations": _shares(one.runner_up.shares, run, receipt.currency),
            "reasons": _reasons(one.runner_up.reasons, language),
        }
    return {
        "id": told.id,
        "source": receipt.source.value,
        "reference": told.reference,
        "account": told.place,
        "date": receipt.date.isoformat(),
        "amount": plain(receipt.amount, receipt.currency),
        "currency": receipt.currency,
        "text": told.text,
        "payer": told.payer,
        "decision": one.decision.value,
        "confidence": round(one.confidence, 4),
        "customer": run.codes.get(one.customer) if one.customer is not None else None,
        "allocations": _shares(one.shares, run, receipt.currency),
        "residual": {
            "amount": plain(one.residual, receipt.currency),
            "treatment": one.treatment.value,
        },
        "reasons": _reasons(one.reasons, language),
        "runner_up": runner_up,
        "reverses": f"B{one.reverses}" if one.reverses is not None else None,
    }


def _shares(shares: Iterable[Share], run: Run, currency: str) -> list[dict[str, str]]:
    return [
        {
            "item": str(share.item),
            "number": run.numbers.get(share.item, ""),
            "amount": plain(share.amount, currency),
        }
        for share in shares
    ]


def _reasons(reasons: Iterable[Reason], language: str) -> list[dict[str, str]]:
    return [{"code": one.code, "text": sentence(one.code, one.facts, language)} for one in reasons]


def _amounts(matches: Iterable[Match]) -> list[dict[str, str]]:
    """Money in by decision and currency."""
    sums: dict[tuple[str, Decision], int] = {}
    for one in matches:
        if one.receipt.amount > 0 or one.receipt.source is Source.LEDGER:
            place = (one.receipt.currency, one.decision)
            sums[place] = sums.get(place, 0) + one.receipt.amount
    return [
        {"currency": currency, "decision": decision.value, "amount": plain(amount, currency)}
        for (currency, decision), amount in sorted(sums.items())
    ]
