"""What a line on a customer's account is, told by its counterparts in the entry.

| sign | against it | nature | kind of item |
|---|---|---|---|
| debit | sales, VAT, penalties | invoice | invoice |
| debit | bank or cash | bounced (by its label), else refund | debit note |
| credit | bank or cash | payment | payment |
| credit | sales, rebates, VAT | credit_note | credit note |
| both | 413 | bill (changed in form, not paid) | debit or credit note |
| both | 416 / 411 of the doubtful customer | doubtful | debit or credit note |
| both | another customer's 411 | transfer | debit or credit note |
| both | 40 | offset | debit or credit note |
| both | 419 | advance | debit or credit note |
| both | 46, 47, 58 | suspense | debit or credit note |
| both | 654 · 658, 758 · 665 · 627 | write_off · rounding · discount · bank_fee | … |
| both | anything else | other | debit or credit note |

The order of the rules is the order of the list below: an entry that receives money and grants a
discount is a payment. Opening lines (first days, journal of carried balances) are `opening`.
"""

from __future__ import annotations

import polars as pl

from encaisse.intake.adapters.fec.accounts import Role

_SOLD = Role.SALES | Role.VAT | Role.PENALTY
_DEBITS = (
    (_SOLD | Role.REBATE, "invoice"),
    (Role.TREASURY, "refund"),
)
_CREDITS = (
    (Role.TREASURY, "payment"),
    (_SOLD | Role.REBATE, "credit_note"),
)
_EITHER = (
    (Role.BILL, "bill"),
    (Role.DOUBTFUL, "doubtful"),
    (Role.ADVANCE, "advance"),
    (Role.WRITE_OFF, "write_off"),
    (Role.DISCOUNT, "discount"),
    (Role.ROUNDING, "rounding"),
    (Role.BANK_FEE, "bank_fee"),
    (Role.SUPPLIER, "offset"),
    (Role.RECEIVABLE, "transfer"),
    (Role.SUSPENSE, "suspense"),
)
_BOUNCED = (
    r"(?i)\b(?:rejet|rejete|impaye|imp\b|retour|ret\b|annul|contre-?pass|extourne|bounced?|unpaid)"
    r"|\b(?:AC0[146]|AG0[12]|AM04|MD0[167]|MS0[23]|RR0[1-4])\b"
)
_PAID = (
    r"(?i)\b(?:vir|virt|virement|chq|cheque|ch|cb|carte|prlv|prelevement|reglement|reglt|rgt|"
    r"regt|paiement|acompte|esp|especes|encaissement|lcr|payment|remise)\b"
)
_OPENING_CODES = r"^(?:AN|ANO|ANV|A-N|AN\d+|RAN|RN|ANOUV|ANOU|OUV|NOUV|SAN|BAN)$"
_OPENING_NAMES = r"(?i)\ba[ -]?nouveaux?\b|\bouverture\b|\bopening\b"
_OPENING_DAYS = 6
_ACCENTS = {"é": "e", "è": "e", "ê": "e", "É": "E", "È": "E", "Ê": "E", "à": "a", "À": "A"}


def with_natures(ours: pl.DataFrame) -> pl.DataFrame:
    """Add `is_opening`, `nature` and `kind` to the customers' lines (see `entries`)."""
    label = pl.col("label").str.replace_many(_ACCENTS)
    opening = pl.col("journal").str.to_uppercase().str.contains(_OPENING_CODES) | (
        pl.col("journal_name").str.replace_many(_ACCENTS).str.contains(_OPENING_NAMES)
    )
    early = pl.col("date") <= pl.col("date").min() + pl.duration(days=_OPENING_DAYS)
    debit = pl.col("amount") > 0
    ours = ours.with_columns(is_opening=opening & early)
    nature = (
        pl.when("is_opening").then(pl.lit("opening"))
        .when(debit).then(_first_of(_DEBITS + _EITHER))
        .otherwise(_first_of(_CREDITS + _EITHER))
    )  # fmt: skip
    ours = ours.with_columns(nature=nature)
    bounced = (pl.col("nature") == "refund") & label.str.contains(_BOUNCED)
    ours = ours.with_columns(
        nature=pl.when(bounced).then(pl.lit("bounced")).otherwise("nature"),
        _paid=label.str.contains(_PAID),
    )
    return ours.with_columns(kind=_kind(debit)).drop("_paid")


def _first_of(rules: tuple[tuple[Role, str], ...]) -> pl.Expr:
    """The first rule whose roles stand against the line; a bill or a doubtful customer's own
    account is known by the account of the line itself too."""
    against = pl.col("against")
    chosen = [pl.when((against & int(role)) != 0).then(pl.lit(name)) for role, name in rules]
    own = [
        pl.when(pl.col("general").str.starts_with(prefix)).then(pl.lit(name))
        for prefix, name in (("413", "bill"), ("416", "doubtful"), ("419", "advance"))
    ]
    strong, weak = chosen[:2], chosen[2:]
    return pl.coalesce(*strong, *own, *weak, pl.lit("other"))


def _kind(debit: pl.Expr) -> pl.Expr:
    nature = pl.col("nature")
    return (
        pl.when(debit & nature.is_in(["invoice", "opening"])).then(pl.lit("invoice"))
        .when(debit).then(pl.lit("debit_note"))
        .when(nature == "payment").then(pl.lit("payment"))
        .when((nature == "opening") & pl.col("_paid")).then(pl.lit("payment"))
        .otherwise(pl.lit("credit_note"))
    )  # fmt: skip
