"""The customers of a table: one row each, from lines that may say it in pieces."""

from __future__ import annotations

import polars as pl
from stdnum import iban as iban_numbers
from stdnum.exceptions import ValidationError

from encaisse.intake.core.headers import plain
from encaisse.intake.core.ledger import CUSTOMERS
from encaisse.intake.core.rows import RowFindings

_TEXTS = ("name", "email", "phone", "address", "segment", "parent", "terms")
_LANGUAGES = {
    "fr": "fr", "fra": "fr", "fre": "fr", "frfr": "fr", "francais": "fr", "french": "fr",
    "en": "en", "eng": "en", "engb": "en", "enus": "en", "anglais": "en", "english": "en",
}  # fmt: skip
_EMAIL = r"^[^\s@;,<>]+@[^\s@;,<>]+\.[^\s@;,<>]+$"


def customers_of(rows: pl.DataFrame, found: RowFindings, *, whole: bool) -> pl.DataFrame:
    """One row a customer code, columns of `CUSTOMERS`; the last line that tells a fact wins.

    `whole`: the table is one of customers, so a code that stands twice is worth a warning.
    """
    nameless = rows.filter(pl.col("customer").is_null()).select("line")
    found.error_rows(nameless, "cell_missing", column="customer")
    rows = rows.filter(pl.col("customer").is_not_null())
    if whole:
        twice = rows.filter(
            pl.col("customer").is_duplicated() & ~pl.col("customer").is_first_distinct()
        )
        found.warning_rows(twice.select("line", "customer"), "customer_repeated")
    told = [name for name in (*_TEXTS, "siren", "language", "iban") if name in rows.columns]
    rows = _checked(rows.select("line", "customer", *told), found)
    facts = [name for name in (*_TEXTS, "siren", "language") if name in told]
    merged = rows.group_by("customer", maintain_order=True).agg(
        pl.col(name).drop_nulls().last() for name in facts
    )
    merged = merged.join(_ibans(rows, found), on="customer", how="left", maintain_order="left")
    return merged.rename({"customer": "code"}).select(
        pl.col(name).cast(dtype) if name in merged.columns or name == "code"
        else pl.lit(None, dtype).alias(name)
        for name, dtype in CUSTOMERS.items()
    )  # fmt: skip


def _checked(rows: pl.DataFrame, found: RowFindings) -> pl.DataFrame:
    """E-mail, SIREN and language in one spelling; what is none of these is told and left out."""
    if "email" in rows.columns:
        rows = rows.with_columns(pl.col("email").str.replace_all(r"\s*[;,]\s*", "; "))
        sound = (
            pl.col("email").str.split("; ").list.eval(pl.element().str.contains(_EMAIL)).list.all()
        )
        rows = _kept(rows, "email", sound, "email_invalid", found)
    if "siren" in rows.columns:
        digits = pl.col("siren").str.replace_all(r"[\s.\u00a0\u202f-]", "")
        siren = (
            pl.when(digits.str.contains(r"^\d{14}$")).then(digits.str.slice(0, 9)).otherwise(digits)
        )
        rows = rows.with_columns(written=pl.col("siren"), siren=siren)
        rows = _kept(rows, "siren", _luhn("siren"), "siren_invalid", found)
    if "language" in rows.columns:
        known = {
            word: _LANGUAGES.get(plain(word)) for word in rows["language"].drop_nulls().unique()
        }
        code = pl.col("language").replace_strict(known, default=None, return_dtype=pl.String)
        unknown = rows.filter(code.is_null() & pl.col("language").is_not_null())
        found.warning_rows(unknown.select("line", value="language"), "language_unknown")
        rows = rows.with_columns(language=code)
    return rows


def _kept(
    rows: pl.DataFrame, name: str, sound: pl.Expr, code: str, found: RowFindings
) -> pl.DataFrame:
    value = "written" if "written" in rows.columns else name
    bad = rows.filter(pl.col(name).is_not_null() & ~sound.fill_null(value=False))
    found.warning_rows(bad.select("line", value=value), code)
    return rows.with_columns(pl.when(sound.fill_null(value=False)).then(name).alias(name)).drop(
        "written", strict=False
    )


def _luhn(name: str) -> pl.Expr:
    """Nine digits with the right check digit (SIREN, ISO/IEC 7812-1)."""

    def digit(at: int) -> pl.Expr:
        value = pl.col(name).str.slice(at, 1).cast(pl.Int32, strict=False)
        doubled = value * (2 if at % 2 else 1)
        return doubled - pl.when(doubled > 9).then(9).otherwise(0)

    return pl.col(name).str.contains(r"^\d{9}$") & (
        pl.sum_horizontal(digit(at) for at in range(9)) % 10 == 0
    )


def _ibans(rows: pl.DataFrame, found: RowFindings) -> pl.DataFrame:
    """Per customer its sound IBANs, and as text those whose check digits are wrong."""
    lists = {"ibans": pl.List(pl.String), "ibans_unsound": pl.List(pl.String)}
    if "iban" not in rows.columns:
        return pl.DataFrame(schema={"customer": pl.String, **lists})
    each = (
        rows.filter(pl.col("iban").is_not_null())
        .select(
            "line", "customer", iban=pl.col("iban").str.replace_all("[,|\n]", ";").str.split(";")
        )
        .explode("iban")
        .with_columns(
            text=pl.col("iban").str.strip_chars(),
            iban=pl.col("iban").str.replace_all(r"[\s\u00a0\u202f.-]", "").str.to_uppercase(),
        )
        .filter(pl.col("iban") != "")
    )
    sound = {number: _is_iban(number) for number in each["iban"].unique()}
    each = each.with_columns(
        sound=pl.col("iban").replace_strict(sound, default=False, return_dtype=pl.Boolean)
    )
    found.warning_rows(each.filter(~pl.col("sound")).select("line", value="text"), "iban_invalid")
    return each.group_by("customer", maintain_order=True).agg(
        pl.col("iban").filter("sound").unique(maintain_order=True).alias("ibans"),
        pl.col("text").filter(~pl.col("sound")).unique(maintain_order=True).alias("ibans_unsound"),
    )


def _is_iban(number: str) -> bool:
    try:
        iban_numbers.validate(number, check_country=False)
    except ValidationError:
        return False
    return True
