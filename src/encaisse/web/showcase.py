"""Invented data that fills every component once, for the page of components and its tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest

from encaisse.web import numbers
from encaisse.web.components import Chart, Event, Kpi, Reason, Segment, Why
from encaisse.web.listing import Page, Sort
from encaisse.web.middleware import theme_of
from encaisse.web.shell import Link, Section, Shell
from encaisse.web.templatetags.web import age_names

NOW = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)
UP = [24, 17, 20, 15, 11, 14, 10, 7, 9, 5, 3, 2]
DOWN = [2, 4, 3, 9, 11, 10, 14, 15, 17, 20, 22, 24]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    code: str
    balance: int
    overdue: int
    ages: tuple[int, ...]
    days: int
    habit: tuple[int, ...]
    score: int
    action: str
    is_urgent: bool
    owner: str

    @property
    def share(self) -> float:
        return self.overdue / self.balance

    @property
    def risk(self) -> tuple[str, str]:
        if self.score < 50:
            return "high", "Élevé"
        return ("mid", "Moyen") if self.score < 70 else ("low", "Faible")


_NAMES = (
    "Menuiseries du Val Doré",
    "Ville de Saint-Aubert",
    "Groupe Lemoyne & Fils",
    "Halles Bourvil",
    "Clinique des Trois Pins",
    "Transports Dalvert",
    "Charpentes Rochefol",
    "Réseau Sudest Voies",
    "Pharmacie du Grand Rhône",
    "Hôtel des Aravières",
    "Imprimerie Garnaud",
    "Distillerie Vercoran",
    "Plâtrerie Morelin",
    "Agence Kalédia",
    "Lycée Jeanne-Vaubert",
)
_ACTIONS = (
    ("Appeler : promesse non tenue", True),
    ("Relance 2 à valider", False),
    ("Litige de prix à trancher", False),
    ("Mise en demeure prête", True),
    ("Échéancier à signer", False),
    ("Virement à identifier", False),
)
_OWNERS = ("Claire Marchal", "Jules Lorient", "Aïcha Benali", "Sacha Rivière")


def _rows() -> list[_Row]:
    rows = []
    for at, name in enumerate(_NAMES):
        ages = tuple(
            (at * 7919 + (age + 2) * 1_104_729 * (at + 3)) % (6_000_000 if age else 17_000_000)
            + 90_000
            for age in range(5)
        )
        balance = sum(ages)
        action, urgent = _ACTIONS[at * 5 % len(_ACTIONS)]
        habit = tuple((at * 31 + month * 17 * (at + 2)) % 23 for month in range(12))
        rows.append(
            _Row(
                name,
                f"C{1042 + 37 * at}",
                balance,
                balance - ages[0],
                ages,
                28 + at * 11 % 63,
                habit,
                22 + at * 29 % 71,
                action,
                urgent,
                _OWNERS[at % 4],
            )
        )
    return sorted(rows, key=lambda row: -row.overdue)


def _kpis() -> list[Kpi]:
    money = numbers.whole
    why = Why(
        "dso",
        "DSO par épuisement",
        "Combien de jours de ventes restent à encaisser, mois par mois en remontant.",
        "DSO = jours des mois entièrement couverts + reste ÷ ventes du mois × jours du mois",
        (
            Reason("Encours au 22/11/2026", value=money(284_731_000, "EUR")),
            Reason("Ventes de novembre", value=money(160_240_000, "EUR")),
            Reason("Ventes d’octobre", value=money(187_902_000, "EUR")),
        ),
        "#",
    )
    return [
        Kpi("Encours client", money(284_731_000, "EUR"), "+3,2 %", "", "sur un mois", _flip(UP)),
        Kpi(
            "Dont échu",
            money(61_490_500, "EUR"),
            "−8,4 %",
            "good",
            "21,6 % de l’encours",
            _flip(DOWN),
            url="#",
        ),
        Kpi("DSO", "47,3 j", "−2,1 j", "good", "objectif 45 j", _flip(DOWN), why=why),
        Kpi(
            "Promesses à 7 jours",
            money(18_624_000, "EUR"),
            "23",
            "",
            "promesses, 91 % tenues",
            _flip(UP),
        ),
        Kpi(
            "En litige",
            money(7_248_000, "EUR"),
            "+2",
            "bad",
            "14 dossiers ouverts",
            _flip(UP),
            "bad",
        ),
        Kpi("Lettrage automatique", "94,7 %", "+1,3 pt", "good", "1 208 lignes en 30 j", _flip(UP)),
    ]


def _flip(values: list[int]) -> list[int]:
    return [26 - value for value in values]


def _charts() -> dict[str, Chart]:
    months = [
        "déc. 25",
        "janv. 26",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
    ]
    ages = [
        [2258, 2008, 1907, 1935, 2004, 2143, 1989, 2006, 1949, 1905, 2298, 2067],
        [333, 310, 263, 317, 335, 338, 281, 274, 335, 310, 302, 276],
        [157, 170, 146, 178, 190, 132, 131, 160, 189, 161, 145, 157],
        [93, 93, 93, 87, 104, 109, 75, 71, 71, 70, 104, 96],
        [77, 119, 119, 112, 71, 101, 114, 92, 73, 103, 89, 95],
    ]
    names = age_names()
    series = [
        {"name": name, "values": [value * 1000 for value in one]}
        for name, one in zip(names, ages, strict=True)
    ]
    weeks = [f"S{week}" for week in (*range(40, 53), 1, 2, 3)]
    past = [207, 162, 173, 95, 112, 122, 90, 134]
    future = [134, 146, 218, 146, 114, 207, 134, 130, 147]
    cash = {
        "labels": weeks,
        "currency": "EUR",
        "past": {"name": "Encaissé", "values": [*(one * 1000 for one in past), *[None] * 8]},
        "expected": {"name": "Prévu", "values": [*[None] * 7, *(one * 1000 for one in future)]},
        "band": {
            "name": "80 %",
            "low": [*[None] * 7, *(one * 820 for one in future)],
            "high": [*[None] * 7, *(one * 1170 for one in future)],
        },
    }
    risk = {
        "currency": "EUR",
        "name": "Risque",
        "parts": [
            {"name": "Faible", "value": 1_650_000, "age": 0},
            {"name": "Moyen", "value": 826_000, "age": 2},
            {"name": "Élevé", "value": 371_000, "age": 4},
        ],
    }
    table = [
        [month, *(numbers.whole(one[at] * 100_000, "EUR") for one in ages)]
        for at, month in enumerate(months)
    ]
    return {
        "aging": Chart(
            "stacked-ages",
            "Balance âgée sur douze mois",
            {"labels": months, "currency": "EUR", "series": series},
            ["Mois", *names],
            table,
        ),
        "cash": Chart("forecast", "Encaissements et prévision à huit semaines", cash),
        "risk": Chart("ring", "Encours par niveau de risque", risk),
    }


def _events() -> list[Event]:
    told = [
        (0, "Banque", "Relevé CAMT.053 pris : 184 lignes, 176 appliquées", "good"),
        (11, "Relance", "Mise en demeure à valider pour Transports Dalvert", "warn"),
        (30, "Réponse", "Clinique des Trois Pins : « virement vendredi ». Promesse notée", "hot"),
        (47, "Litige", "Prix contesté sur FA2026-11834 (1 240,00 €)", "bad"),
        (72, "Portail", "Halles Bourvil a téléchargé trois duplicatas", "hot"),
        (100, "Journée", "112 e-mails et 9 courriers partis, 14 retenus", "good"),
    ]
    return [
        Event(NOW - timedelta(minutes=minutes), title, text, tone)
        for minutes, title, text, tone in told
    ]


def _shell(request: HttpRequest) -> Shell:
    here = request.path
    sections = (
        Section(
            "",
            (
                Link("Cockpit", "home", here, "c"),
                Link("Clients", "people", "#", "l"),
                Link("Factures", "document", "#", "f"),
            ),
        ),
        Section(
            "Recouvrement",
            (
                Link("À traiter", "task", "#", "a", 37),
                Link("Relances", "reminder", "#", "r", 112),
                Link("Promesses", "promise", "#", "", 23),
                Link("Litiges", "dispute", "#", "", 14),
            ),
        ),
        Section(
            "Trésorerie",
            (
                Link("Banque", "bank", "#", "b", 8),
                Link("Prévisions", "forecast", "#"),
                Link("Imports", "import", "#", "i"),
            ),
        ),
    )
    return Shell(
        sections, "Ateliers Valombre SAS", "VALOMBRE", search_url=here, theme=theme_of(request)
    )


def facts(request: HttpRequest) -> dict[str, Any]:
    """The context of the page of components."""
    columns = {"name": "name", "balance": "balance", "overdue": "overdue"}
    return {
        "shell": _shell(request),
        "now": NOW,
        "kpis": _kpis(),
        "rows": _rows(),
        "sort": Sort.read(request.GET, columns, "-overdue"),
        "page": Page([1], "before", "after"),
        "events": _events(),
        "ranges": [
            Segment("12 mois", "#", is_current=True),
            Segment("Trimestre", "#"),
            Segment("Semaine", "#"),
        ],
        "tabs": [
            Segment("Ouvertes", "#", is_current=True, count=37),
            Segment("Soldées", "#", count=1208),
            Segment("Toutes", "#"),
        ],
        "reasons": [
            Reason("Le numéro FA2026-10992 est cité", "good"),
            Reason("IBAN connu du client", "good"),
            Reason("Deux factures du même montant", "warn"),
            Reason("Aucune remise attendue", "bad"),
        ],
        **_charts(),
    }
