"""Turn the kept picture into the cockpit's figures and charts, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from encaisse.kernel.money import Money, decimals
from encaisse.web import numbers
from encaisse.web.components import Chart, Kpi, Reason, Why
from encaisse.web.templatetags.web import age_names

Picture = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Now:
    """What is true at this moment, in minor units; counts with their amounts."""

    balance: int
    overdue: int
    promised: tuple[int, int]
    disputed: tuple[int, int]


def kpis(picture: Picture, links: Mapping[str, str], now: Now) -> list[Kpi]:
    """The strip on top: what is owed, late, how long it takes, what is promised and disputed."""
    currency, promised, disputed = picture["currency"], now.promised, now.disputed
    past = picture["aged"][:-1]
    balances = [sum(row["buckets"]) + row["unapplied"] for row in past] + [now.balance]
    late = [sum(row["buckets"][1:]) for row in past] + [now.overdue]
    rate = _value(picture, "overdue_rate")
    return [
        Kpi(
            _("Encours client"), numbers.whole(balances[-1], currency), _change(balances), "",
            _("depuis fin de mois"), balances, url=links["customers"],
            why=_why(picture, "balance", _("Encours client"),
                     _("Tout ce qui est dû, moins les avoirs et paiements non affectés.")),
        ),
        Kpi(
            _("Dont échu"), numbers.whole(late[-1], currency), _change(late), _tone(late),
            "" if rate is None else _("%(share)s des créances") % {"share": _percent(rate)}, late,
            url=links["overdue"],
            why=_why(picture, "overdue_rate", _("Dont échu"),
                     _("Les pièces ouvertes dont l’échéance est passée.")),
        ),
        _days(picture, "dso_count_back", _("DSO"),
              _("Les jours de ventes qui restent à encaisser, mois par mois en remontant."),
              "best_possible_dso", _("%(days)s si tous payaient à l’heure")),
        _days(picture, "mean_days_late", _("Retard moyen"),
              _("De l’échéance au paiement, pondéré par les montants, sur trois mois."),
              "cei", _("efficacité %(days)s")),
        Kpi(
            _("Promesses à 7 jours"), numbers.whole(promised[1], currency), "", "",
            ngettext("%(number)s promesse", "%(number)s promesses", promised[0])
            % {"number": promised[0]},
        ),
        Kpi(
            _("En litige"), numbers.whole(disputed[1], currency), "", "",
            ngettext("%(number)s litige ouvert", "%(number)s litiges ouverts", disputed[0])
            % {"number": disputed[0]},
        ),
    ]  # fmt: skip


def aged_chart(picture: Picture) -> Chart:
    """The aged balance at the end of twelve months."""
    currency, names = picture["currency"], age_names()
    days = [date.fromisoformat(row["day"]) for row in picture["aged"]]
    labels = [numbers.month(day) for day in days]
    columns = list(zip(*(row["buckets"] for row in picture["aged"]), strict=True))
    scale = 10 ** decimals(currency)
    series = [
        {"name": name, "values": [minor / scale for minor in column]}
        for name, column in zip(names, columns, strict=True)
    ]
    rows = [
        [numbers.day(day), *(numbers.whole(minor, currency) for minor in row["buckets"])]
        for day, row in zip(days, picture["aged"], strict=True)
    ]
    facts = {"labels": labels, "currency": currency, "series": series}
    return Chart("stacked-ages", _("Balance âgée sur douze mois"), facts, [_("Au"), *names], rows)


def cash_chart(picture: Picture) -> Chart:
    """What was received week by week, with its average."""
    currency, weeks = picture["currency"], picture["received"]
    amounts = [Money(week["amount"], currency) for week in weeks]
    starts = [date.fromisoformat(week["week"]) for week in weeks]
    average = sum(money.minor for money in amounts) // max(len(amounts), 1)
    name = _("Encaissé")
    facts = {
        "labels": [numbers.day_and_month(day) for day in starts],
        "currency": currency,
        "series": [{"name": name, "values": [float(money.decimal) for money in amounts]}],
        "average": {"name": _("moyenne"), "value": float(Money(average, currency).decimal)},
    }
    rows = [
        [numbers.day(day), numbers.money(money.minor, currency)]
        for day, money in zip(starts, amounts, strict=True)
    ]
    label = _("Encaissements des douze dernières semaines")
    return Chart("bars", label, facts, [_("Semaine du"), name], rows)


def _days(picture: Picture, code: str, label: str, text: str, beside: str, beside_text: str) -> Kpi:
    value, other = _value(picture, code), _value(picture, beside)
    unit = picture["measures"].get(beside, {}).get("unit")
    shown = "" if other is None else (_percent(other) if unit == "percent" else _in_days(other))
    return Kpi(
        label,
        "–" if value is None else _in_days(value),
        meta=beside_text % {"days": shown} if shown else "",
        why=_why(picture, code, label, text),
    )


def _why(picture: Picture, code: str, title: str, text: str) -> Why:
    measure = picture["measures"].get(code, {})
    known = _inputs()
    inputs = [
        Reason(known.get(name, name), value=_readable(value, picture["currency"]))
        for name, value in measure.get("inputs", {}).items()
    ]
    return Why(code, title, text, _formulas().get(code, ""), inputs)


def _readable(value: str, currency: str) -> str:
    """The plain amounts of an input, one or several, as people read them."""
    words = value.split(", ")
    if not all(_AMOUNT.match(word) for word in words):
        return value
    return " · ".join(
        numbers.whole(Money.of(Decimal(word), currency).minor, currency) for word in words
    )


_AMOUNT = re.compile(r"^-?\d+\.\d+$")


def _formulas() -> dict[str, str]:
    return {
        "balance": _("encours = pièces ouvertes − avoirs et paiements non affectés"),
        "overdue_rate": _("taux d’échus = échu ÷ créances × 100"),
        "dso_count_back": _("mois entiers de ventes retirés des créances, le dernier au prorata"),
        "mean_days_late": _("Σ (montant × jours de retard) ÷ Σ montants"),
    }


def _inputs() -> dict[str, str]:
    return {
        "overdue": _("Échu"),
        "receivables": _("Créances"),
        "sales": _("Ventes TTC par mois, du plus récent au plus ancien"),
        "sales_92_days": _("Ventes TTC de 92 jours"),
        "paid": _("Payé sur la période"),
    }


def _value(picture: Picture, code: str) -> Decimal | None:
    value = picture["measures"].get(code, {}).get("value")
    return None if value is None else Decimal(value)


def _in_days(value: Decimal) -> str:
    return _("%(number)s j") % {"number": numbers.decimal(value)}


def _percent(value: Decimal) -> str:
    return numbers.ratio(value / 100)


def _change(values: Sequence[int]) -> str:
    """From the last month end to today, in per cent with its sign."""
    if len(values) < 2 or not values[-2]:
        return ""
    change = (values[-1] - values[-2]) / abs(values[-2])
    return ("+" if change >= 0 else "") + numbers.ratio(change)


def _tone(values: Sequence[int]) -> str:
    if len(values) < 2 or values[-1] == values[-2]:
        return ""
    return "good" if values[-1] < values[-2] else "bad"


def habit_chart(months: Sequence[Mapping[str, Any]]) -> Chart:
    """How many days after the due date a customer paid, month by month."""
    labels = [numbers.month(month["month"]) for month in months]
    name = _("Jours après l’échéance")
    values = [round(month["days"], 1) for month in months]
    rows = [[label, numbers.decimal(value)] for label, value in zip(labels, values, strict=True)]
    facts = {"labels": labels, "series": [{"name": name, "values": values}]}
    return Chart("bars", _("Habitude de paiement"), facts, [_("Mois"), name], rows)
