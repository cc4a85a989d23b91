"""Exact money: whole minor units of one currency, so that nothing is rounded by accident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip
"""Currencies whose minor unit is not a hundredth (ISO 4217)."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were about to be added or compared."""


def decimals(currency: str) -> int:
    """How many decimals the currency's minor unit stands for."""
    return DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (cents for EUR, yen for JPY)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """Money from a decimal amount, rounded half up to the minor unit."""
        scaled = amount.scaleb(decimals(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(scaled), currency)

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-decimals(self.currency))

    @property
    def plain(self) -> str:
        """The amount as the command line and the API print it: ``1234.56``, no currency."""
        return plain(self.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.plain} {self.currency}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add")


def plain(minor: int, currency: str) -> str:
    """Minor units as a decimal string with the currency's decimals."""
    places = decimals(currency)
    if not places:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """Sum amounts of one currency; an empty sum is zero of that currency."""
    return sum(amounts, start=Money(0, currency))
