"""The FEC (fichier des écritures comptables): a whole ledger in one file, or in several parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from encaisse.intake.adapters.fec.accounts import CUSTOMER_ACCOUNTS
from encaisse.intake.adapters.fec.columns import recognise_header
from encaisse.intake.adapters.fec.derive import derive
from encaisse.intake.adapters.fec.records import LINES, read_lines
from encaisse.intake.core.encoding import to_utf8
from encaisse.intake.core.ledger import LedgerReading
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.intake.core.lines import head_lines, with_even_ends
from encaisse.intake.core.rows import RowFindings
from encaisse.kernel.money import decimals

NAME = "fec"


def recognise(head: bytes) -> bool:
    """Whether the beginning of a file is the header of a FEC."""
    lines = head_lines(with_even_ends(to_utf8(head).utf8), 50)
    first = next((line for line in lines if line.strip()), "")
    return recognise_header(first)


def read(
    content: bytes,
    *,
    limits: Limits = DEFAULT,
    currency: str = "EUR",
    customer_accounts: tuple[str, ...] = CUSTOMER_ACCOUNTS,
    without_letters: bool = False,
) -> LedgerReading:
    """Read one FEC, whatever its bytes are; `currency` is that of the books.

    `without_letters` leaves EcritureLet aside: nothing is allocated, everything stays open.
    """
    return read_parts(
        [content],
        limits=limits,
        currency=currency,
        customer_accounts=customer_accounts,
        without_letters=without_letters,
    )


def read_parts(
    contents: Sequence[bytes],
    *,
    limits: Limits = DEFAULT,
    currency: str = "EUR",
    customer_accounts: tuple[str, ...] = CUSTOMER_ACCOUNTS,
    without_letters: bool = False,
) -> LedgerReading:
    """Read a FEC that was split into files, each with its header, in their order.

    Lines count on from part to part, as if the files stood one below the other.
    """
    found = RowFindings(limits)
    lines, encoding = _joined(contents, limits, found)
    lines = _in_minor_units(lines, currency, found)
    if found.has_errors or lines.is_empty():
        return LedgerReading(NAME, "ledger", encoding, problems=found.all())
    derived = derive(
        lines,
        currency=currency,
        customer_accounts=customer_accounts,
        without_letters=without_letters,
        found=found,
    )
    return LedgerReading(
        NAME,
        "ledger",
        encoding,
        customers=derived.customers,
        items=derived.items,
        allocations=derived.allocations,
        control=derived.control,
        complete_for=derived.complete_for,
        problems=found.all(),
        treasury_until=derived.treasury_until,
    )


def _joined(
    contents: Sequence[bytes], limits: Limits, found: RowFindings
) -> tuple[pl.DataFrame, str]:
    frames: list[pl.DataFrame] = []
    encoding, above = "", 0
    for content in contents:
        inside = RowFindings(limits)
        part = read_lines(content, limits, inside)
        encoding = encoding or part.encoding
        found.add(
            replace(problem, line=problem.line + above if problem.line else None)
            for problem in inside.all()
        )
        frames.append(part.lines.with_columns(pl.col("line") + above))
        above += content.count(b"\n") or content.count(b"\r")
    return (pl.concat(frames) if frames else pl.DataFrame(schema=LINES)), encoding


def _in_minor_units(lines: pl.DataFrame, currency: str, found: RowFindings) -> pl.DataFrame:
    """The hundredths of the file as units of the books' currency (XPF has none below the franc)."""
    places = decimals(currency)
    if places == 2:
        return lines
    if places > 2:
        return lines.with_columns(pl.col("amount") * 10 ** (places - 2))
    step = 10 ** (2 - places)
    odd = lines.filter(pl.col("amount") % step != 0)
    found.error_rows(odd.select("line", value="amount"), "amount_too_fine", currency=currency)
    return lines.with_columns(pl.col("amount") // step)
