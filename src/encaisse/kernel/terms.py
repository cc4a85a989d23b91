"""Payment terms: the words people write, the due date they mean, the ceiling of the law.

"45 days end of month" has two lawful computations, and the contract must say which:

* A: issue + 45 days, then the end of that month;
* B: the end of the issue month, then + 45 days.
"""

from __future__ import annotations

import calendar
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from encaisse.kernel.problems import Problem, error, warning

LONGEST_DAYS = 400
"""A term beyond this is a misread number, not a term."""


class EomMethod(StrEnum):
    """The two computations of "n days end of month"."""

    A = "A"
    B = "B"


class Base(StrEnum):
    """What the days are counted from, or rounded up to."""

    NET = "net"
    MONTH_END = "month_end"
    DECADE_END = "decade_end"


@dataclass(frozen=True, slots=True)
class Terms:
    """Days and the point they lead to.

    `on_day` moves the date on to that day of the month ("le 10"). `method` is set only when the
    words themselves say which computation is meant; otherwise the customer's setting decides.
    """

    days: int
    base: Base = Base.NET
    method: EomMethod | None = None
    on_day: int | None = None


LEGAL_DEFAULT = Terms(30)
"""What holds when nothing was agreed: Code de commerce, art. L441-10 I; Directive 2011/7/EU."""


def due_date(terms: Terms, issued: date, *, method: EomMethod = EomMethod.A) -> date:
    """The due date of a document issued (or goods delivered) on a day.

    Décade: the days count from the end of the ten-day span (10th, 20th, end of month). The date
    is never moved off a weekend: the law does not do it.
    """
    if terms.base is Base.NET:
        due = issued + timedelta(days=terms.days)
    elif terms.base is Base.DECADE_END:
        due = decade_end(issued) + timedelta(days=terms.days)
    elif (terms.method or method) is EomMethod.A:
        due = month_end(issued + timedelta(days=terms.days))
    else:
        due = month_end(issued) + timedelta(days=terms.days)
    return due if terms.on_day is None else _next_day_of_month(due, terms.on_day)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def decade_end(day: date) -> date:
    """The 10th, the 20th or the last day of the month, whichever comes next."""
    for last in (10, 20):
        if day.day <= last:
            return day.replace(day=last)
    return month_end(day)


def parse_terms(text: str) -> Terms | None:
    """Read terms as French and English ledgers write them; None when they cannot be read.

    ``45 FDM``, ``45 jours fin de mois``, ``fin de mois + 45 jours``, ``30 NET``, ``60 J``,
    ``30 JFM le 10``, ``comptant``, ``à réception``, ``30 jours fin de décade``, ``net 30``,
    ``EOM 45``. Nothing is guessed: a text with two numbers of days, or with words that are
    not understood, is None.
    """
    words = _fold(text)
    words, on_day = _take_day_of_month(words)
    numbers = re.findall(r"\d+", words)
    kind = _kind(re.sub(r"\d+", " # ", words))
    if kind is None or len(numbers) > 1 or (on_day is not None and kind.base is not Base.MONTH_END):
        return None
    if not numbers:
        days = _DAYS_WITHOUT_NUMBER.get(kind.base if not kind.cash else None)
        return None if days is None else Terms(days, kind.base, kind.method, on_day)
    if kind.cash or int(numbers[0]) > LONGEST_DAYS:
        return None
    return Terms(int(numbers[0]), kind.base, kind.method, on_day)


_DAYS_WITHOUT_NUMBER: Mapping[Base | None, int] = {
    None: 0,
    Base.MONTH_END: 0,
    Base.DECADE_END: 30,
}
"""Cash; "end of month"; "décade" alone is the 30 days of perishable food (L441-11)."""


@dataclass(frozen=True, slots=True)
class _Kind:
    base: Base
    method: EomMethod | None = None
    cash: bool = False


_MONTH_END = r"(?:fin\.?(?: de| du)? mois|fdm|f\.?d\.?m\.?|end of (?:the )?month|eom|month end)"
_DAYS = r"(?:j(?:ours?)?\.?|jrs?\.?|days?|d)"
_NET = r"(?:nets?|date de facture|date facture|ddf|de facture|invoice date|from invoice|fixes?)"
_CASH = (
    r"(?:(?:au )?comptant|cash|(?:a|des) reception(?: de (?:la )?facture)?|immediat|immediate"
    r"|(?:payable |due )?(?:on|upon) receipt|a la commande|prepaid|due immediately)"
)

