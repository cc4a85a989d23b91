"""The facts of a company on a day, read as columns: one query a table, none a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl
from django.db import connection

from encaisse.database.columns import Schema, copy_out
from encaisse.delivery.queries.parties import FRENCH
from encaisse.dunning.core import charges
from encaisse.dunning.core.facts import CONTACTS, CUSTOMERS, ITEMS, SETTLED, STEPS, Facts
from encaisse.dunning.queries import scenarios
from encaisse.followup.queries import DISPUTED, PROMISE_DATES, PROMISED_UNTIL
from encaisse.kernel.calendar import is_working_day
from encaisse.kernel.interest import Reduction
from encaisse.kernel.rates import shipped
from encaisse.ledger.queries.open_amounts import open_at
from encaisse.teams.models import Company
from encaisse.teams.settings import setting

CONTACT_DAYS = 100
"""How far back contacts matter: the longest gap a company may choose, and more."""
SETTLED_DAYS = 60
"""How far back payments matter for thanks."""

_IN_TRANSIT = """
    SELECT DISTINCT (share ->> 0)::bigint FROM (
        SELECT DISTINCT ON (bank_line_id) bank_line_id, verdict, shares FROM cash_match
        WHERE company_id = %(company)s AND bank_line_id IS NOT NULL
        ORDER BY bank_line_id, id DESC
    ) m
    JOIN cash_bankline l ON l.id = m.bank_line_id AND l.state = 'open'
    CROSS JOIN jsonb_array_elements(m.shares) AS share
    WHERE m.verdict = 'proposed' AND (share ->> 1)::bigint > 0
      AND l.booking_date <= %(today)s
