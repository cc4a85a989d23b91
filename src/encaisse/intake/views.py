"""Send files in, follow their reading, see what was taken and what was wrong."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from encaisse.intake import jobs, queries
from encaisse.intake.forms import UploadForm
from encaisse.intake.models import ImportRun
from encaisse.intake.services import uploads
from encaisse.intake.services.imports import Upload
from encaisse.intake.services.reading import Options
from encaisse.teams.pages import CompanyRequest, company_page
from encaisse.teams.permissions import Permission
from encaisse.web import toasts

PROBLEMS_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@company_page(Permission.LEDGER_READ)
def runs(request: CompanyRequest) -> HttpResponse:
    """The imports there are; POST takes files in."""
    company = request.company
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        taken = _accept(request, form.cleaned_data)
        if len(taken) == 1:
            return HttpResponseRedirect(reverse("intake:run", args=[company.code, taken[0].pk]))
        text = ngettext("%(number)s fichier reçu.", "%(number)s fichiers reçus.", len(taken))
        toasts.done(request, text % {"number": len(taken)})
        return HttpResponseRedirect(reverse("intake:runs", args=[company.code]))
    found = queries.latest(company)
    context = {
        "form": form,
        "runs": found,
        "is_moving": any(one.finished_at is None for one in found),
        "may_upload": Permission.INTAKE_UPLOAD in request.actor.permissions,
    }
    return render(request, "intake/runs.html", context)


@require_safe
@company_page(Permission.LEDGER_READ)
def run(request: CompanyRequest, run_id: int) -> HttpResponse:
    """What became of one file."""
    one = get_object_or_404(ImportRun, pk=run_id, company=request.company)
    context = {
        "run": one,
        "problems": one.problems[:PROBLEMS_SHOWN],
        "more": max(len(one.problems) - PROBLEMS_SHOWN, 0),
    }
    return render(request, "intake/run.html", context)


@require_safe
@company_page(Permission.LEDGER_READ)
def progress(request: CompanyRequest, sha256: str) -> HttpResponse:
    """How far a file is; once it is read, the way to what became of it."""
    one = queries.of_file(request.company, sha256)
    if one is None:
        raise Http404
    if one.finished_at is None:
        return render(request, "intake/progress.html", {"run": one})
    response = HttpResponse()
    response.headers["HX-Redirect"] = reverse("intake:run", args=[request.company.code, one.pk])
    return response


def _accept(request: CompanyRequest, sent: dict[str, Any]) -> list[ImportRun]:
    """Keep the files and let a worker read them, in the order they were given."""
    taken = []
    for file in sent["uploads"]:
        upload = Upload(file.name or _("fichier"), file.read())
        options = Options(is_complete=sent["complete"])
        one = uploads.accept(upload, options, company=request.company, actor=request.actor)
        jobs.read_file.defer(
            company_id=request.company.pk,
            run_id=one.pk,
            by=request.actor.name,
            complete=sent["complete"],
            trial=sent["trial"],
        )
        taken.append(one)
    return taken