_SHAPES: tuple[tuple[str, _Kind], ...] = (
    (_CASH, _Kind(Base.NET, cash=True)),
    (rf"{_MONTH_END}", _Kind(Base.MONTH_END)),
    (rf"{_MONTH_END} (?:\+|plus|a|puis)? ?# ?{_DAYS}?", _Kind(Base.MONTH_END, EomMethod.B)),
    (rf"# ?{_DAYS}? (?:puis|then|\+) {_MONTH_END}", _Kind(Base.MONTH_END, EomMethod.A)),
    (rf"# ?(?:{_DAYS} )?{_MONTH_END}(?: {_NET})?", _Kind(Base.MONTH_END)),
    (r"# ?j\.?f\.?(?:d\.?)?m\.?", _Kind(Base.MONTH_END)),
    (rf"(?:# ?)?(?:{_DAYS} )?(?:fin (?:de )?)?decade", _Kind(Base.DECADE_END)),
    (rf"# ?{_DAYS}?(?: (?:a compter de la )?{_NET})*", _Kind(Base.NET)),
    (rf"{_NET} # ?{_DAYS}?", _Kind(Base.NET)),
)


def _kind(shape: str) -> _Kind | None:
    shape = re.sub(r"\s+", " ", shape).strip(" .,;-")
    for pattern, kind in _SHAPES:
        if re.fullmatch(pattern, shape):
            return kind
    return None


def _take_day_of_month(words: str) -> tuple[str, int | None]:
    """Cut "le 10" (or "the 10th") off the end."""
    found = re.search(r"[ ,]*\b(?:le|the|on the) (\d{1,2})(?:th|st|nd|rd)?$", words)
    if not found or not 1 <= int(found[1]) <= 31:
        return words, None
    return words[: found.start()], int(found[1])


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"\b(?:paiement|reglement|payment|virement|terms?|delai)\b[ :]*", "", plain)
    plain = re.sub(r"^a (?=\d)|\bdans\b|\bwithin\b", "", plain.strip())
    return re.sub(r"\s+", " ", plain.replace("_", " ").replace("'", " ")).strip(" .,;")


def _next_day_of_month(day: date, wanted: int) -> date:
    """The first `wanted` of a month on or after the day; the 31st is the last day there is."""
    here = day.replace(day=min(wanted, month_end(day).day))
    if here >= day:
        return here
    following = month_end(day) + timedelta(days=1)
    return following.replace(day=min(wanted, month_end(following).day))


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The longest term one rule allows; dates count from issue, delivery or receipt."""

    rule: str
    counted_from: str
    days: int
    hard: bool
    source: str
    month_end_days: int | None = None
    base: Base = Base.NET

    def latest(self, start: date) -> date:
        """The last lawful due date for a document of that day."""
        terms = Terms(self.days, self.base, EomMethod.B)
        found = [due_date(terms, start)]
        if self.month_end_days is not None:
            either = Terms(self.month_end_days, Base.MONTH_END)
            found += [due_date(either, start, method=method) for method in EomMethod]
        return max(found)


def check_ceiling(due: date, start: date, rule: str = "fr") -> Problem | None:
    """A problem when a due date lies beyond the ceiling of a rule of ``ceilings.toml``.

    An error for a hard ceiling, a warning for one that may be agreed expressly; KeyError for
    an unknown rule.
    """
    ceiling = ceilings()[rule]
    latest = ceiling.latest(start)
    if due <= latest:
        return None
    say = error if ceiling.hard else warning
    return say(None, "term_over_ceiling", due=due, latest=latest, rule=ceiling.source)


@cache
def ceilings() -> Mapping[str, Ceiling]:
    """Every rule of ``ceilings.toml``."""
    page = resources.files("encaisse.kernel") / "ceilings.toml"
    rules = tomllib.loads(page.read_text(encoding="utf-8"))
    return {code: _ceiling(code, facts) for code, facts in rules.items()}


def _ceiling(code: str, facts: Mapping[str, Any]) -> Ceiling:
    base = Base.NET
    if facts.get("base_month_end"):
        base = Base.MONTH_END
    elif facts.get("base_decade"):
        base = Base.DECADE_END
    return Ceiling(
        rule=code,
        counted_from=facts["from"],
        days=facts["days"],
        hard=facts["hard"],
        source=facts["source"],
        month_end_days=facts.get("month_end_days"),
        base=base,
    )
