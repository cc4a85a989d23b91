"""What the accounts of the French chart (PCG) mean for receivables."""

from __future__ import annotations

from enum import IntFlag

import polars as pl

CUSTOMER_ACCOUNTS = ("411", "413", "416", "4191")
"""Accounts whose lines are items: customers, bills, doubtful customers, advances received."""


class Role(IntFlag):
    """What one side of an entry touches; several at once."""

    SALES = 1  # 70 but 709
    REBATE = 2  # 709
    VAT = 4  # 4457
    TREASURY = 8  # 51 bank, post, cheques and bills in collection; 53 cash
    RECEIVABLE = 16  # 411
    BILL = 32  # 413
    DOUBTFUL = 64  # 416
    ADVANCE = 128  # 419
    WRITE_OFF = 256  # 654, 6714
    ROUNDING = 512  # 658, 758
    DISCOUNT = 1024  # 665
    BANK_FEE = 2048  # 627, 6225
    SUPPLIER = 4096  # 40
    PENALTY = 8192  # 763
    SUSPENSE = 16384  # 46, 47, 58


_PREFIXES = (
    ("709", Role.REBATE), ("70", Role.SALES), ("4457", Role.VAT), ("51", Role.TREASURY),
    ("53", Role.TREASURY), ("411", Role.RECEIVABLE), ("413", Role.BILL), ("416", Role.DOUBTFUL),
    ("419", Role.ADVANCE), ("654", Role.WRITE_OFF), ("6714", Role.WRITE_OFF),
    ("658", Role.ROUNDING), ("758", Role.ROUNDING), ("665", Role.DISCOUNT),
    ("627", Role.BANK_FEE), ("6225", Role.BANK_FEE), ("40", Role.SUPPLIER),
    ("763", Role.PENALTY), ("46", Role.SUSPENSE), ("47", Role.SUSPENSE), ("58", Role.SUSPENSE),
)  # fmt: skip


def roles(accounts: pl.Series, customer_accounts: tuple[str, ...]) -> pl.DataFrame:
    """Per account number (`general`) its `role` bit and whether its lines are items."""
    number = pl.col("general")
    found = [
        pl.when(number.str.starts_with(prefix)).then(pl.lit(int(bit), pl.Int32))
        for prefix, bit in _PREFIXES
    ]
    ours = pl.any_horizontal(number.str.starts_with(prefix) for prefix in customer_accounts)
    return pl.DataFrame({"general": accounts.unique()}).with_columns(
        role=pl.coalesce(*found, pl.lit(0, pl.Int32)), is_customer=ours
    )
