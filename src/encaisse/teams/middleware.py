"""Where a request happens: the company in its address, and what the person may do there."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from encaisse.database.row_security import act_for
from encaisse.kernel.moment import moment
from encaisse.teams import queries
from encaisse.teams.actor import Actor
from encaisse.teams.models import User
from encaisse.teams.permissions import GRANTS, Role

_COMPANY = re.compile(r"^/c/(?P<code>[-\w]+)/")


class CompanyMiddleware:
    """Resolve ``/c/CODE/…`` into `request.company` and `request.actor`.

    Row security is set for every request: to nothing first, so that a connection used before
    carries no one's rights over. A stranger's company does not exist (404).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside its company."""
        act_for(())
        try:
            self._enter(request)
            return self.get_response(request)
        finally:
            act_for(())

    def _enter(self, request: HttpRequest) -> None:
        place = _COMPANY.match(request.path_info)
        user = request.user
        if not place or not isinstance(user, User):
            return
        company = next(
            (one for one in queries.companies_of(user) if one.code == place["code"]), None
        )
        role = queries.membership(user, company) if company else None
        if company is None or role is None:
            raise Http404
        act_for([company.organization_id])
        request.company = company  # type: ignore[attr-defined]
        request.actor = Actor(  # type: ignore[attr-defined]
            user.email,
            GRANTS[Role(role.role)],
            moment(settings.TODAY, timezone.now()),
            company.organization_id,
        )
