"""What was sent and received, exactly as it left; statements of account."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from encaisse.delivery.adapters.typesetting.typesetter import set_statement
from encaisse.delivery.models import Message
from encaisse.delivery.queries import contents as kept
from encaisse.delivery.queries import messages as read
from encaisse.delivery.queries.parties import smtp_url_of
from encaisse.delivery.queries.statements import statement_of
from encaisse.delivery.services import decisions
from encaisse.ledger.queries import find
from encaisse.teams.pages import CompanyRequest, back, company_page
from encaisse.teams.permissions import Permission
from encaisse.web import toasts
from encaisse.web.components import Segment
from encaisse.web.frames import file_response, harmless_page
from encaisse.web.listing import Sort, keyed

PAGE = 25


@require_safe
@company_page(Permission.LEDGER_READ)
def messages(request: CompanyRequest, message_id: int | None = None) -> HttpResponse:
    """Messages, newest first, and the one chosen as it left."""
    company, show = request.company, request.GET.get("show", "")
    rows = Message.objects.filter(company=company).select_related("customer")
    if show == "open":
        rows = rows.filter(status__in=["held", "queued", "uncertain", "failed", "bounced"])
    elif show == "in":
        rows = rows.filter(direction="in")
    page = keyed(rows, Sort("day", "day", descending=True), request.GET, PAGE)
    chosen = read.message_of(str(message_id), company=company) if message_id else None
    if chosen is None and page:
        chosen = page.rows[0]
    return render(
        request,
        "delivery/messages.html",
        {
            "page": page,
            "message": chosen,
            "contents": kept.contents(chosen) if chosen else None,
            "attempts": read.attempts_of(chosen) if chosen else (),
            "is_sink": not smtp_url_of(company),
            "may_send": Permission.DELIVERY_SEND in request.actor.permissions,
            "tabs": [
                Segment(label, f"{reverse('delivery:messages', args=[company.code])}?show={code}",
                        is_current=show == code)
                for code, label in (("", _("Tous")), ("open", _("À voir")), ("in", _("Reçus")))
            ],
        },
    )  # fmt: skip


@require_safe
@company_page(Permission.LEDGER_READ)
def body(request: CompanyRequest, message_id: int) -> HttpResponse:
    """The HTML of a mail as it left, for a frame that can do nothing."""
    message = read.message_of(str(message_id), company=request.company)
    return harmless_page(kept.contents(message).html)


@require_safe
@company_page(Permission.ARCHIVE_READ)
def attachment(request: CompanyRequest, message_id: int, place: int) -> HttpResponse:
    """A file of a message: its letter, its statement."""
    message = read.message_of(str(message_id), company=request.company)
    files = kept.contents(message).files
    if place >= len(files):
        raise Http404
    part = files[place]
    return file_response(part.name, part.media_type, part.content)


@require_POST
@company_page(Permission.DELIVERY_SEND)
def decision(request: CompanyRequest, message_id: int) -> HttpResponse:
    """Whether an interrupted message left: a person looks and says."""
    message = read.message_of(str(message_id), company=request.company)
    decisions.decide_uncertain(
        message, was_sent=request.POST.get("sent") == "yes", company=request.company,
        actor=request.actor,
    )  # fmt: skip
    toasts.done(request, _("Décision notée."))
    return back(request, reverse("delivery:messages", args=[request.company.code]))


@require_safe
@company_page(Permission.LEDGER_READ)
def statement(request: CompanyRequest, code: str) -> HttpResponse:
    """A customer's statement of account as a PDF, as of today."""
    customer = find.customer(code, company=request.company)
    told = statement_of(customer, request.actor.today, company=request.company)
    name = f"{told.reference or customer.pk}.pdf"
    return file_response(name, "application/pdf", set_statement(told))
