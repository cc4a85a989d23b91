"""The cockpit, a customer's page, and search over everything."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from encaisse.audit import queries as audit
from encaisse.insights import cockpit as shown
from encaisse.insights import stories
from encaisse.insights.queries import cockpit as work
from encaisse.insights.queries import search as found
from encaisse.insights.queries import story
from encaisse.ledger.models import Contact, CustomerBalance
from encaisse.ledger.queries import find, lists
from encaisse.teams.models import Company
from encaisse.teams.pages import CompanyRequest, company_page
from encaisse.teams.permissions import Permission
from encaisse.web import numbers
from encaisse.web.components import Event, Hit, HitGroup, Segment

LOOK_BACK = 300
"""How many events of the trail are looked through for the newest worth telling."""


@require_safe
@company_page(Permission.LEDGER_READ)
def cockpit(request: CompanyRequest) -> HttpResponse:
    """Where the money is, what came in, and who to turn to today."""
    company, today = request.company, request.actor.today
    order = request.GET.get("order", "amount")
    order = order if order in work.ORDERS else "amount"
    picture = work.latest_picture(company, today)
    context = {
        "today": today,
        "order": order,
        "picture": picture,
        "work": work.worklist(company, today, order=order),
        "events": _activity(company),
        "orders": [
            Segment(label, f"?order={code}", is_current=order == code)
            for code, label in (
                ("amount", _("Montant")),
                ("age", _("Ancienneté")),
                ("tasks", _("À faire")),
            )
        ],
    }
    if picture:
        customers = reverse("ledger:customers", args=[company.code])
        links = {"customers": customers, "overdue": f"{customers}?show=overdue"}
        totals = {one.currency: one for one in lists.totals(company)}.get(company.currency)
        now = shown.Now(
            totals.balance if totals else 0,
            totals.overdue if totals else 0,
            work.promised_within(company, today),
            work.disputed(company),
        )
        context |= {
            "kpis": shown.kpis(picture, links, now),
            "aged": shown.aged_chart(picture),
            "cash": shown.cash_chart(picture),
        }
    return render(request, "insights/cockpit.html", context)


@require_safe
@company_page(Permission.LEDGER_READ)
def customer(request: CompanyRequest, code: str) -> HttpResponse:
    """One customer: what is open, what was said and done, how they pay."""
    company, today = request.company, request.actor.today
    one = find.customer(code, company=company)
    tab = request.GET.get("tab", "open")
    balances = list(CustomerBalance.objects.filter(company=company, customer=one))
    habits = lists.payment_habits(company, [one.pk], today - timedelta(days=400)).get(one.pk, [])
    rows = lists.settled_of_customer(one) if tab == "settled" else lists.open_of_customer(one)
    return render(
        request,
        "insights/customer.html",
        {
            "customer": one,
            "today": today,
            "balances": balances,
            "contacts": Contact.objects.filter(company=company, customer=one).order_by("pk")[:20],
            "rows": rows,
            "tab": tab,
            "events": [stories.event(told) for told in story.of_customer(company, one)],
            "habit": shown.habit_chart(habits) if len(habits) > 1 else None,
            "may_write": Permission.FOLLOWUP_WRITE in request.actor.permissions,
            "tabs": [
                Segment(_("Ouvertes"), "?tab=open", is_current=tab != "settled",
                        count=sum(balance.open_items for balance in balances)),
                Segment(_("Soldées"), "?tab=settled", is_current=tab == "settled"),
            ],
        },
    )  # fmt: skip


@require_safe
@company_page(Permission.LEDGER_READ)
def search(request: CompanyRequest) -> HttpResponse:
    """Everything that the words in the search field may mean."""
    query = request.GET.get("q", "").strip()[:80]
    groups = [
        HitGroup("customers", _("Clients"), "person", _customers(request, query)),
        HitGroup("items", _("Pièces"), "document", _items(request, query)),
        HitGroup("bank", _("Banque"), "bank", _bank_lines(request, query)),
        HitGroup("pages", _("Pages"), "arrow-right", _pages(request, query)),
    ]
    context = {"groups": [group for group in groups if group.hits], "query": query}
    inside = "HX-Request" in request.headers
    template = "web/search_results.html" if inside else "insights/search.html"
    return render(request, template, context)


def _activity(company: Company) -> list[Event]:
    """The newest things worth telling, each file or step once."""
    told = [one for one in audit.latest(company, limit=LOOK_BACK) if one.action in stories.ACTIONS]
    return [stories.activity(one) for one in told[:9]]


def _customers(request: CompanyRequest, query: str) -> list[Hit]:
    company = request.company
    customers = found.customers(company, query)
    owed = dict(
        CustomerBalance.objects.filter(
            company=company, customer__in=[one.pk for one in customers], currency=company.currency
        )
        .values_list("customer_id")
        .annotate(Sum("balance"))
    )
    return [
        Hit(
            one.name,
            reverse("insights:customer", args=[company.code, one.code]),
            one.code,
            numbers.money(owed[one.pk], company.currency) if one.pk in owed else "",
        )
        for one in customers
    ]


def _items(request: CompanyRequest, query: str) -> list[Hit]:
    return [
        Hit(
            one.item.number,
            reverse("insights:customer", args=[request.company.code, one.customer.code])
            + ("" if one.open else "?tab=settled") + f"#item-{one.item_id}",
            one.customer.name,
            numbers.money(one.open, one.currency) if one.open else _("soldée"),
        )
        for one in found.items(request.company, query)
    ]  # fmt: skip


def _bank_lines(request: CompanyRequest, query: str) -> list[Hit]:
    return [
        Hit(
            line.counterparty_name or line.text[:60],
            reverse("cash:line", args=[request.company.code, line.pk]),
            numbers.day(line.booking_date),
            numbers.money(line.amount, line.currency),
        )
        for line in found.bank_lines(request.company, query)
    ]


def _pages(request: CompanyRequest, query: str) -> list[Hit]:
    names = {
        "insights:cockpit": _("Cockpit"), "ledger:customers": _("Clients"),
        "ledger:items": _("Pièces"), "cash:review": _("Banque et lettrage"),
        "dunning:plans": _("Relances"), "delivery:messages": _("Messages"),
        "intake:runs": _("Imports"), "teams:settings": _("Réglages"),
    }  # fmt: skip
    hits = []
    for name, label in names.items():
        if query.casefold() not in label.casefold():
            continue
        try:
            hits.append(Hit(label, reverse(name, args=[request.company.code])))
        except NoReverseMatch:
            continue
    return hits[:8]
