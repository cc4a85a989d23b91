"""Customers out of a file. What a file does not say stays as it is."""

from __future__ import annotations

import polars as pl
from django.db import connection

from encaisse.database.columns import copy_out
from encaisse.kernel.problems import Problem, warning
from encaisse.ledger.core.columns import search_key
from encaisse.ledger.services.takeover.staging import run, stage
from encaisse.teams.models import Company

_UPDATE = """
    UPDATE ledger_customer c SET
        name = coalesce(i.name, c.name),
        search_key = CASE WHEN i.name IS NULL THEN c.search_key ELSE i.search_key END,
        siren = coalesce(i.siren, c.siren),
        segment = coalesce(i.segment, c.segment),
        language = coalesce(i.language, c.language),
        country = coalesce(i.country, c.country),
        address = coalesce(i.address, c.address),
        terms = coalesce(i.terms, c.terms),
        ibans = coalesce(i.ibans::varchar[], c.ibans),
        unsound_ibans = coalesce(i.ibans_unsound::varchar[], c.unsound_ibans)
    FROM incoming_customer i WHERE c.company_id = %(company)s AND c.code = i.code
"""

_INSERT = """
    INSERT INTO ledger_customer (company_id, code, name, search_key, siren, segment, language,
                                 country, address, terms, ibans, unsound_ibans)
    SELECT %(company)s, i.code, coalesce(i.name, i.code), i.search_key, coalesce(i.siren, ''),
           coalesce(i.segment, ''), coalesce(i.language, ''), coalesce(i.country, %(country)s),
           coalesce(i.address, ''), coalesce(i.terms, ''), coalesce(i.ibans::varchar[], '{}'),
           coalesce(i.ibans_unsound::varchar[], '{}')
    FROM incoming_customer i
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger_customer c WHERE c.company_id = %(company)s AND c.code = i.code)
    ORDER BY i.code
"""

_HEADS = """
    UPDATE ledger_customer c
    SET head_id = CASE WHEN h.id = c.id THEN NULL ELSE coalesce(h.head_id, h.id) END
    FROM incoming_customer i
    JOIN ledger_customer h ON h.company_id = %(company)s AND h.code = i.parent
    WHERE c.company_id = %(company)s AND c.code = i.code
      AND c.head_id IS DISTINCT FROM
          CASE WHEN h.id = c.id THEN NULL ELSE coalesce(h.head_id, h.id) END
"""

_CONTACTS_CHANGED = """
    UPDATE ledger_contact k SET
        email = coalesce(i.email, k.email),
        phone = coalesce(i.phone, k.phone),
        email_fails = k.email_fails AND coalesce(i.email, k.email) = k.email
    FROM incoming_customer i
    JOIN ledger_customer c ON c.company_id = %(company)s AND c.code = i.code
    WHERE k.customer_id = c.id AND k.origin = 'file'
      AND (coalesce(i.email, k.email), coalesce(i.phone, k.phone)) <> (k.email, k.phone)
"""

_CONTACTS_NEW = """
    INSERT INTO ledger_contact (company_id, customer_id, role, name, email, phone, email_fails,
                                opted_out, origin)
    SELECT %(company)s, c.id, 'billing', '', coalesce(i.email, ''), coalesce(i.phone, ''), false,
           false, 'file'
    FROM incoming_customer i
    JOIN ledger_customer c ON c.company_id = %(company)s AND c.code = i.code
    WHERE coalesce(i.email, i.phone) IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_contact k WHERE k.customer_id = c.id AND k.origin = 'file')
"""


def take_over(customers: pl.DataFrame, *, company: Company) -> list[Problem]:
    """Add and update the customers; heads may stand before or after their children."""
    if customers.is_empty():
        return []
    stage("incoming_customer", _prepared(customers))
    params: dict[str, object] = {"company": company.pk, "country": company.country}
    run(_UPDATE, params)
    run(_INSERT, params)
    for _ in range(_DEEPEST_GROUP):
        if not run(_HEADS, params):
            break
    run(_CONTACTS_CHANGED, params)
    run(_CONTACTS_NEW, params)
    return _unknown_parents(company)


_DEEPEST_GROUP = 5
"""Heads of heads are followed so many times; a circle stops there."""


def ids_of(company: Company) -> pl.DataFrame:
    """Every customer of the company: customer (code), customer_id, terms (null when empty)."""
    return copy_out(
        connection,
        "SELECT code AS customer, id AS customer_id, nullif(terms, '') AS terms"
        " FROM ledger_customer WHERE company_id = %(company)s",
        {"company": company.pk},
        {"customer": pl.String, "customer_id": pl.Int64, "terms": pl.String},
    )


_COLUMNS = (
    "code", "name", "search_key", "siren", "segment", "language", "country", "address", "terms",
    "ibans", "ibans_unsound", "parent", "email", "phone",
)  # fmt: skip


def _prepared(customers: pl.DataFrame) -> pl.DataFrame:
    """The customers as text columns: lists as PostgreSQL writes them, names cut to their width."""
    given = customers.select(
        *(
            pl.col(name) if name in customers.columns else pl.lit(None, pl.String).alias(name)
            for name in _COLUMNS
        )
    )
    named = pl.concat_str(pl.col("code"), pl.coalesce("name", pl.lit("")), separator=" ")
    return given.with_columns(
        name=pl.col("name").str.slice(0, 200),
        search_key=search_key(named).str.slice(0, 300),
        ibans=_array(given, "ibans"),
        ibans_unsound=_array(given, "ibans_unsound"),
    )


def _array(customers: pl.DataFrame, name: str) -> pl.Expr:
    if customers.schema[name] == pl.String:
        return pl.col(name)
    plain = pl.col(name).list.eval(pl.element().str.replace_all(r'[{},"\\\\]', ""))
    return pl.concat_str(pl.lit("{"), plain.list.join(","), pl.lit("}"))


def _unknown_parents(company: Company) -> list[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.code, i.parent FROM incoming_customer i WHERE i.parent IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM ledger_customer h"
            "   WHERE h.company_id = %s AND h.code = i.parent) ORDER BY 1 LIMIT 1000",
            [company.pk],
        )
        return [
            warning(None, "unknown_parent", customer=code, parent=parent)
            for code, parent in cursor.fetchall()
        ]
