"""Turn shares of one receipt into pairs of a debit and a credit that settle one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from encaisse.cash.core.records import Share

THE_PAYMENT = 0
"""Stands for the receipt's own credit item, which may not exist yet."""


@dataclass(frozen=True, slots=True)
class Pair:
    """So much (positive, minor units) of a credit item settles a debit item."""

    debit: int
    credit: int
    amount: int


def pairs(shares: Sequence[Share]) -> list[Pair]:
    """Credit notes settle debits first, in the order given; the payment settles the rest.

    The payment's own pairs have `THE_PAYMENT` as their credit. Raises ValueError when the credit
    notes are worth more than the debits: nothing would be left for the payment.
    """
    credits_ = [(share.item, -share.amount) for share in shares if share.amount < 0]
    debits = [(share.item, share.amount) for share in shares if share.amount > 0]
    paid = sum(amount for _, amount in debits) - sum(amount for _, amount in credits_)
    if paid < 0:
        raise ValueError("credit notes are worth more than what they are netted with")
    if paid:
        credits_.append((THE_PAYMENT, paid))
    found: list[Pair] = []
    at, left = 0, credits_[0][1] if credits_ else 0
    for debit, amount in debits:
        wanted = amount
        while wanted:
            taken = min(wanted, left)
            found.append(Pair(debit, credits_[at][0], taken))
            wanted -= taken
            left -= taken
            if not left and at + 1 < len(credits_):
                at += 1
                left = credits_[at][1]
    return found
