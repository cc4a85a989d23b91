"""Review what the machine proposes, identify what it left, take back what was wrong."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from encaisse.cash.models import BankLine, LineState
from encaisse.cash.queries import lines as read
from encaisse.cash.queries import review as shown
from encaisse.cash.services import matching, people
from encaisse.kernel.references import search_key
from encaisse.ledger.models import OpenItem
from encaisse.ledger.queries import find, lists
from encaisse.teams.actor import Refused
from encaisse.teams.pages import CompanyRequest, back, company_page
from encaisse.teams.permissions import Permission
from encaisse.web import numbers, toasts
from encaisse.web.components import Segment
from encaisse.web.listing import Sort, keyed

PAGE = 20


@require_safe
@company_page(Permission.CASH_READ)
def review(request: CompanyRequest) -> HttpResponse:
    """Proposals to accept, lines to identify, or every line."""
    company, show = request.company, request.GET.get("show", "proposed")
    sort = Sort("date", "booking_date", descending=True)
    page = keyed(shown.lines(company, show), sort, request.GET, PAGE)
    labels = {"proposed": _("À valider"), "open": _("À identifier"),
              "returned": _("Rejets et retours"), "all": _("Toutes les lignes")}  # fmt: skip
    return render(
        request,
        "cash/review.html",
        {
            "page": page,
            "show": show,
            "rows": shown.reviewed(company, page.rows),
            "may_post": Permission.CASH_POST in request.actor.permissions,
            "tabs": [
                Segment(label, f"?show={code}", is_current=show == code,
                        count=shown.waiting(company) if code == "proposed" else None)
                for code, label in labels.items()
            ],
        },
    )  # fmt: skip


@require_safe
@company_page(Permission.CASH_READ)
def line(request: CompanyRequest, line_id: int) -> HttpResponse:
    """One line: every decision about it, its allocations, and what could be done."""
    company, one = request.company, _line(request, line_id)
    query = request.GET.get("q", "").strip()
    customer = one.item.customer if one.item else None
    if code := request.GET.get("customer"):
        customer = find.customer(code, company=company)
    is_open = one.state in {LineState.OPEN, LineState.ASIDE} and one.amount > 0
    return render(
        request,
        "cash/line.html",
        {
            "line": one,
            "row": shown.reviewed(company, [one])[0],
            "decisions": [(match, shown.words_of(match.reasons)) for match in shown.decisions(one)],
            "allocations": read.allocations_of(one.item) if one.item else [],
            "customer": customer,
            "items": lists.open_of_customer(customer) if customer and is_open else [],
            "query": query,
            "customers": shown.customers_like(company, search_key(query)) if query else [],
            "is_open": is_open,
            "may_post": Permission.CASH_POST in request.actor.permissions,
        },
    )


@require_POST
@company_page(Permission.CASH_POST)
def run(request: CompanyRequest) -> HttpResponse:
    """Match now what is not matched yet."""
    found = matching.run_match(request.company, today=request.actor.today, actor=request.actor)
    applied, proposed = found.counts["applied"], found.counts["proposed"]
    said = ngettext("%(number)s ligne appliquée", "%(number)s lignes appliquées", applied)
    asked = ngettext("%(number)s à valider", "%(number)s à valider", proposed)
    toasts.done(request, f"{said % {'number': applied}}, {asked % {'number': proposed}}.")
    return _to_review(request)


@require_POST
@company_page(Permission.CASH_POST)
def acceptance(request: CompanyRequest, line_id: int) -> HttpResponse:
    """The proposal is right."""
    one = _line(request, line_id)
    people.accept_proposal(
        one, company=request.company, today=request.actor.today, actor=request.actor
    )
    _applied(request, one)
    return back(request, reverse("cash:review", args=[request.company.code]))


@require_POST
@company_page(Permission.CASH_POST)
def rejection(request: CompanyRequest, line_id: int) -> HttpResponse:
    """The proposal is wrong."""
    people.reject_proposal(
        _line(request, line_id), company=request.company, today=request.actor.today,
        actor=request.actor, words=request.POST.get("words", ""),
    )  # fmt: skip
    toasts.done(request, _("Proposition refusée : elle ne reviendra pas."))
    return back(request, reverse("cash:review", args=[request.company.code]))


@require_POST
@company_page(Permission.CASH_POST)
def aside(request: CompanyRequest, line_id: int) -> HttpResponse:
    """No customer's money."""
    people.set_aside(
        _line(request, line_id), company=request.company, today=request.actor.today,
        actor=request.actor, words=request.POST.get("words", ""),
    )  # fmt: skip
    toasts.done(request, _("Ligne mise de côté."))
    return _to_review(request)


@require_POST
@company_page(Permission.CASH_POST)
def customer(request: CompanyRequest, line_id: int) -> HttpResponse:
    """The money is this customer's, for nothing yet."""
    one = _line(request, line_id)
    whose = find.customer(request.POST.get("customer", ""), company=request.company)
    people.assign_customer(
        one, whose, company=request.company, today=request.actor.today, actor=request.actor
    )
    toasts.done(request, _("Porté au compte de %(name)s.") % {"name": whose.name})
    return _to_line(request, line_id)


@require_POST
@company_page(Permission.CASH_POST)
def application(request: CompanyRequest, line_id: int) -> HttpResponse:
    """A person says which items the money pays."""
    one = _line(request, line_id)
    chosen = [int(item) for item in request.POST.getlist("items") if item.isdecimal()]
    items = OpenItem.objects.filter(company=request.company, pk__in=chosen).order_by("due_date")
    if not items:
        raise Refused("nothing_chosen")
    people.apply_line(
        one, [(item, None) for item in items], company=request.company,
        today=request.actor.today, actor=request.actor,
    )  # fmt: skip
    _applied(request, one)
    return _to_line(request, line_id)


@require_POST
@company_page(Permission.CASH_POST)
def undoing(request: CompanyRequest, line_id: int) -> HttpResponse:
    """Take every allocation of the line's money back; it stays on the customer's account."""
    one = _line(request, line_id)
    for allocation in read.allocations_of(one.item) if one.item else []:
        people.unapply(
            allocation.pk, company=request.company, today=request.actor.today, actor=request.actor
        )
    toasts.done(request, _("Affectation annulée : l’argent reste sur le compte du client."))
    return _to_line(request, line_id)


def _line(request: CompanyRequest, line_id: int) -> BankLine:
    found = BankLine.objects.select_related("item__customer", "item__balance", "bank_account")
    return get_object_or_404(found, pk=line_id, company=request.company)


def _applied(request: CompanyRequest, one: BankLine) -> None:
    undo = reverse("cash:undoing", args=[request.company.code, one.pk])
    amount = numbers.money(one.amount, one.currency)
    toasts.done(request, _("%(amount)s affectés.") % {"amount": amount}, undo_url=undo)


def _to_review(request: CompanyRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("cash:review", args=[request.company.code]))


def _to_line(request: CompanyRequest, line_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("cash:line", args=[request.company.code, line_id]))
