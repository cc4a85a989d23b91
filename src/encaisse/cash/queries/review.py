"""Bank lines with what was decided about each, as a person reviews them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from encaisse.cash.models import BankLine, LineState, Match, Verdict
from encaisse.kernel.catalogue import sentence
from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Share:
    """So much of a line for one item, minor units; negative for a netted credit note."""

    item: OpenItem | None
    amount: int


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A bank line, the decision that holds about it, and why, in words."""

    line: BankLine
    match: Match | None
    shares: tuple[Share, ...] = ()
    reasons: tuple[str, ...] = ()
    runner_up: str = ""

    @property
    def is_proposal(self) -> bool:
        """Whether it waits for a person to accept or refuse."""
        proposed = self.match is not None and self.match.verdict == Verdict.PROPOSED
        return proposed and self.line.state == LineState.OPEN


def lines(company: Company, show: str = "proposed") -> QuerySet[BankLine]:
    """Lines to accept (`proposed`), to identify (`open`), what came back, or all."""
    found = BankLine.objects.filter(company=company).select_related("bank_account", "item")
    if show == "all":
        return found
    if show == "returned":
        return found.filter(is_return=True)
    last = Match.objects.filter(bank_line=OuterRef("pk")).order_by("-id").values("verdict")[:1]
    waiting = found.filter(state=LineState.OPEN).annotate(last=Subquery(last))
    if show == "open":
        return waiting.exclude(last=Verdict.PROPOSED).filter(amount__gt=0)
    return waiting.filter(last=Verdict.PROPOSED)


def waiting(company: Company) -> int:
    """How many proposals wait for a person."""
    return lines(company).count()


def reviewed(company: Company, found: Iterable[BankLine]) -> list[Reviewed]:
    """The lines with their last decision, in three queries however many there are."""
    wanted = list(found)
    matches = {
        match.bank_line_id: match
        for match in Match.objects.filter(company=company, bank_line__in=wanted)
        .select_related("customer")
        .order_by("bank_line", "-id")
        .distinct("bank_line")
    }
    ids = {item for match in matches.values() for item, _ in _all_shares(match)}
    items = OpenItem.objects.select_related("customer", "balance").in_bulk(ids)
    return [_reviewed(line, matches.get(line.pk), items) for line in wanted]


def decisions(line: BankLine) -> list[Match]:
    """Every decision about a line, newest first."""
    return list(Match.objects.filter(bank_line=line).select_related("customer").order_by("-id"))


def customers_like(company: Company, key: str, *, limit: int = 8) -> list[Customer]:
    """Customers to assign a line to: code or name contains the key."""
    found = Customer.objects.filter(company=company, search_key__contains=key)
    return list(found.order_by("code")[:limit])


def words_of(reasons: Iterable[tuple[str, dict[str, Any]]]) -> tuple[str, ...]:
    """Reasons as sentences in the language of the page."""
    language = (get_language() or "fr")[:2]
    return tuple(sentence(code, facts, language) for code, facts in reasons)


def _reviewed(line: BankLine, match: Match | None, items: dict[int, OpenItem]) -> Reviewed:
    if match is None:
        return Reviewed(line, None)
    shares = tuple(Share(items.get(item), amount) for item, amount in match.shares)
    other = ""
    if match.runner_up:
        numbers = [items[item].number for item, _ in match.runner_up["shares"] if item in items]
        other = ", ".join(numbers)
    return Reviewed(line, match, shares, words_of(match.reasons), other)


def _all_shares(match: Match) -> list[tuple[int, int]]:
    other = match.runner_up["shares"] if match.runner_up else []
    return [*match.shares, *other]
