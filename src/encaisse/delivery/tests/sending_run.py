"""A real run in a process of its own, to be killed: ``queue N`` prepares, ``run`` sends."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime

import django

CODE = "ACME"


def main(task: str, count: int) -> None:
    """Make a company with queued messages, or hand its messages over."""
    django.setup()
    from encaisse.database.row_security import act_for
    from encaisse.delivery.core.records import Purpose
    from encaisse.delivery.services.handover import hand_over
    from encaisse.delivery.services.queueing import Outgoing, queue_message
    from encaisse.delivery.tests import samples
    from encaisse.kernel.moment import PARIS
    from encaisse.ledger.models import Customer
    from encaisse.teams.actor import system
    from encaisse.teams.models import Company
    from encaisse.teams.services import CompanyFacts, create_company

    actor = system(datetime(2026, 11, 22, 10, 0, tzinfo=PARIS))
    if task == "queue":
        company = create_company(CompanyFacts(code=CODE, name="Acme SAS"), actor=actor)
        act_for([company.organization_id])
        company.profile = {"email": "compta@acme.example"}
        company.save()
        for number in range(count):
            customer = Customer.objects.create(company=company, code=f"C{number}", name="Birch")
            base = samples.notice(Purpose.REMINDER_1)
            notice = replace(base, addressee=replace(base.addressee, code=customer.code))
            queue_message(
                notice, Outgoing(customer, "email", "reminder_1", "reminder_1"),
                company=company, actor=actor,
            )  # fmt: skip
        return
    act_for([1])
    hand_over(Company.objects.get(code=CODE), today=actor.today, actor=actor)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
