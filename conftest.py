"""What all tests share: Acme, whom they are about; Other, unseen; how long to search."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings

from encaisse.kernel.moment import PARIS
from encaisse.teams.actor import Actor, system
from encaisse.teams.models import Company

settings.register_profile("short", deadline=None)
settings.register_profile(
    "soak", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("soak" if os.environ.get("ENCAISSE_SOAK") else "short")

# The browser's driver keeps an event loop in its thread for the whole run; Django would then refuse
# every later test of the same worker. Nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=PARIS)


@pytest.fixture
def actor() -> Actor:
    """The program itself, on 22 November 2026."""
    return system(NOON)


@pytest.fixture
def acme(db: None, actor: Actor) -> Iterator[Company]:
    """The company the test is about; the connection sees its rows only."""
    from encaisse.database.row_security import act_for
    from encaisse.teams.services import CompanyFacts, create_company

    company = create_company(CompanyFacts(code="ACME", name="Acme SAS"), actor=actor)
    act_for([company.organization_id])
    yield company
    act_for(())


@pytest.fixture
def other(db: None, actor: Actor) -> Company:
    """Another organization's company, whose rows must never be seen."""
    from encaisse.teams.services import CompanyFacts, create_company

    return create_company(CompanyFacts(code="OTHER", name="Other SARL"), actor=actor)
