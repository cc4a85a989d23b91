"""Keep scenarios in versions and assign them to customers."""

from __future__ import annotations

from django.db import transaction

from encaisse.audit import services as audit
from encaisse.dunning.core import scenario_file
from encaisse.dunning.core.scenario import Scenario
from encaisse.dunning.models import Assignment, ScenarioVersion
from encaisse.dunning.queries import scenarios as queries
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.problems import Problem
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


class ScenarioRefused(Refused):
    """The file has problems; the first is in the sentence, all are in `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(
            "scenario_refused", line=first.line or 1, problem=sentence(first.code, first.facts)
        )
        self.problems = problems

    def lines(self) -> list[str]:
        """Every problem as ``line: sentence``."""
        return [f"{one.line or 1}: {sentence(one.code, one.facts)}" for one in self.problems]


@transaction.atomic
def import_scenario(text: str, *, company: Company, actor: Actor) -> ScenarioVersion | None:
    """A new version of the scenario the text names; None when nothing changed.

    ScenarioRefused with every problem at its line.
    """
    actor.require(Permission.DUNNING_CONFIGURE, company)
    reading = scenario_file.read(text)
    if reading.scenario is None:
        raise ScenarioRefused(reading.problems)
    Company.objects.select_for_update().get(pk=company.pk)
    before = _in_force(company, reading.scenario)
    if before is not None and before.text == text:
        return None
    version = ScenarioVersion.objects.create(
        company=company,
        name=reading.scenario.name,
        version=before.version + 1 if before else 1,
        text=text,
        created_at=actor.at,
        created_by=actor.name,
    )
    audit.record(
        "dunning.scenario_imported", actor=actor, company=company, subject=version.name,
        version=version.version,
    )  # fmt: skip
    return version


def _in_force(company: Company, scenario: Scenario) -> queries.Known | None:
    return next((one for one in queries.in_force(company) if one.name == scenario.name), None)


@transaction.atomic
def assign(customer: Customer, name: str, *, company: Company, actor: Actor) -> Assignment:
    """The customer follows this scenario from now on. Unknown (`unknown_scenario`)."""
    actor.require(Permission.DUNNING_CONFIGURE, company)
    known = queries.known(company, name)
    before = queries.assigned(company, customer)
    row, _ = Assignment.objects.update_or_create(
        customer=customer, defaults={"company": company, "scenario": known.name}
    )
    if before != known.name:
        audit.record(
            "dunning.scenario_assigned", actor=actor, company=company, subject=customer.code,
            before=before, after=known.name,
        )  # fmt: skip
    return row
