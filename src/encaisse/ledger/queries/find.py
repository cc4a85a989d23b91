"""Find what a reference names: a customer's code, an item's id, or ``CODE:NUMBER``."""

from __future__ import annotations

from django.db.models import Q

from encaisse.ledger.models import Customer, ItemKind, OpenItem
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company


def customer(ref: str, *, company: Company) -> Customer:
    """The customer with this code. Unknown (`unknown_customer`) when there is none."""
    found = Customer.objects.filter(company=company, code=ref).first()
    if found is None:
        raise Unknown("unknown_customer", ref=ref)
    return found


def item(ref: str, *, company: Company, of: Customer | None = None) -> OpenItem:
    """The item with this id, or number (of a customer when given, or ``CODE:NUMBER``).

    Unknown (`unknown_item`, `ambiguous_item`) unless exactly one fits; an invoice wins over the
    payment that bears its number, and an open item over settled ones.
    """
    code, _, number = ref.rpartition(":")
    known = OpenItem.objects.filter(company=company, is_withdrawn=False)
    if of is None and code:
        of = customer(code, company=company)
    if of is not None:
        fitting = known.filter(customer=of, number=number or ref)
    else:
        fitting = known.filter(number=ref)
    if not fitting and not code and ref.isdecimal() and len(ref) < 19:
        fitting = known.filter(pk=int(ref))
    found = list(fitting[:2])
    for weaker in (Q(kind=ItemKind.PAYMENT), Q(balance__open=0)):
        if len(found) > 1:
            stronger = fitting.exclude(weaker)
            fitting = stronger if stronger.exists() else fitting
            found = list(fitting[:2])
    if not found:
        raise Unknown("unknown_item", ref=ref)
    if len(found) > 1:
        raise Unknown("ambiguous_item", ref=ref)
    return found[0]


def customer_or_item(ref: str, *, company: Company) -> Customer | OpenItem:
    """Whichever the reference names; a customer's code wins over an item's id."""
    found = Customer.objects.filter(company=company, code=ref).first()
    return found if found is not None else item(ref, company=company)
