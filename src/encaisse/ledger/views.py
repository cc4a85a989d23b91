"""The lists of who owes what."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from encaisse.ledger import words
from encaisse.ledger.queries import lists
from encaisse.teams.pages import CompanyRequest, company_page
from encaisse.teams.permissions import Permission
from encaisse.web.components import Segment
from encaisse.web.listing import Sort, keyed

CUSTOMER_COLUMNS = {"overdue": "overdue", "balance": "balance", "code": "customer__code"}


@require_safe
@company_page(Permission.LEDGER_READ)
def customers(request: CompanyRequest) -> HttpResponse:
    """Customers with what they owe, the most overdue first; or all of them by code."""
    chosen, query = request.GET.get("show", "open"), request.GET.get("q", "").strip()
    everyone = chosen == "all"
    sort = Sort.read(request.GET, CUSTOMER_COLUMNS, "-overdue")
    if everyone:
        sort = Sort("code", "code", descending=False)
        page = keyed(lists.customers_like(request.company, query), sort, request.GET)
    else:
        rows = lists.balances(request.company, words=query, overdue=chosen == "overdue")
        page = keyed(rows, sort, request.GET)
    return render(
        request,
        "ledger/customers.html",
        {
            "page": page,
            "sort": sort,
            "query": query,
            "everyone": everyone,
            "chosen": chosen,
            "totals": () if query or page.previous else lists.totals(request.company),
            "today": request.actor.today,
            "tabs": [
                Segment(label, f"?show={code}", is_current=chosen == code)
                for code, label in (
                    ("open", _("Avec un encours")),
                    ("overdue", _("En retard")),
                    ("all", _("Tous")),
                )
            ],
        },
    )


@require_safe
@company_page(Permission.LEDGER_READ)
def items(request: CompanyRequest) -> HttpResponse:
    """Open items by due date; with a number, items of every state that start with it."""
    age, query = request.GET.get("age", ""), request.GET.get("q", "").strip()
    today = request.actor.today
    if query:
        sort = Sort("number", "item__search_key", descending=False)
        rows = lists.items_numbered(request.company, query)
    else:
        sort = Sort.read(request.GET, {"due": "due_date"}, "due")
        rows = lists.open_items(request.company, today, age=age)
    here = reverse("ledger:items", args=[request.company.code])
    choices = {"": _("Tout ce qui est ouvert"), "overdue": _("En retard"), **words.AGES,
               "credit": _("Avoirs et paiements")}  # fmt: skip
    return render(
        request,
        "ledger/items.html",
        {
            "page": keyed(rows, sort, request.GET),
            "sort": sort,
            "query": query,
            "today": today,
            "tabs": [
                Segment(label, f"{here}?age={code}", is_current=age == code and not query)
                for code, label in choices.items()
            ],
        },
    )
