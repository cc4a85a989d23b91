"""One run of the command line: which company, which day, and how to answer."""

from __future__ import annotations

import getpass
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.db import connection

from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.row_security import act_for
from encaisse.database.schema import migrate, pending
from encaisse.kernel.catalogue import hint, sentence
from encaisse.kernel.moment import PARIS, moment
from encaisse.teams import queries as teams
from encaisse.teams.actor import Actor, Refused, Unknown, system
from encaisse.teams.models import Company
from encaisse.teams.services import begin_work

DONE, NEEDS_A_PERSON, WRONG_USAGE, REFUSED = 0, 1, 2, 3


@dataclass
class Session:
    """What the global options say; filled before the command runs."""

    company_code: str = ""
    as_json: bool = False
    asked: date | None = None
    status: int = DONE
    _started: float = field(default_factory=time.monotonic)
    _company: Company | None = None

    @property
    def today(self) -> date:
        """The civil date of the whole command."""
        return self.at.date()

    @property
    def at(self) -> datetime:
        """The moment of what is done now: real, or counted on from ten o'clock."""
        asked = self.asked or settings.TODAY
        since = timedelta(seconds=time.monotonic() - self._started)
        return moment(asked, datetime.now(PARIS), since=since)

    @property
    def actor(self) -> Actor:
        """The program, at the request of whoever sits at this shell."""
        return Actor(f"cli:{getpass.getuser()}", system(self.at).permissions, self.at)

    def open(self) -> None:
        """Start the embedded database where none runs, and bring the tables up to date."""
        if pending(connection):
            self.say("…")
            migrate(connection)

    def company(self) -> Company:
        """The company chosen, or the only one; the connection sees its organization only."""
        if self._company is None:
            self.open()
            self._company = _chosen(teams.companies_of_installation(), self.company_code)
            act_for([self._company.organization_id])
        return self._company

    def writing(self) -> Company:
        """The company, for a command that writes: refused when back-dated."""
        company = self.company()
        begin_work(company, today=self.today)
        return company

    def answer(self, document: Mapping[str, Any], text: Callable[[], str]) -> None:
        """Print one JSON document, or the words for people."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, default=str))
        else:
            print(text())

    def say(self, line: str) -> None:
        """Progress, on standard error."""
        print(line, file=sys.stderr, flush=True)

    def fail(self, code: str, facts: Mapping[str, str], status: int) -> NoReturn:
        """Say what went wrong and what to do, and stop with that exit status."""
        message, advice = sentence(code, facts), hint(code, facts)
        if self.as_json:
            error = {"code": code, "message": message, "hint": advice}
            print(json.dumps({"error": error}, ensure_ascii=False))
        else:
            self.say(f"{message} {advice}".strip())
        sys.exit(status)

    def refuse(self, refusal: Refused | DatabaseRefusal) -> NoReturn:
        """Exit as a wrong use (2) or a refusal (3)."""
        status = WRONG_USAGE if isinstance(refusal, Unknown) else REFUSED
        self.fail(refusal.code, refusal.facts, status)


def _chosen(companies: list[Company], code: str) -> Company:
    known = ", ".join(one.code for one in companies)
    if not companies:
        raise Unknown("no_company")
    if code:
        for one in companies:
            if one.code == code:
                return one
        raise Unknown("unknown_company", code=code, known=known)
    if len(companies) > 1:
        raise Unknown("which_company", known=known)
    return companies[0]
