"""From the lines of a ledger to customers, items and allocations that tie out to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from encaisse.intake.adapters.fec.accounts import CUSTOMER_ACCOUNTS, roles
from encaisse.intake.adapters.fec.entries import check_balances, counterparts
from encaisse.intake.adapters.fec.letters import allocations_of
from encaisse.intake.adapters.fec.natures import with_natures
from encaisse.intake.adapters.fec.numbers import with_due_dates, with_keys, with_numbers
from encaisse.intake.core.ledger import ALLOCATIONS, CUSTOMERS, ITEMS, Control
from encaisse.intake.core.rows import RowFindings
from encaisse.kernel.money import plain


@dataclass(frozen=True, slots=True)
class Derived:
    """What the lines say: frames as in `core.ledger`, the tie-out, the period."""

    customers: pl.DataFrame
    items: pl.DataFrame
    allocations: pl.DataFrame
    control: Control
    complete_for: tuple[date, date] | None
    treasury_until: dict[str, date]


def derive(
    lines: pl.DataFrame,
    *,
    currency: str,
    customer_accounts: tuple[str, ...] = CUSTOMER_ACCOUNTS,
    without_letters: bool = False,
    found: RowFindings,
) -> Derived:
    """Derive everything from lines as `records.LINES` (amounts in minor units of `currency`).

    The control total is the balance of the customers' accounts; each of their lines becomes an
    item, so that the items sum to it whatever could not be classified.
    """
    lines = _with_entries(lines, found)
    entry = check_balances(lines, currency, found)
    lines = lines.join(
        roles(lines["general"], customer_accounts), on="general", maintain_order="left", how="left"
    )
    balance = int(lines.filter("is_customer")["amount"].sum())
    empty = lines.filter(pl.col("is_customer") & (pl.col("amount") == 0))
    if empty.height:
        found.warning(empty.item(0, "line"), "zero_lines_skipped", count=empty.height)
    period = _period(lines)
    treasury_until = _treasury_until(lines)
    ours = counterparts(lines, entry)
    del lines
    ours = _with_customers(ours, currency, found)
    ours = with_keys(ours.sort("line"))
    ours = with_natures(ours)
    ours = with_due_dates(_with_issue_dates(with_numbers(ours)))
    allocations = pl.DataFrame(schema=ALLOCATIONS) if without_letters else allocations_of(ours)
    return Derived(
        customers=_customers(ours),
        items=_items(ours, allocations, currency),
        allocations=allocations,
        control=Control({currency: balance}),
        complete_for=period,
        treasury_until=treasury_until,
    )


def _with_entries(lines: pl.DataFrame, found: RowFindings) -> pl.DataFrame:
    """A blank EcritureNum is taken for the entry of that journal, day and piece."""
    blank = lines.filter(pl.col("entry") == "")
    if blank.is_empty():
        return lines
    found.warning(blank.item(0, "line"), "entry_number_blank", count=blank.height)
    made = pl.concat_str(pl.col("date").dt.to_string("%Y%m%d"), pl.lit("-"), "piece")
    return lines.with_columns(entry=pl.when(pl.col("entry") == "").then(made).otherwise("entry"))


def _period(lines: pl.DataFrame) -> tuple[date, date] | None:
    first, last = lines["date"].min(), lines["date"].max()
    if isinstance(first, date) and isinstance(last, date):
        return first, last
    return None


def _treasury_until(lines: pl.DataFrame) -> dict[str, date]:
    """The last date of entries by bank, post or cash account (51, 53)."""
    bank = lines.filter(pl.col("general").str.contains("^5[13]"))
    last = bank.group_by("general").agg(pl.col("date").max()).sort("general")
    return dict(last.iter_rows())


def _with_customers(ours: pl.DataFrame, currency: str, found: RowFindings) -> pl.DataFrame:
    """Add `customer`: CompAuxNum, else the account when it is one customer's own.

    An account of a bill, a doubtful customer or an advance (``416DUPONT``) belongs to the
    customer of ``411DUPONT`` where there is one. A collective account without an auxiliary
    becomes a customer of its own number, with a warning.
    """
    general, auxiliary = pl.col("general"), pl.col("auxiliary")
    collective = general.str.strip_chars_end("0").str.contains(r"^\d{0,4}$")
    tail = general.str.replace(r"^(?:411|413|416|4191)", "")
    twin = pl.concat_str(pl.lit("411"), tail)
    known = ours.filter((auxiliary == "") & general.str.starts_with("411"))["general"].unique()
    own = pl.when(twin.is_in(known.implode()) & ~collective).then(twin).otherwise(general)
    ours = ours.with_columns(customer=pl.when(auxiliary == "").then(own).otherwise(auxiliary))
    nobody = ours.filter((auxiliary == "") & collective)
    told = nobody.group_by("general").agg(
        line=pl.col("line").min(), count=pl.len(), amount=pl.col("amount").sum()
    )
    for row in told.sort("general").iter_rows(named=True):
        found.warning(
            row["line"], "customer_unassigned", general=row["general"], count=row["count"],
            amount=plain(row["amount"], currency),
        )  # fmt: skip
    return ours


def _with_issue_dates(ours: pl.DataFrame) -> pl.DataFrame:
    """PieceDate, the invoice's own; the entry's date where it is blank or lies after the entry."""
    sound = pl.col("piece_date") <= pl.col("date")
    return ours.with_columns(issue_date=pl.when(sound).then("piece_date").otherwise("date"))


def _customers(ours: pl.DataFrame) -> pl.DataFrame:
    """One row a customer, under the last name the ledger gives it."""
    own = pl.when(pl.col("auxiliary") == "").then("general_name").otherwise("auxiliary_name")
    names = (
        ours.with_columns(name=own)
        .group_by("customer", maintain_order=True)
        .agg(pl.col("name").filter(pl.col("name") != "").last())
    )
    return names.rename({"customer": "code"}).select(
        pl.col(name) if name in {"code", "name"} else pl.lit(None, dtype).alias(name)
        for name, dtype in CUSTOMERS.items()
    )


def _items(ours: pl.DataFrame, allocations: pl.DataFrame, currency: str) -> pl.DataFrame:
    """One item a line, open by what its letters leave; settled ones with the day they were."""
    settled = pl.concat(
        [
            allocations.select("amount", "date", key="debit_key"),
            allocations.select("amount", "date", key="credit_key"),
        ]
    )
    met = settled.group_by("key").agg(allocated=pl.col("amount").sum(), last=pl.col("date").max())
    items = ours.join(met, on="key", how="left", maintain_order="left")
    left = pl.col("amount").abs() - pl.col("allocated").fill_null(0)
    foreign = (pl.col("foreign_currency") != "") & (pl.col("foreign_currency") != currency)
    banked = (pl.col("kind") == "payment") | (pl.col("nature") == "bounced")
    items = items.with_columns(
        currency=pl.lit(currency),
        open_amount=left * pl.col("amount").sign(),
        paid_date=pl.when(left == 0).then("last"),
        piece_ref=pl.when(pl.col("piece") != "").then("piece"),
        label=pl.when(pl.col("label") != "").then("label"),
        treasury=pl.when(banked).then("treasury"),
        treasury_entry=pl.when(banked).then("treasury_entry"),
        treasury_amount=pl.when(banked).then("treasury_amount"),
        foreign_currency=pl.when(foreign).then("foreign_currency"),
        foreign_amount=pl.when(foreign)
        .then(pl.col("foreign_amount").abs() * pl.col("amount").sign()),
    )  # fmt: skip
    return items.select(
        pl.col(name) if name in items.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in ITEMS.items()
    )
