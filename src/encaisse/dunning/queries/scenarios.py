"""The scenarios of a company: its own versions, and the shipped one until it has its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib import resources

from encaisse.dunning.core import scenario_file
from encaisse.dunning.core.scenario import Scenario
from encaisse.dunning.models import Assignment, ScenarioVersion
from encaisse.kernel.money import decimals
from encaisse.ledger.models import Customer
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company
from encaisse.teams.settings import setting

STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Known:
    """A scenario in force. Version 0 is the shipped one."""

    name: str
    version: int
    text: str


@cache
def shipped_text() -> str:
    """The shipped scenario, as YAML."""
    page = resources.files("encaisse.dunning") / "scenarios" / "standard.yaml"
    return page.read_text(encoding="utf-8")


def in_force(company: Company) -> list[Known]:
    """The newest version of each scenario by name, the shipped one included."""
    rows = (
        ScenarioVersion.objects.filter(company=company)
        .order_by("name", "-version")
        .distinct("name")
    )
    found = {row.name: Known(row.name, row.version, row.text) for row in rows}
    found.setdefault(STANDARD, Known(STANDARD, 0, shipped_text()))
    return [found[name] for name in sorted(found)]


def known(company: Company, name: str) -> Known:
    """The scenario of this name. Unknown (`unknown_scenario`)."""
    every = in_force(company)
    for one in every:
        if one.name == name:
            return one
    raise Unknown("unknown_scenario", name=name, known=", ".join(one.name for one in every))


def effective(company: Company) -> dict[str, Scenario]:
    """Every scenario by name, with what the company's settings say about all of them."""
    return {one.name: _with_settings(_read(one.text), company) for one in in_force(company)}


def assigned(company: Company, customer: Customer) -> str:
    """The name of the scenario the customer follows."""
    row = Assignment.objects.filter(company=company, customer=customer).first()
    return row.scenario if row else STANDARD


@cache
def _read(text: str) -> Scenario:
    reading = scenario_file.read(text)
    if reading.scenario is None:
        raise ValueError(f"a stored scenario cannot be read: {reading.problems}")
    return reading.scenario


def _with_settings(scenario: Scenario, company: Company) -> Scenario:
    """Company-wide choices win over the file: they were made knowing all customers."""
    chosen = scenario
    if "contact_gap" in company.settings:
        chosen = replace(chosen, gap_days=setting(company, "contact_gap"))
    if "minimum_balance" in company.settings:
        minor = Decimal(setting(company, "minimum_balance"))
        chosen = replace(chosen, minimum_customer=minor.scaleb(-decimals(company.currency)))
    return chosen
