"""What is open, in columns, with the indexes that make the cost of a receipt independent of it.

A row is a number into the columns. Rows stand in a fixed order (customer, due date, issue date,
number, id), so that the order in which items are given changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from encaisse.cash.core import tokens
from encaisse.cash.core.records import CUSTOMERS, OPEN_ITEMS
from encaisse.kernel.references import number_key

COMMON_KEY = 200
"""A key that names more items than this names nothing by itself (a journal's monthly code)."""


class Book:
    """The open items and customers of one company. Open amounts shrink as receipts take them."""

    def __init__(self, items: pl.DataFrame, customers: pl.DataFrame) -> None:
        """`items` and `customers` have the columns of `OPEN_ITEMS` and `CUSTOMERS`."""
        people = customers.select(CUSTOMERS.keys()).sort("id")
        self.customer_ids: list[int] = people["id"].to_list()
        self.codes = dict(zip(self.customer_ids, people["code"].to_list(), strict=True))
        self.names = dict(zip(self.customer_ids, people["name"].to_list(), strict=True))
        self.groups: dict[int, int] = dict(
            zip(self.customer_ids, people["group"].fill_null(people["id"]).to_list(), strict=True)
        )
        self.members: dict[int, list[int]] = {}
        for customer, group in self.groups.items():
            self.members.setdefault(group, []).append(customer)
        self._take_items(items)
        self._index_codes()
        self._words: dict[int, dict[str, list[int]]] = {}

    def _take_items(self, items: pl.DataFrame) -> None:
        frame = items.select(OPEN_ITEMS.keys()).sort(
            ["customer", "due_date", "issue_date", "number", "id"],
            nulls_last=False,
            maintain_order=True,
        )
        self.ids: list[int] = frame["id"].to_list()
        self.customer: list[int] = frame["customer"].to_list()
        self.number: list[str] = frame["number"].fill_null("").to_list()
        self.order_number: list[str] = frame["order_number"].fill_null("").to_list()
        self.issue_date: list[date | None] = frame["issue_date"].to_list()
        self.due_date: list[date | None] = frame["due_date"].to_list()
        self.currency: list[str] = frame["currency"].to_list()
        self.amount: list[int] = frame["open_amount"].to_list()
        self.disputed: list[bool] = frame["disputed"].fill_null(value=False).to_list()
        self.row_of = {item: row for row, item in enumerate(self.ids)}
        self.rows_of: dict[int, list[int]] = {}
        for row, customer in enumerate(self.customer):
            self.rows_of.setdefault(customer, []).append(row)
        self._strong = _strong_keys(frame)
        self._by_amount: dict[tuple[str, int], list[int]] = {}
        for row, (currency, amount) in enumerate(zip(self.currency, self.amount, strict=True)):
            self._by_amount.setdefault((currency, amount), []).append(row)

    def _index_codes(self) -> None:
        found: dict[str, list[int]] = {}
        for customer, code in self.codes.items():
            found.setdefault(tokens.key(code or ""), []).append(customer)
        self._codes = {
            code: owners[0]
            for code, owners in found.items()
            if len(owners) == 1 and tokens.is_strong(code)
        }

    def group(self, row: int) -> int:
        """The group of customers that an item belongs to."""
        return self.groups[self.customer[row]]

    def is_open(self, row: int) -> bool:
        """Whether anything of the item is left."""
        return self.amount[row] != 0

    def named(self, token: str) -> list[int]:
        """Rows that a strong token names anywhere in the ledger.

        A settled item is named by its whole number only: an order may have other items to come.
        """
        return [row for row in self._strong.get(token, ()) if self._tells(row, token)]

    def _tells(self, row: int, token: str) -> bool:
        return self.amount[row] != 0 or number_key(token) == number_key(self.number[row])

    def named_in(self, group: int, token: str) -> list[int]:
        """Rows of one group that a token names, however short it is."""
        if group not in self._words:
            self._words[group] = self._words_of(group)
        return [row for row in self._words[group].get(token, ()) if self._tells(row, token)]

    def customer_coded(self, token: str) -> int | None:
        """The customer whose code is this token; only codes that can name somebody alone."""
        return self._codes.get(token)

    def with_amount(self, amount: int, currency: str) -> list[int]:
        """Open rows of the whole ledger with exactly this amount, two at the most."""
        found: list[int] = []
        for row in self._by_amount.get((currency, amount), ()):
            if self.amount[row] == amount and row not in found:
                found.append(row)
                if len(found) > 1:
                    break
        return found

    def take(self, row: int, amount: int) -> None:
        """Consume a part of what is open.

        Raises ValueError when it is more than what is open, or of the other sign.
        """
        left = self.amount[row] - amount
        if amount == 0 or (left != 0 and (left > 0) != (self.amount[row] > 0)):
            raise ValueError(f"item {self.ids[row]}: {amount} of {self.amount[row]}")
        self.amount[row] = left

    def give_back(self, row: int, amount: int) -> None:
        """Open again what a returned payment had settled."""
        self.amount[row] += amount
        self._by_amount.setdefault((self.currency[row], self.amount[row]), []).append(row)

    def open_rows(self, customers: Sequence[int], currency: str) -> list[int]:
        """Open rows of some customers in one currency, oldest due date first."""
        found = [
            row
            for customer in customers
            for row in self.rows_of.get(customer, ())
            if self.amount[row] != 0 and self.currency[row] == currency
        ]
        if len(customers) > 1:
            found.sort(key=self.age)
        return found

    def age(self, row: int) -> tuple[date, date, str, int]:
        """The order of settling: due date, issue date, number, id."""
        due, issued = self.due_date[row], self.issue_date[row]
        return (due or date.min, issued or date.min, self.number[row], self.ids[row])

    def is_same(self, left: int, right: int) -> bool:
        """Whether it cannot matter which of two items of one amount is settled."""
        return (
            self.customer[left] == self.customer[right]
            and self.number[left] == self.number[right]
            and self.due_date[left] == self.due_date[right]
            and self.issue_date[left] == self.issue_date[right]
            and self.amount[left] == self.amount[right]
            and self.disputed[left] == self.disputed[right]
        )

    def _words_of(self, group: int) -> dict[str, list[int]]:
        words: dict[str, list[int]] = {}
        for customer in self.members[group]:
            for row in self.rows_of.get(customer, ()):
                for word in _row_keys(self.number[row], self.order_number[row]):
                    words.setdefault(word, []).append(row)
        return words


def _row_keys(number: str, order_number: str) -> set[str]:
    keys: set[str] = set()
    for text in (number, order_number):
        whole = tokens.key(text)
        keys |= {whole, whole.lstrip("0"), tokens.core(whole)}
    return {found for found in keys if any(c.isdigit() for c in found)}


def _strong_keys(frame: pl.DataFrame) -> dict[str, list[int]]:
    """Strong key → rows, for numbers and order numbers, whole and without prefix and zeros."""
    plain = frame.select(
        pl.int_range(pl.len()).alias("row"),
        *(
            pl.col(name)
            .fill_null("")
            .str.normalize("NFKD")
            .str.to_uppercase()
            .str.replace_all(r"[^A-Z0-9]", "")
            .alias(name)
            for name in ("number", "order_number")
        ),
    )
    parts = []
    for name in ("number", "order_number"):
        parts.append(plain.select("row", key=name))
        parts.append(plain.select("row", key=pl.col(name).str.replace(r"^[A-Z]*0*", "")))
        parts.append(plain.select("row", key=pl.col(name).str.replace(r"^0+", "")))
    strong = (
        pl.concat(parts)
        .filter(
            pl.col("key").str.strip_chars_start("0").str.len_bytes() >= tokens.STRONG_LENGTH,
            pl.col("key").str.contains(r"\d"),
        )
        .unique()
        .sort("key", "row")
        .group_by("key", maintain_order=True)
        .agg("row")
        .filter(pl.col("row").list.len() <= COMMON_KEY)
    )
    return dict(zip(strong["key"].to_list(), strong["row"].to_list(), strict=True))
