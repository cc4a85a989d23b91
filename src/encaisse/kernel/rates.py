"""Penalty rates by half-year, from a dated and sourced table (``rates.toml``), never from code.

A rate is per cent a year, as `Decimal`. A half-year the table does not know has no rate: it is
never extrapolated, and the caller shows that it is missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Self

from encaisse.kernel.money import Money
from encaisse.kernel.problems import Problem, warning

FR_B2B = "fr_b2b"
FR_PUBLIC = "fr_public"
FR_CONSUMER = "fr_consumer"


class UnknownRegime(LookupError):
    """The table has no rule under this name."""


class Anchor(StrEnum):
    """When the rate of a delay is looked up."""

    HALF_YEAR = "half_year"
    START = "start"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """1 January to 30 June (half 1) or 1 July to 31 December (half 2) of a year."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The half-year a day falls in."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``2026S2``; ValueError for anything else."""
        year, mark, half = text.partition("S")
        if not (mark and len(year) == 4 and year.isdigit() and half in {"1", "2"}):
            raise ValueError(f"{text!r} is not a half-year such as 2026S2")
        return cls(int(year), int(half))

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def following(self) -> HalfYear:
        """The next half-year."""
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    def __str__(self) -> str:
        return f"{self.year}S{self.half}"


@dataclass(frozen=True, slots=True)
class Series:
    """One published rate, per cent a year by half-year."""

    name: str
    source: str
    values: Mapping[HalfYear, Decimal]
    unconfirmed: Mapping[HalfYear, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fee:
    """A flat indemnity owed once for each late invoice of at least `lowest_debt`."""

    lowest_debt: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class Regime:
    """How the law of one country builds a penalty rate: series x times + add."""

    code: str
    country: str
    anchor: Anchor
    add: Decimal
    source: str
    series: Series | None = None
    times: Decimal = Decimal(1)
    round_up_to: Decimal | None = None
    fees: tuple[Fee, ...] = ()

    def rate(self, day: date, *, started: date) -> Decimal | None:
        """Per cent a year on a day of a delay that began to run on `started`; None if unknown."""
        if self.anchor is Anchor.CONSTANT or self.series is None:
            return self.add
        half = HalfYear.of(started if self.anchor is Anchor.START else day)
        base = self.series.values.get(half)
        if base is None:
            return None
        if self.round_up_to is not None:
            steps = (base / self.round_up_to).to_integral_value(ROUND_CEILING)
            base = steps * self.round_up_to
        return base * self.times + self.add

    def rate_end(self, day: date) -> date | None:
        """First day on which the rate is looked up again; None when it never is."""
        return HalfYear.of(day).following.start if self.anchor is Anchor.HALF_YEAR else None

    def confirmed(self, day: date, *, started: date) -> bool:
        """False when the rate of that day was read in secondary sources only."""
        if self.series is None:
            return True
        half = HalfYear.of(started if self.anchor is Anchor.START else day)
        return half not in self.series.unconfirmed

    def fee(self, debt: Money) -> Money | None:
        """The flat indemnity for one late invoice of this amount; None where there is none."""
        owed = [fee for fee in self.fees if fee.lowest_debt <= debt.decimal]
        return owed[-1].amount if owed else None


@dataclass(frozen=True, slots=True)
class ContractRate:
    """A fixed rate agreed in the contract; the statutory indemnity stays."""

    percent: Decimal
    regime: Regime

    def rate(self, day: date, *, started: date) -> Decimal | None:
        """The agreed rate, whatever the day."""
        return self.percent

    def rate_end(self, day: date) -> date | None:
        """Never looked up again."""
        return None

    def fee(self, debt: Money) -> Money | None:
        """The indemnity of the law the contract is under."""
        return self.regime.fee(debt)


@dataclass(frozen=True, slots=True)
class RateTable:
    """All series and regimes known today."""

    series: Mapping[str, Series]
    rules: Mapping[str, Mapping[str, Any]]

    def regime(self, code: str) -> Regime:
        """The regime under this code; UnknownRegime if there is none."""
        try:
            return _regime(code, self.rules[code], self.series)
        except KeyError:
            raise UnknownRegime(code) from None

    def with_values(self, series: str, values: Mapping[HalfYear, Decimal]) -> RateTable:
        """The table with half-years a person entered, which count as confirmed."""
        known = self.series[series]
        doubts = {half: why for half, why in known.unconfirmed.items() if half not in values}
        grown = replace(known, values={**known.values, **values}, unconfirmed=doubts)
        return replace(self, series={**self.series, series: grown})

    def last_known(self, series: str) -> HalfYear:
        """The newest half-year of a series."""
        return max(self.series[series].values)


def regime_code(country: str, *, segment: str = "business") -> str:
    """The code of a debtor's regime: segment is business, public or consumer.

    A country outside the table falls back to the EU directive, the law of the creditor's side.
    """
    if segment in {"public", "consumer"} and country == "FR":
        return f"fr_{segment}"
    if segment == "consumer" and country == "DE":
        return "de_consumer"
    code = {"GB": "uk"}.get(country, country.lower()) + "_b2b"
    return code if code in shipped().rules else "eu_b2b"


def check_contract_rate(percent: Decimal, day: date, table: RateTable) -> Problem | None:
    """Warn when a French contract rate is under three times the legal rate of that half-year.

    The rate is never raised silently: in 2024 a contract that copied "ECB + 10" was below the
    floor. Source: Code de commerce, art. L441-10 II.
    """
    floor = table.regime("fr_contract_floor").rate(day, started=day)
    half = HalfYear.of(day)
    if floor is None:
        return warning(None, "contract_rate_floor_unknown", rate=percent, half_year=half)
    if percent < floor:
        return warning(None, "contract_rate_below_floor", rate=percent, floor=floor, half_year=half)
    return None


@cache
def shipped() -> RateTable:
    """The table of ``rates.toml``."""
    text = (resources.files("encaisse.kernel") / "rates.toml").read_text(encoding="utf-8")
    page = tomllib.loads(text)
    series = {code: _series(facts) for code, facts in page["series"].items()}
    return RateTable(series, page["regime"])


def _series(facts: Mapping[str, Any]) -> Series:
    return Series(
        name=facts["name"],
        source=facts["source"],
        values={HalfYear.read(half): Decimal(rate) for half, rate in facts["values"].items()},
        unconfirmed={HalfYear.read(h): why for h, why in facts.get("unconfirmed", {}).items()},
    )


def _regime(code: str, facts: Mapping[str, Any], series: Mapping[str, Series]) -> Regime:
    step = facts.get("round_up_to")
    return Regime(
        code=code,
        country=facts["country"],
        anchor=Anchor(facts["anchor"]),
        add=Decimal(facts["add"]),
        source=facts["source"],
        series=series[facts["series"]] if "series" in facts else None,
        times=Decimal(facts.get("times", "1")),
        round_up_to=Decimal(step) if step else None,
        fees=tuple(_fee(fee) for fee in facts["fees"]),
    )


def _fee(facts: Mapping[str, str]) -> Fee:
    return Fee(Decimal(facts["from"]), Money.of(Decimal(facts["amount"]), facts["currency"]))
