"""A number and a key for every item, and the due date that its label may tell.

PieceRef is the number when it identifies: one entry among the invoices and credit notes (or the
others) of the file. Where it is a batch code shared by many, the invoice number that stands in
the label is taken if it tells items apart, else ``PieceRef/EcritureNum``.
"""

from __future__ import annotations

import polars as pl

_IN_LABEL = (
    r"(?i)\b((?:FACTURE|FACT|FAC|FA|FC|FV|VF|F|INVOICE|INV|AVOIR|AVO|AV|NC|CN)"
    r"[ .:#°-]{0,2}(?:N°? ?)?[A-Z]{0,3}-?\d{3,}(?:[-/]\d+)*)(.?)"
)
_WORD = r"(?i)^(?:FACTURE|FACT|FAC|INVOICE|AVOIR)[ .:#°-]*(?:N°? ?)?"
_DAY = r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})"
_DUE = rf"(?i)\b(?:ech|éch|echeance|échéance|due|exigible)\S*\s*(?:le|au|:)?\s*{_DAY}\b"
_DATE = rf"(?:^|\D){_DAY}(?:\D|$)"
_SHORT_LABEL = 15
_MOST_DAYS = 400
_RELIABLE = 0.7
_CLAIMS = ("invoice", "debit_note")


def with_numbers(ours: pl.DataFrame) -> pl.DataFrame:
    """Add `number`, unique by customer but for the instalments of one invoice.

    The lines must have their `kind` and `nature`.
    """
    piece = pl.col("piece").str.replace_all(r"\s+", " ")
    sales = pl.col("kind").is_in(["invoice", "credit_note"])
    ours = ours.with_columns(piece=piece, _sales=sales)
    ours = ours.join(_identifying(ours), on=["_sales", "journal", "piece"], how="left",
                     maintain_order="left")  # fmt: skip
    # A receipt tells the number of the invoice it pays: that is not its own.
    own = pl.col("nature").is_in(["invoice", "credit_note", "opening"]) & pl.col("_sales")
    ours = ours.with_columns(_label_number=pl.when(own).then(_in_label(ours)))
    unique = pl.struct("customer", "_label_number").is_unique()
    told = pl.when(pl.col("_label_number").is_not_null() & unique & ~pl.col("identifies"))
    made = pl.concat_str(
        pl.when(pl.col("piece") == "").then("journal").otherwise("piece"), pl.lit("/"), "entry"
    )
    ours = ours.with_columns(
        number=pl.coalesce(pl.when("identifies").then("piece"), told.then("_label_number"), made),
        _made=~pl.col("identifies"),
    )
    again = pl.int_range(1, pl.len() + 1).over("customer", "number")
    ours = ours.with_columns(
        number=pl.when(pl.col("_made") & (again > 1))
        .then(pl.concat_str("number", pl.lit("-"), again.cast(pl.String)))
        .otherwise("number")
    )
    return ours.drop("_sales", "identifies", "_label_number", "_made")


def _identifying(ours: pl.DataFrame) -> pl.DataFrame:
    """Which PieceRef of a journal `identifies`: one entry of one customer has it.

    A journal of which most are shared uses batch codes: then none of its counts, so that a code
    does not change its meaning when the batch grows from one export to the next.
    """
    at = ["_sales", "piece"]
    entries = ours.select(*at, "journal", "entry", "customer").unique()
    alone = entries.group_by(at).agg(alone=pl.len() == 1)
    found = entries.join(alone, on=at).with_columns(
        identifies=pl.col("alone") & (pl.col("piece") != "")
    )
    filled = found.filter(pl.col("piece") != "")
    reliable = filled.group_by("_sales", "journal").agg(
        reliable=pl.col("identifies").mean() >= _RELIABLE
    )
    found = found.join(reliable, on=["_sales", "journal"], how="left")
    return found.group_by("_sales", "journal", "piece").agg(
        identifies=(pl.col("identifies") & pl.col("reliable").fill_null(value=False)).all()
    )


def with_keys(ours: pl.DataFrame) -> pl.DataFrame:
    """Add `key`: date, journal, entry, accounts, amount, and a count among lines alike.

    Letters, labels and the order of entries may change from one export to the next; none of
    them is part of it.
    """

    base = pl.concat_str(
        pl.col("date").dt.to_string("%Y%m%d"),
        *(_escaped(ours, name) for name in ("journal", "entry", "general", "auxiliary")),
        pl.col("amount").cast(pl.String),
        separator=":",
    )
    ours = ours.with_columns(key=base)
    if not ours["key"].is_duplicated().any():
        return ours
    again = pl.int_range(1, pl.len() + 1).over("key")
    return ours.with_columns(
        key=pl.when(again > 1)
        .then(pl.concat_str("key", pl.lit(":"), again.cast(pl.String)))
        .otherwise("key")
    )


def _escaped(ours: pl.DataFrame, name: str) -> pl.Expr:
    """A part of a key, its colons marked so that no two lines give one key."""
    text = pl.col(name)
    if not ours.select(text.str.contains(r"[\\:]").any()).item():
        return text
    return text.str.replace_all(r"([\\:])", r"\${1}")


def with_due_dates(ours: pl.DataFrame) -> pl.DataFrame:
    """Add `due_date` and `due_date_source` ("label") where the label of a claim tells one.

    A date behind a word for due date counts as it stands; a bare one only when it lies after
    the issue date (else it is that of the invoice), at most 400 days.
    """
    claim = pl.col("kind").is_in(_CLAIMS)
    worded, bare = _date(_DUE), _date(_DATE)
    days = (bare - pl.col("issue_date")).dt.total_days()
    said = (worded - pl.col("issue_date")).dt.total_days()
    due = pl.coalesce(
        pl.when(claim & said.is_between(0, _MOST_DAYS)).then(worded),
        pl.when(claim & days.is_between(1, _MOST_DAYS)).then(bare),
    )
    return ours.with_columns(due_date=due).with_columns(
        due_date_source=pl.when(pl.col("due_date").is_not_null()).then(pl.lit("label"))
    )


def _in_label(ours: pl.DataFrame) -> pl.Expr:
    """The invoice number in the label; one cut by the width of the field is none."""
    longest = ours["label"].str.len_chars().max() or 0
    groups = pl.col("label").str.extract_groups(_IN_LABEL)
    number, behind = groups.struct.field("1"), groups.struct.field("2")
    full = pl.lit(isinstance(longest, int) and longest >= _SHORT_LABEL) & (
        pl.col("label").str.len_chars() == longest
    )
    at_end = pl.col("label").str.ends_with(number)
    cut = full & at_end & (behind.fill_null("") == "")
    plain = number.str.replace(_WORD, "").str.replace_all(" ", "").str.to_uppercase()
    return pl.when(number.is_not_null() & ~cut & (plain != "")).then(plain)


def _date(pattern: str) -> pl.Expr:
    groups = pl.col("label").str.extract_groups(pattern)
    day, month, year = (groups.struct.field(str(at)).str.zfill(2) for at in (1, 2, 3))
    full = (
        pl.when(year.str.len_bytes() == 2).then(pl.concat_str(pl.lit("20"), year)).otherwise(year)
    )
    return pl.concat_str(full, month, day).str.to_date("%Y%m%d", strict=False)
