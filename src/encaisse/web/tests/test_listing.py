"""Sorting and paging by the URL, whatever somebody types there."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from encaisse.web.listing import Sort, _unpack

COLUMNS = {"name": "customer__name", "overdue": "overdue"}


@pytest.mark.parametrize(
    ("query", "column", "descending"),
    [("", "overdue", True), ("sort=name", "customer__name", False),
     ("sort=-name", "customer__name", True), ("sort=password", "overdue", True),
     ("sort=--name", "overdue", True)],
)  # fmt: skip
def test_only_known_columns_sort(query: str, column: str, *, descending: bool) -> None:
    sort = Sort.read(QueryDict(query), COLUMNS, "-overdue")
    assert (sort.column, sort.descending) == (column, descending)


@given(st.text(max_size=80))
def test_a_broken_key_shows_the_first_page(key: str) -> None:
    found = _unpack(key)
    assert found is None or isinstance(found[1], int)
