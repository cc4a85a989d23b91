"""Plans as the command line, the API and the review page show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from encaisse.dunning.core import planner
from encaisse.dunning.core.facts import Facts
from encaisse.dunning.core.scenario import THANKS, WORK
from encaisse.dunning.models import Notice, Plan, Withheld
from encaisse.kernel.catalogue import sentence
from encaisse.kernel.money import plain
from encaisse.ledger.models import Customer, OpenItem
from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company

Document = dict[str, Any]


def find(ref: str, *, company: Company) -> Plan:
    """The plan of this number. Unknown (`unknown_plan`)."""
    found = Plan.objects.filter(company=company, pk=int(ref)).first() if ref.isdecimal() else None
    if found is None:
        raise Unknown("unknown_plan", plan=ref)
    return found


def of_content(
    content: planner.DayPlan, facts: Facts, plan: Plan | None, language: str = "en"
) -> Document:
    """A plan just decided. A dry run has no plan: nothing in it but facts."""
    languages = dict(facts.customers.select("customer", "language").iter_rows())
    currencies = dict(facts.items.select("item", "currency").iter_rows())
    notices = [
        {**row, "customer": row["code"], "language": languages.get(row["customer"], "fr")}
        for row in content.notices.iter_rows(named=True)
    ]
    withheld = [
        _withheld_row(row["code"], row, currencies.get(row["item"], ""), language)
        for row in content.withheld.iter_rows(named=True)
    ]
    return _document(notices, withheld, facts.today, plan)


def stored(plan: Plan, language: str = "en") -> Document:
    """A plan as it stands in the database, sorted as when it was drafted."""
    rows = Notice.objects.filter(plan=plan).select_related("customer")
    notices = [_of_row(one) for one in rows.order_by("customer__code", "channel", "currency", "pk")]
    return _document(notices, _stored_withheld(plan, language), plan.day, plan)


def _of_row(notice: Notice) -> Document:
    names = (
        "scenario", "step", "level", "channel", "language", "to", "currency", "total", "credit",
        "interest", "indemnity", "release", "items", "state", "outcome", "message_id",
    )  # fmt: skip
    row = {name: getattr(notice, name) for name in names}
    return {**row, "customer": notice.customer.code, "notice": notice.pk}


def _stored_withheld(plan: Plan, language: str) -> list[Document]:
    rows = list(Withheld.objects.filter(plan=plan))
    codes = dict(
        Customer.objects.filter(pk__in={row.customer_id for row in rows}).values_list("pk", "code")
    )
    ids = {one["item"] for row in rows for one in row.items}
    currencies = dict(OpenItem.objects.filter(pk__in=ids).values_list("pk", "currency"))
    return [
        _withheld_row(
            codes[row.customer_id], {**one, "gate": row.gate}, currencies[one["item"]], language
        )
        for row in rows
        for one in row.items
    ]


def _document(
    notices: Iterable[Document], withheld: list[Document], day: date, plan: Plan | None
) -> Document:
    shown = [_notice(one) for one in notices]
    withheld = sorted(
        withheld, key=lambda one: (one["customer"], one["item"], one["step"], str(one["facts"]))
    )
    if plan is None:  # a dry run repeats identically, wherever the ids stand
        for row in [*withheld, *(item for one in shown for item in one["items"])]:
            del row["item_id"]
    unreachable: dict[str, list[str]] = {}
    for one in withheld:
        if one["gate"] == "no_contact" and one["step"] != THANKS:
            unreachable.setdefault(one["customer"], []).append(one["item"])
    tasks = [_task(one) for one in shown if one["channel"] in WORK]
    tasks += [
        {"kind": "no_contact", "customer": customer, "step": None, "level": None,
         "release": "automatic", "items": [{"number": number} for number in numbers]}
        for customer, numbers in unreachable.items()
    ]  # fmt: skip
    return {
        "plan": str(plan.pk) if plan else None,
        "as_of": day.isoformat(),
        "state": plan.state if plan else None,
        "notices": [one for one in shown if one["channel"] not in WORK],
        "tasks": sorted(tasks, key=lambda one: (one["customer"], one["kind"])),
        "withheld": withheld,
    }


def _notice(row: Mapping[str, Any]) -> Document:
    currency = row["currency"]
    interest = row["interest"]
    known = {
        name: row[name]
        for name in ("customer", "scenario", "step", "level", "channel", "language", "to",
                     "currency", "release")
    }  # fmt: skip
    stored = {
        name: str(row[name]) if name == "notice" else row[name]
        for name in ("notice", "state", "outcome")
        if name in row
    }
    return {
        **known,
        "to": row["to"] or "",
        "total": plain(row["total"], currency),
        "credit": plain(row["credit"], currency),
        "interest": None if interest is None else plain(interest, currency),
        "indemnity": plain(row["indemnity"], currency),
        "items": [_item(one, currency) for one in row["items"]],
        "reasons": _reasons(row, currency),
        **stored,
    }


def _item(row: Mapping[str, Any], currency: str) -> Document:
    interest = row["interest"]
    return {
        "number": row["number"],
        "item_id": str(row["item"]),
        "due_date": str(row["due_date"]),
        "days_late": row["days_late"],
        "open_amount": plain(row["open_amount"], currency),
        "credit": plain(row["credit"], currency),
        "interest": None if interest is None else plain(interest, currency),
        "step": row["step"],
        "level": row["level"],
    }


def _reasons(row: Mapping[str, Any], currency: str) -> list[Document]:
    """Why the notice is as it is: codes with facts, most telling first."""
    items = row["items"]
    leading = max(items, key=lambda one: (one["level"], one["days_late"]))
    reasons: list[Document] = [
        {"code": "step_due", "step": leading["step"], "number": leading["number"],
         "days_late": leading["days_late"]}
    ]  # fmt: skip
    found_late = [one["number"] for one in items if one["first"] and one["days_late"] > 0]
    if found_late and row["step"] != "thanks":
        reasons.append({"code": "first_contact", "numbers": found_late})
    skipped = [one["number"] for one in items if one["skipped"] and not one["first"]]
    if skipped:
        reasons.append({"code": "steps_skipped", "numbers": skipped})
    if row["credit"]:
        reasons.append({"code": "credit_netted", "amount": plain(row["credit"], currency)})
    if row["interest"] is None:
        reasons.append({"code": "rate_missing"})
    if row["release"] == "held":
        reasons.append({"code": "waits_for_a_person"})
    return reasons


def _task(notice: Document) -> Document:
    names = ("customer", "step", "level", "channel", "currency", "total", "release", "items")
    known = {name: notice[name] for name in names}
    kind = notice["step"] if notice["step"] in {"call", "handover"} else "step"
    return {"kind": kind, **known, **{k: notice[k] for k in ("notice", "state") if k in notice}}


def _withheld_row(customer: str, row: Mapping[str, Any], currency: str, language: str) -> Document:
    facts = gate_facts(row["gate_day"], row["gate_amount"], currency)
    return {
        "customer": customer,
        "item": row["number"],
        "item_id": str(row["item"]),
        "step": row["step"],
        "gate": row["gate"],
        "text": sentence(f"gate_{row['gate']}", facts, language),
        "facts": facts,
    }


def gate_facts(day: object, amount: int | None, currency: str) -> dict[str, str]:
    """The facts a gate tells, as text."""
    facts = {"currency": currency}
    if day is not None:
        facts["day"] = str(day)
    if amount is not None:
        facts["amount"] = plain(amount, currency or "EUR")
    return facts
