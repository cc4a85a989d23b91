"""Columns give what the function gives for one text."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from encaisse.kernel import references
from encaisse.ledger.core.columns import number_key, search_key

texts = st.lists(st.text(alphabet="aÀéŒœßæ 0129-_/.BIç", max_size=12), min_size=1, max_size=8)


@given(texts)
def test_keys_of_a_column_are_the_keys_of_its_texts(rows: list[str]) -> None:
    frame = pl.DataFrame({"text": rows}, schema={"text": pl.String}).select(
        number=number_key(pl.col("text")), search=search_key(pl.col("text"))
    )

    assert frame["number"].to_list() == [references.number_key(row) for row in rows]
    assert frame["search"].to_list() == [references.search_key(row) for row in rows]
