"""The plain-text part of an e-mail: reads well without any formatting."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from encaisse.delivery.core.pages import Page

WIDTH = 72


def mail_text(page: Page) -> str:
    """The whole message as lines of at most 72 characters; tables may be wider."""
    parts = [
        page["mail_greeting"],
        *(_prose(runs) for runs in page["before"]),
        *(_items(section) for section in page["sections"]),
        _charges(page["charges"]),
        _payment(page["payment"]),
        f"{page['portal'][0]}{page['colon']} {page['portal'][1]}" if page["portal"] else "",
        *(_prose(runs) for runs in page["after"]),
        page["mail_closing"],
        "\n".join(_signature(page)),
        "-- \n" + "\n".join(textwrap.wrap(page["footer"], WIDTH)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _prose(runs: list[list[Any]]) -> str:
    text = "".join(run[0] for run in runs)
    return "\n".join(textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def _items(section: Page) -> str:
    late = section["has_lateness"]
    columns = section["columns"] if late else [*section["columns"][:3], section["columns"][4]]
    rows = [
        [row["name"], row["issued"], row["due"], *([row["late"]] if late else []), row["amount"]]
        for row in section["rows"]
    ]
    blanks = [""] * (len(columns) - 2)
    return _table([columns, *rows, [section["total_label"], *blanks, section["total"]]])


def _charges(charges: Page | None) -> str:
    if charges is None:
        return ""
    rows = [*charges["rows"], [charges["total"][0], "", charges["total"][1]]]
    return f"{charges['title']}\n{_table(rows)}"


def _payment(payment: Page | None) -> str:
    if payment is None:
        return ""
    wide = max(len(row[0]) for row in payment["rows"])
    lines = (f"  {name.ljust(wide)}  {value}" for name, value in payment["rows"])
    return "\n".join([payment["title"], *lines])


def _table(rows: list[list[str]]) -> str:
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  " + "   ".join(_cells(row, wide)).rstrip() for row in rows)


def _cells(row: list[str], wide: list[int]) -> Iterable[str]:
    yield row[0].ljust(wide[0])
    for cell, size in zip(row[1:], wide[1:], strict=True):
        yield cell.rjust(size)


def _signature(page: Page) -> list[str]:
    lines = (*page["signature"], page["sender"][0], *page["reach"])
    return list(dict.fromkeys(line for line in lines if line))