"""
"""Items for which money has probably come in: a match that waits for a person."""

_ITEM_COLUMNS: Schema = {
    "item": pl.Int64, "customer": pl.Int64, "number": pl.String, "currency": pl.String,
    "issue_date": pl.Date, "due_date": pl.Date, "due_date_source": pl.String,
    "amount": pl.Int64, "open_amount": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Reads for one company and day; only these customers when some are given."""

    company: Company
    today: date
    customers: Sequence[int] | None = None
    _params: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chosen = None if self.customers is None else sorted(set(self.customers))
        self._params.update(
            company=self.company.pk,
            today=self.today,
            customers=chosen,
            home=self.company.country,
            french=sorted(FRENCH),
        )

    def facts(self) -> Facts:
        """Everything the planner wants to know."""
        items, scenarios_by_name = self._items(), scenarios.effective(self.company)
        settled = self._settled()
        wanted = pl.concat([items["customer"], settled["customer"]]).unique()
        reductions = self._reductions(items)
        return Facts(
            today=self.today,
            scenarios=scenarios_by_name,
            is_working=is_working_day,
            items=self._with_interruptions(items, reductions),
            customers=self._customers(list(scenarios_by_name)).filter(
                pl.col("customer").is_in(wanted.implode())
            ),
            steps=self._steps(settled),
            contacts=self._contacts(),
            settled=settled,
            reductions=reductions,
            law=law(self.company),
        )

    def _read(self, query: str, schema: Schema) -> pl.DataFrame:
        return copy_out(connection, query, self._params, schema)

    def _of_customers(self, column: str) -> str:
        return "" if self.customers is None else f"AND {column} = ANY (%(customers)s)"

    def _items(self) -> pl.DataFrame:
        relation = open_at(self.company, self.today)
        self._params.update(relation.params)
        items = self._read(
            f"""
            SELECT o.item_id, o.customer_id, i.number, o.currency, o.issue_date, o.due_date,
                   i.due_date_source, o.amount, o.open
            FROM ({relation.sql}) o JOIN ledger_openitem i ON i.id = o.item_id
            WHERE TRUE {self._of_customers("o.customer_id")}
            """,  # noqa: S608 - no value from outside
            _ITEM_COLUMNS,
        )
        disputed = self._read(DISPUTED, {"item": pl.Int64})["item"]
        promised = self._read(PROMISED_UNTIL, {"item": pl.Int64, "promised_until": pl.Date})
        paying = self._read(_IN_TRANSIT, {"item": pl.Int64})["item"]
        blocked = self._read(
            """
            SELECT item_id, max(until) FROM dunning_block
            WHERE company_id = %(company)s AND lifted_on IS NULL AND item_id IS NOT NULL
              AND created_on <= %(today)s GROUP BY item_id
            """,
            {"item": pl.Int64, "blocked_until": pl.Date},
        )
        no = pl.lit(value=False)
        return (
            items.join(promised, on="item", how="left")
            .join(blocked, on="item", how="left")
            .with_columns(
                pl.col("item").is_in(disputed.implode()).alias("disputed"),
                no.alias("payment_plan"),
                pl.col("item").is_in(paying.implode()).alias("in_transit"),
                no.alias("delivery_failed"),
                pl.lit(None, dtype=pl.Date).alias("limitation_from"),
            )
            .select(list(ITEMS))
        )

    def _customers(self, known: list[str]) -> pl.DataFrame:
        raw = self._read(
            f"""
            SELECT c.id, c.code, CASE WHEN lower(c.language) IN ('fr', 'en') THEN lower(c.language)
                        WHEN c.language = '' AND c.country = ANY (%(french)s) THEN 'fr'
                        ELSE 'en' END,
                   coalesce(nullif(c.country, ''), %(home)s), nullif(c.segment, ''),
                   coalesce(a.scenario, 'standard'),
                   e.email, nullif(c.address, ''), e.phone,
                   coalesce(e.opted_out, FALSE), k.until, coalesce(k.insolvent, FALSE)
            FROM ledger_customer c
            LEFT JOIN dunning_assignment a ON a.customer_id = c.id
            LEFT JOIN (
                SELECT customer_id,
                       (array_agg(lower(email) ORDER BY role <> 'dunning', id)
                            FILTER (WHERE email ~ '^[^@[:space:]]+@[^@[:space:]]+$'
                                    AND NOT email_fails AND NOT opted_out))[1] AS email,
                       (array_agg(phone ORDER BY id) FILTER (WHERE phone <> ''))[1] AS phone,
                       bool_or(opted_out) AND NOT bool_or(
                           email <> '' AND NOT email_fails AND NOT opted_out) AS opted_out
                FROM ledger_contact WHERE company_id = %(company)s GROUP BY customer_id
            ) e ON e.customer_id = c.id
            LEFT JOIN (
                SELECT customer_id, max(until) FILTER (WHERE kind = 'person') AS until,
                       bool_or(kind = 'insolvency') AS insolvent
                FROM dunning_block
                WHERE company_id = %(company)s AND lifted_on IS NULL AND created_on <= %(today)s
                  AND customer_id IS NOT NULL
                GROUP BY customer_id
            ) k ON k.customer_id = c.id
            WHERE c.company_id = %(company)s {self._of_customers("c.id")}
            """,  # noqa: S608 - no value from outside
            {
                "customer": pl.Int64, "code": pl.String, "language": pl.String,
                "country": pl.String, "segment": pl.String, "scenario": pl.String,
                "email": pl.String, "postal": pl.String, "phone": pl.String,
                "opted_out": pl.Boolean, "blocked_until": pl.Date, "insolvent": pl.Boolean,
            },
        )  # fmt: skip
        # A scenario whose name is gone is no reason not to chase: the standard one applies.
        scenario = pl.when(pl.col("scenario").is_in(known)).then("scenario").otherwise(
            pl.lit(scenarios.STANDARD)
        )  # fmt: skip
        return (
            raw.join(_debtors(raw), on=["country", "segment"], how="left", nulls_equal=True)
            .with_columns(scenario.alias("scenario"), _no_text().alias("portal"))
            .select(list(CUSTOMERS))
        )

    def _steps(self, settled: pl.DataFrame) -> pl.DataFrame:
        self._params["settled"] = settled["item"].to_list()
        return self._read(
            f"""
            SELECT s.item_id, s.step, s.level, s.day, s.state = 'delivered', s.is_contact
            FROM dunning_itemstep s JOIN ledger_itembalance b ON b.item_id = s.item_id
            WHERE s.company_id = %(company)s AND s.state <> 'returned' AND s.day <= %(today)s
              AND (b.open <> 0 OR s.item_id = ANY (%(settled)s))
              {self._of_customers("b.customer_id")}
            """,  # noqa: S608 - no value from outside
            STEPS,
        )

    def _contacts(self) -> pl.DataFrame:
        """Of everybody: people of one address may serve several customers."""
        self._params["contact_days"] = CONTACT_DAYS
        return self._read(
            """
            SELECT DISTINCT customer_id, CASE channel WHEN 'email' THEN "to" END, channel, sent_on
            FROM dunning_notice
            WHERE company_id = %(company)s AND state = 'sent'
              AND sent_on BETWEEN %(today)s::date - %(contact_days)s AND %(today)s::date
              AND channel NOT IN ('call', 'task')
            """,
            CONTACTS,
        )

    def _settled(self) -> pl.DataFrame:
        """Invoices settled by a payment lately, after a reminder or a promise."""
        self._params["settled_days"] = SETTLED_DAYS
        return self._read(
            f"""
            SELECT b.item_id, b.customer_id, i.number, b.currency, b.due_date, p.day,
                   coalesce(w.awaited_until >= p.day, FALSE)
            FROM (
                SELECT a.debit_id, max(a.date) AS day
                FROM ledger_allocation a JOIN ledger_openitem c ON c.id = a.credit_id
                WHERE a.company_id = %(company)s AND a.amount > 0 AND a.date <= %(today)s
                  AND c.kind = 'payment'
                GROUP BY a.debit_id
                HAVING max(a.date) >= %(today)s::date - %(settled_days)s
            ) p
            JOIN ledger_itembalance b ON b.item_id = p.debit_id AND b.open = 0
            JOIN ledger_openitem i ON i.id = b.item_id AND NOT i.is_withdrawn
            LEFT JOIN ({PROMISE_DATES}) w ON w.item_id = b.item_id
            WHERE (w.item_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM dunning_itemstep s
                WHERE s.item_id = b.item_id AND s.state <> 'returned'))
              {self._of_customers("b.customer_id")}
            """,  # noqa: S608 - no value from outside
            SETTLED,
        )

    def _reductions(self, items: pl.DataFrame) -> dict[int, list[Reduction]]:
        """What lowered the items that are partly open, dated."""
        partly = items.filter(
            (pl.col("open_amount") > 0) & (pl.col("open_amount") < pl.col("amount"))
        )["item"].to_list()
        return reductions(self.company, partly, self.today)

    def _with_interruptions(
        self, items: pl.DataFrame, lowered: dict[int, list[Reduction]]
    ) -> pl.DataFrame:
        """A partial payment acknowledges the debt: the limitation starts anew on its day."""
        rows = [
            (item, max(one.day for one in parts if not one.credit_note))
            for item, parts in lowered.items()
            if any(not one.credit_note for one in parts)
        ]
        if not rows:
            return items
        schema = {"item": pl.Int64, "limitation_from": pl.Date}
        acts = pl.DataFrame(rows, schema=schema, orient="row")
        joined = items.drop("limitation_from").join(acts, on="item", how="left")
        return joined.select(list(ITEMS))


