"""Items as the command line, the API and the pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from encaisse.ledger.models import Customer, OpenItem
from encaisse.ledger.queries.open_amounts import open_at
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item on a date. Amounts in minor units, credits negative."""

    id: int
    customer: str
    number: str
    kind: str
    issue_date: date
    due_date: date
    due_date_source: str
    currency: str
    amount: int
    open_amount: int
    label: str
    order_number: str
    origin: str

    @property
    def status(self) -> str:
        """open, partial or settled."""
        if self.open_amount == 0:
            return "settled"
        return "open" if self.open_amount == self.amount else "partial"


_STATUS = {
    "open": "coalesce(o.open, 0) <> 0",
    "settled": "coalesce(o.open, 0) = 0",
    "all": "TRUE",
}


def items(
    company: Company,
    as_of: date,
    *,
    status: str = "open",
    customer: Customer | None = None,
    item: OpenItem | None = None,
) -> list[ItemRow]:
    """The items known on that date by customer, due date and number; withdrawn ones left out."""
    relation = open_at(company, as_of)
    filters = [_STATUS[status]]
    params: dict[str, Any] = dict(relation.params)
    if customer is not None:
        filters.append("i.customer_id = %(customer)s")
        params["customer"] = customer.pk
    if item is not None:
        filters.append("i.id = %(item)s")
        params["item"] = item.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT i.id, c.code, i.number, i.kind, i.issue_date, i.due_date, i.due_date_source,
                   i.currency, i.amount, coalesce(o.open, 0)::bigint, i.label, i.order_number,
                   i.origin
            FROM ledger_openitem i
            JOIN ledger_customer c ON c.id = i.customer_id
            LEFT JOIN ({relation.sql}) o ON o.item_id = i.id
            WHERE i.company_id = %(company)s AND i.issue_date <= %(as_of)s AND NOT i.is_withdrawn
              AND {" AND ".join(filters)}
            ORDER BY c.code, i.due_date, i.number, i.id
            """,  # noqa: S608 - no value from outside
            params,
        )
        return [ItemRow(*row) for row in cursor.fetchall()]
