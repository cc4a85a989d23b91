"""Find anything by the few characters somebody types: customers, items, bank lines."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.db.models import QuerySet

from encaisse.cash.models import BankLine
from encaisse.kernel.money import Money
from encaisse.kernel.references import search_key
from encaisse.ledger.models import Customer, ItemBalance
from encaisse.ledger.queries import lists
from encaisse.teams.models import Company

HITS = 6
_AMOUNT = re.compile(r"^\d[\d\s\u00a0\u202f]*([.,]\d{1,2})?$")


def customers(company: Company, words: str) -> list[Customer]:
    """Those whose code or name starts with the words, then those that contain them."""
    key = search_key(words)
    if not key:
        return []
    found = list(lists.customers_like(company, words).order_by("code")[: HITS * 4])
    return sorted(found, key=lambda one: not one.search_key.startswith(key))[:HITS]


def items(company: Company, words: str) -> list[ItemBalance]:
    """Items whose number starts so."""
    if not any(sign.isdigit() for sign in words):
        return []
    return list(lists.items_numbered(company, words).order_by("item__search_key")[:HITS])


def bank_lines(company: Company, words: str) -> list[BankLine]:
    """Bank lines of exactly this amount, in or out."""
    amount = amount_of(words, company.currency)
    if amount is None:
        return []
    found: QuerySet[BankLine] = BankLine.objects.filter(
        company=company, amount__in=(amount, -amount)
    )
    return list(found.order_by("-booking_date", "-id")[:HITS])


def amount_of(words: str, currency: str) -> int | None:
    """The amount somebody typed, in minor units; None for anything else."""
    text = words.strip().removesuffix("€").strip()
    if not _AMOUNT.match(text):
        return None
    try:
        plain = re.sub(r"\s", "", text).replace(",", ".")
        return Money.of(Decimal(plain), currency).minor
    except InvalidOperation:
        return None
