"""The measures of a company on a date, with their formulas and what went in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from encaisse.insights.core import measures as core
from encaisse.insights.queries import figures
from encaisse.kernel.money import plain
from encaisse.kernel.terms import month_end
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: None as value means that it cannot be told. Inputs are for people."""

    code: str
    value: Decimal | None
    unit: str  # days, percent, a currency
    formula: str
    inputs: dict[str, str]


def measures(company: Company, as_of: date) -> list[Measure]:
    """Every measure, from the rows of the ledger as they were on that date."""
    owed = figures.owed(company, as_of)
    months = figures.sales_by_month(company, as_of)
    quarter = as_of - timedelta(days=91)
    sales = figures.sales_between(company, quarter, as_of)
    money = company.currency
    total, overdue = owed.buckets.total, owed.buckets.overdue

    def told(minor: int) -> str:
        return plain(minor, money)

    def amount(code: str, minor: int, formula: str) -> Measure:
        return Measure(code, Decimal(told(minor)), money, formula, {})

    basis = {"receivables": told(total), "sales_92_days": told(sales)}
    return [
        amount("balance", owed.balance, "open debits + open credits"),
        amount("receivables", total, "open debits"),
        amount("overdue", overdue, "open debits past their due date"),
        amount("unapplied", owed.unapplied, "open credits"),
        Measure(
            "overdue_rate", core.share(overdue, total), "percent", "overdue / receivables",
            {"overdue": told(overdue), "receivables": told(total)},
        ),
        Measure(
            "dso_count_back", core.dso_count_back(total, months), "days",
            "whole months of sales taken off the receivables, the last pro rata",
            {"receivables": told(total),
             "sales": ", ".join(told(month.sales) for month in months[:6])},
        ),
        Measure(
            "dso_balance", core.dso_balance(total, sales, 92), "days",
            "receivables / sales of 92 days × 92", basis,
        ),
        Measure(
            "best_possible_dso", core.dso_balance(owed.buckets.not_due, sales, 92), "days",
            "receivables not due / sales of 92 days × 92",
            {"not_due": told(owed.buckets.not_due), "sales_92_days": told(sales)},
        ),
        Measure(
            "average_days_delinquent", core.dso_balance(overdue, sales, 92), "days",
            "overdue / sales of 92 days × 92",
            {"overdue": told(overdue), "sales_92_days": told(sales)},
        ),
        _effectiveness(company, as_of),
        _lateness(company, as_of),
    ]  # fmt: skip


def _effectiveness(company: Company, as_of: date) -> Measure:
    """CEI of the last whole month."""
    last = as_of if as_of == month_end(as_of) else as_of.replace(day=1) - timedelta(days=1)
    before = last.replace(day=1) - timedelta(days=1)
    opening, closing = figures.owed(company, before), figures.owed(company, last)
    sales = figures.sales_between(company, last.replace(day=1), last)
    value = core.cei(opening.buckets.total, sales, closing.buckets.total, closing.buckets.not_due)
    names = ("opening", "sales", "closing", "closing_current")
    amounts = (opening.buckets.total, sales, closing.buckets.total, closing.buckets.not_due)
    inputs = {name: plain(one, company.currency) for name, one in zip(names, amounts, strict=True)}
    return Measure(
        "cei", value, "percent",
        "(opening + sales − closing) / (opening + sales − closing not due), last whole month",
        {"month": f"{last:%Y-%m}", **inputs},
    )  # fmt: skip


def _lateness(company: Company, as_of: date) -> Measure:
    paid = figures.paid_late(company, as_of - timedelta(days=91), as_of)
    return Measure(
        "mean_days_late", core.mean_days_late(paid), "days",
        "Σ(amount × max(0, days late)) / Σ amount, paid in 92 days",
        {"paid": plain(sum(amount for amount, _ in paid), company.currency)},
    )  # fmt: skip