def facts(company: Company, today: date, *, customers: Sequence[int] | None = None) -> Facts:
    """All facts of the day, or those of some customers."""
    return Reader(company, today, customers).facts()


def law(company: Company) -> charges.Law:
    """The rates of late interest that bind the company's customers."""
    try:
        contract = Decimal(setting(company, "contract_rate").replace(",", "."))
    except InvalidOperation:
        contract = None
    return charges.Law(shipped(), contract)


def reductions(
    company: Company, item_ids: Sequence[int], today: date
) -> dict[int, list[Reduction]]:
    """What lowered these items up to a day: payments and credit notes, reversals left out."""
    if not item_ids:
        return {}
    found: dict[int, list[Reduction]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.debit_id, a.date, a.amount, c.kind = 'credit_note'
            FROM ledger_allocation a
            JOIN ledger_openitem c ON c.id = a.credit_id
            LEFT JOIN ledger_allocation r ON r.reverses_id = a.id AND r.date <= %(today)s
            WHERE a.company_id = %(company)s AND a.debit_id = ANY (%(items)s)
              AND a.amount > 0 AND a.date <= %(today)s AND r.id IS NULL
            ORDER BY a.debit_id, a.date, a.id
            """,
            {"company": company.pk, "items": list(item_ids), "today": today},
        )
        for item, day, amount, is_credit_note in cursor.fetchall():
            found.setdefault(item, []).append(Reduction(day, amount, is_credit_note))
    return found


def _debtors(customers: pl.DataFrame) -> pl.DataFrame:
    """The kind of debtor and the regime of interest for each country and segment there is."""
    pairs = customers.select("country", "segment").unique()
    rows = [
        (country, segment, charges.kind_of(segment), charges.regime_of(country, segment))
        for country, segment in pairs.iter_rows()
    ]
    names = ("country", "segment", "debtor", "regime")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _no_text() -> pl.Expr:
    return pl.lit(None, dtype=pl.String)
