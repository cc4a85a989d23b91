"""Record what a customer said: notes, promises, disputes; and what was done."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from encaisse.followup import services
from encaisse.followup.forms import DisputeForm, NoteForm, PromiseForm
from encaisse.followup.models import Task
from encaisse.kernel.money import Money
from encaisse.ledger.models import OpenItem
from encaisse.ledger.queries import find
from encaisse.teams.pages import CompanyRequest, back, company_page
from encaisse.teams.permissions import Permission
from encaisse.web import numbers, toasts


@require_POST
@company_page(Permission.FOLLOWUP_WRITE)
def note(request: CompanyRequest, code: str) -> HttpResponse:
    """Write a note about a customer."""
    customer = find.customer(code, company=request.company)
    form = NoteForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    services.write_note(customer, text, company=request.company, actor=request.actor)
    toasts.done(request, _("Note écrite."))
    return back(request, _page_of(request, code))


@require_POST
@company_page(Permission.FOLLOWUP_WRITE)
def promise(request: CompanyRequest, code: str) -> HttpResponse:
    """Note that items will be paid by a date."""
    company = request.company
    customer = find.customer(code, company=company)
    form = PromiseForm(request.POST)
    if not form.is_valid():
        toasts.refused(request, _("Donnez la date promise."))
        return back(request, _page_of(request, code))
    chosen = [int(one) for one in request.POST.getlist("items") if one.isdecimal()]
    items = OpenItem.objects.filter(company=company, customer=customer, pk__in=chosen)
    made = services.record_promise(
        customer,
        [services.PromisedPart(item) for item in items],
        promised=form.cleaned_data["date"],
        company=company,
        actor=request.actor,
    )
    toasts.done(request, _("Promesse notée pour le %(day)s.") % {"day": numbers.day(made.date)})
    return back(request, _page_of(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@company_page(Permission.FOLLOWUP_WRITE)
def dispute(request: CompanyRequest, item_id: int) -> HttpResponse:
    """Ask why a customer objects to an item, and note it."""
    found = OpenItem.objects.select_related("customer", "balance")
    item = get_object_or_404(found, pk=item_id, company=request.company)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        services.open_dispute(
            item,
            reason=form.cleaned_data["reason"],
            amount=Money.of(amount, item.currency).minor if amount else None,
            company=request.company,
            actor=request.actor,
        )
        toasts.done(request, _("Litige ouvert sur %(number)s.") % {"number": item.number})
        return HttpResponseRedirect(_page_of(request, item.customer.code))
    return render(request, "followup/dispute.html", {"item": item, "form": form})


@require_POST
@company_page(Permission.FOLLOWUP_WRITE)
def task_done(request: CompanyRequest, task_id: int) -> HttpResponse:
    """A task is done."""
    task = get_object_or_404(Task, pk=task_id, company=request.company)
    services.finish_task(
        task, outcome=request.POST.get("outcome", ""), company=request.company, actor=request.actor
    )
    toasts.done(request, _("Tâche faite."))
    return back(request, f"/c/{request.company.code}/")


def _page_of(request: CompanyRequest, code: str) -> str:
    return reverse("insights:customer", args=[request.company.code, code])
