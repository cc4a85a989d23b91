"""Review what would leave today, see each message as it would leave, approve and send."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from encaisse.delivery.queries.names import STEPS
from encaisse.dunning import jobs
from encaisse.dunning.models import Notice, Plan
from encaisse.dunning.queries import review, scenarios
from encaisse.dunning.queries import why as explained
from encaisse.dunning.queries.freshness import freshness
from encaisse.dunning.services import plans as planning
from encaisse.dunning.services.previews import preview
from encaisse.dunning.words import gate_sentence
from encaisse.ledger.queries import find
from encaisse.teams.pages import CompanyRequest, company_page
from encaisse.teams.permissions import Permission
from encaisse.web import toasts
from encaisse.web.components import Reason, Segment
from encaisse.web.frames import file_response, harmless_page
from encaisse.web.listing import Sort, keyed

BY_ID = Sort("id", "id", descending=False)


@require_http_methods(["GET", "HEAD", "POST"])
@company_page(Permission.DUNNING_PLAN)
def plans(request: CompanyRequest) -> HttpResponse:
    """The plans there are; POST drafts today's anew."""
    company, today = request.company, request.actor.today
    if request.method == "POST":
        drafted = planning.draft_plan(company, today=today, actor=request.actor).plan
        if drafted is None:
            return HttpResponseRedirect(reverse("dunning:plans", args=[company.code]))
        return HttpResponseRedirect(reverse("dunning:plan", args=[company.code, drafted.pk]))
    return render(
        request,
        "dunning/plans.html",
        {
            "plans": review.plans(company),
            "today": today,
            "fresh": freshness(company, today),
            "scenarios": sorted(scenarios.effective(company).items()),
            "may_plan": Permission.DUNNING_PLAN in request.actor.permissions,
        },
    )


@require_safe
@company_page(Permission.DUNNING_PLAN)
def plan(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """What would leave, by step, each line with its preview."""
    chosen = _plan(request, plan_id)
    step = request.GET.get("step", "")
    summary = review.by_step(chosen)
    here = reverse("dunning:plan", args=[request.company.code, chosen.pk])
    steps = list(dict.fromkeys(str(row["step"]) for row in summary))
    context = _around(request, chosen) | {
        "page": keyed(review.notices(chosen, step=step), BY_ID, request.GET),
        "summary": summary,
        "steps": [
            Segment(_("Tout"), here, is_current=not step),
            *(Segment(STEPS.get(one, one), f"{here}?step={one}", is_current=step == one)
              for one in steps),
        ],
    }  # fmt: skip
    return render(request, "dunning/plan.html", context)


@require_safe
@company_page(Permission.LEDGER_READ)
def why(request: CompanyRequest, code: str) -> HttpResponse:
    """Why each item of a customer is or is not chased today, rule by rule."""
    customer = find.customer(code, company=request.company)
    told = explained.reasons(customer, company=request.company, today=request.actor.today)
    closed: dict[str, list[Reason]] = {}
    for step in told["steps"]:
        if step["outcome"] == "closed":
            reason = Reason(gate_sentence(step["rule"], step["facts"]), "bad")
            closed.setdefault(step["facts"].get("item", ""), []).append(reason)
    rows = [(item, closed.get(item["number"], [])) for item in told["items"]]
    context = {"customer": customer, "verdict": told["verdict"], "rows": rows,
               "today": request.actor.today}  # fmt: skip
    return render(request, "dunning/why.html", context)


@require_safe
@company_page(Permission.DUNNING_PLAN)
def withheld(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """What does not leave, and which gate holds it."""
    chosen, gate = _plan(request, plan_id), request.GET.get("gate", "")
    page = keyed(review.withheld(chosen, gate=gate), BY_ID, request.GET)
    customers = review.customers_of(list(page.rows))
    context = _around(request, chosen) | {
        "page": page,
        "lines": [(row, customers[row.customer_id]) for row in page.rows],
        "gates": review.withheld_by_gate(chosen),
        "gate": gate,
    }
    return render(request, "dunning/withheld.html", context)


@require_safe
@company_page(Permission.DUNNING_PLAN)
def notice(request: CompanyRequest, plan_id: int, notice_id: int) -> HttpResponse:
    """One notice: its items, why it stands in the plan, and the message as it would leave."""
    chosen = _plan(request, plan_id)
    one = _notice(request, chosen, notice_id)
    return render(request, "dunning/notice.html", _around(request, chosen) | {"notice": one})


@require_safe
@company_page(Permission.DUNNING_PLAN)
def body(request: CompanyRequest, plan_id: int, notice_id: int) -> HttpResponse:
    """The message itself, for a frame: the mail's HTML, or the letter."""
    one = _notice(request, _plan(request, plan_id), notice_id)
    shown = preview(one, company=request.company, today=request.actor.today, actor=request.actor)
    if shown.pdf:
        return file_response(f"{one.pk}.pdf", "application/pdf", shown.pdf)
    return harmless_page(shown.html)


@require_POST
@company_page(Permission.DUNNING_APPROVE)
def approval(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """Release the plan, and send it behind the page."""
    request.actor.require(Permission.DELIVERY_SEND, request.company)
    chosen = planning.approve_plan(
        _plan(request, plan_id), company=request.company, actor=request.actor
    )
    jobs.send.defer(
        company_id=request.company.pk,
        plan_id=chosen.pk,
        by=request.actor.name,
        accept_stale=request.POST.get("accept_stale") == "yes",
    )
    text = ngettext("%(number)s relance part.", "%(number)s relances partent.", chosen.notice_count)
    toasts.done(request, text % {"number": chosen.notice_count})
    return HttpResponseRedirect(reverse("dunning:plan", args=[request.company.code, chosen.pk]))


def _plan(request: CompanyRequest, plan_id: int) -> Plan:
    return get_object_or_404(Plan, pk=plan_id, company=request.company)


def _notice(request: CompanyRequest, chosen: Plan, notice_id: int) -> Notice:
    return get_object_or_404(review.notices(chosen), pk=notice_id)


def _around(request: CompanyRequest, chosen: Plan) -> dict[str, object]:
    """What every page of a plan shows on top."""
    code, here = request.company.code, request.resolver_match
    name = here.url_name if here else ""
    may = {Permission.DUNNING_APPROVE, Permission.DELIVERY_SEND} <= request.actor.permissions
    return {
        "plan": chosen,
        "today": request.actor.today,
        "fresh": freshness(request.company, request.actor.today),
        "may_approve": may and not chosen.is_approved and review.is_waiting(chosen),
        "tabs": [
            Segment(_("Ce qui part"), reverse("dunning:plan", args=[code, chosen.pk]),
                    is_current=name in {"plan", "notice"}, count=chosen.notice_count),
            Segment(_("Ce qui est retenu"), reverse("dunning:withheld", args=[code, chosen.pk]),
                    is_current=name == "withheld", count=chosen.withheld_count),
        ],
    }  # fmt: skip
