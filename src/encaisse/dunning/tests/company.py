"""A small company on a real database: who owes what, told in one line each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from encaisse.dunning.services import plans, sending
from encaisse.dunning.services.sending import DayReport, SendReport
from encaisse.kernel.moment import PARIS
from encaisse.ledger.models import Author, Contact, Customer, Feed, ItemKind, OpenItem, Origin
from encaisse.ledger.services.allocations import Settlement, allocate
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

TODAY = date(2026, 11, 18)  # a Wednesday


@dataclass
class Desk:
    """What a collector does in a test; `today` moves on."""

    company: Company
    actor: Actor
    today: date = TODAY

    def on(self, day: date, hour: int = 10) -> Desk:
        """The same desk on another day."""
        at = datetime.combine(day, time(hour), tzinfo=PARIS)
        return replace(self, today=day, actor=replace(self.actor, at=at))

    def customer(self, code: str, **more: Any) -> Customer:
        email = more.pop("email", f"{code.lower()}@example.org")
        more.setdefault("address", "1 rue Haute\n75011 Paris")
        found = Customer.objects.create(company=self.company, code=code, name=f"{code} SA", **more)
        if email:
            Contact.objects.create(company=self.company, customer=found, email=email)
        return found

    def invoice(
        self, customer: Customer, number: str, amount: int, late: int, **more: Any
    ) -> OpenItem:
        """An invoice that is so many days late on `TODAY` (negative: not due yet)."""
        due = date.fromordinal(TODAY.toordinal() - late)
        facts: dict[str, Any] = {
            "kind": ItemKind.INVOICE if amount > 0 else ItemKind.CREDIT_NOTE, "currency": "EUR",
            "issue_date": min(date.fromordinal(due.toordinal() - 30), TODAY), "due_date": due,
            "due_date_source": "file", "origin": Origin.LIST, **more,
        }  # fmt: skip
        return OpenItem.objects.create(
            company=self.company, customer=customer, number=number, amount=amount, **facts
        )

    def pay(self, item: OpenItem, amount: int | None = None) -> None:
        paid = item.amount if amount is None else amount
        receipt = OpenItem.objects.create(
            company=self.company, customer_id=item.customer_id, number=f"P-{item.number}",
            kind=ItemKind.PAYMENT, amount=-paid, currency=item.currency, issue_date=self.today,
            due_date=self.today, due_date_source="file", origin=Origin.BANK,
        )  # fmt: skip
        allocate(
            [Settlement(item.pk, receipt.pk, paid, self.today)], company=self.company,
            author=Author.PERSON, today=self.today, actor=self.actor,
        )  # fmt: skip

    def heard(self, kind: str, day: date) -> None:
        Feed.objects.update_or_create(
            company=self.company, kind=kind, name="", defaults={"taken_on": day}
        )

    def plan(self, *, dry_run: bool = False) -> plans.Drafted:
        return plans.draft_plan(self.company, today=self.today, actor=self.actor, dry_run=dry_run)

    def day(self) -> DayReport:
        return sending.carry_out_automatic(self.company, today=self.today, actor=self.actor)

    def send(self, drafted: plans.Drafted, **more: Any) -> SendReport:
        assert drafted.plan
        plan = plans.approve_plan(drafted.plan, company=self.company, actor=self.actor)
        return sending.send_plan(
            plan, company=self.company, today=self.today, actor=self.actor, **more
        )
