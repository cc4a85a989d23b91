"""Payment terms: the worked dates of the law, and the words of real ledgers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.kernel import catalogue
from encaisse.kernel.problems import Severity
from encaisse.kernel.terms import (
    LEGAL_DEFAULT,
    Base,
    EomMethod,
    Terms,
    ceilings,
    check_ceiling,
    due_date,
    parse_terms,
)

FORTY_FIVE = Terms(45, Base.MONTH_END)


@pytest.mark.parametrize(
    ("issued", "net60", "method_a", "method_b", "periodic"),
    [
        ("2026-01-15", "2026-03-16", "2026-03-31", "2026-03-17", "2026-03-01"),
        ("2026-01-31", "2026-04-01", "2026-03-31", "2026-03-17", "2026-03-17"),
        ("2026-12-20", "2027-02-18", "2027-02-28", "2027-02-14", "2027-02-03"),
    ],
)
def test_the_two_computations_of_the_law(
    issued: str, net60: str, method_a: str, method_b: str, periodic: str
) -> None:
    day = date.fromisoformat(issued)
    assert due_date(Terms(60), day).isoformat() == net60
    assert due_date(FORTY_FIVE, day, method=EomMethod.A).isoformat() == method_a
    assert due_date(FORTY_FIVE, day, method=EomMethod.B).isoformat() == method_b
    assert due_date(Terms(45), day).isoformat() == periodic


@pytest.mark.parametrize(
    ("delivered", "due"),
    [("2026-11-05", "2026-12-10"), ("2026-11-12", "2026-12-20"), ("2026-11-26", "2026-12-30")],
)
def test_thirty_days_after_the_decade(delivered: str, due: str) -> None:
    terms = Terms(30, Base.DECADE_END)
    assert due_date(terms, date.fromisoformat(delivered)).isoformat() == due


def test_the_legal_default_is_thirty_days() -> None:
    assert due_date(LEGAL_DEFAULT, date(2026, 1, 31)) == date(2026, 3, 2)


EOM = Base.MONTH_END


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("45 FDM", Terms(45, EOM)),
        ("45FDM", Terms(45, EOM)),
        ("45 jours fin de mois", Terms(45, EOM)),
        ("45 Jours Fin De Mois", Terms(45, EOM)),
        ("45 j. fin de mois", Terms(45, EOM)),
        ("30 JFM", Terms(30, EOM)),
        ("30J.F.M.", Terms(30, EOM)),
        ("30 JFM le 10", Terms(30, EOM, on_day=10)),
        ("30 jours fin de mois, le 15", Terms(30, EOM, on_day=15)),
        ("30 days end of month", Terms(30, EOM)),
        ("45 EOM", Terms(45, EOM)),
        ("45 EOM the 10th", Terms(45, EOM, on_day=10)),
        ("fin de mois + 45 jours", Terms(45, EOM, EomMethod.B)),
        ("Fin de mois 45 jours", Terms(45, EOM, EomMethod.B)),
        ("EOM 45", Terms(45, EOM, EomMethod.B)),
        ("EOM + 45 days", Terms(45, EOM, EomMethod.B)),
        ("45 jours puis fin de mois", Terms(45, EOM, EomMethod.A)),
        ("45 jours + fin de mois", Terms(45, EOM, EomMethod.A)),
        ("fin de mois", Terms(0, EOM)),
        ("30 NET", Terms(30)),
        ("Net 30", Terms(30)),
        ("60 J", Terms(60)),
        ("60J", Terms(60)),
        ("60", Terms(60)),
        ("60 jours", Terms(60)),
        ("60 jours nets", Terms(60)),
        ("60 jours date de facture", Terms(60)),
        ("30 jours à compter de la date de facture", Terms(30)),
        ("à 30 jours", Terms(30)),
        ("Paiement : 30 jours", Terms(30)),
        ("within 30 days", Terms(30)),
        ("30 days net", Terms(30)),
        ("comptant", Terms(0)),
        ("Au comptant", Terms(0)),
        ("à réception de facture", Terms(0)),
        ("due on receipt", Terms(0)),
        ("décade", Terms(30, Base.DECADE_END)),
        ("30 jours fin de décade", Terms(30, Base.DECADE_END)),
        ("20 j décade", Terms(20, Base.DECADE_END)),
    ],
)
def test_words_are_read(text: str, terms: Terms) -> None:
    assert parse_terms(text) == terms


@pytest.mark.parametrize(
    "text",
    ["", "???", "30/60", "30 60 90", "selon contrat", "2 % 10, net 30", "comptant 30 jours",
     "9999 jours", "le 10", "30 jours le 10", "LCR 45 fin de mois 15 banane"],
)  # fmt: skip
def test_nothing_is_guessed(text: str) -> None:
    assert parse_terms(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    terms = parse_terms(text)
    assert terms is None or due_date(terms, date(2026, 2, 28)) >= date(2026, 2, 28)


@pytest.mark.parametrize(
    ("issued", "on_day", "due"),
    [("2026-01-15", 10, "2026-03-10"), ("2026-01-30", 31, "2026-03-31")],
)
def test_end_of_month_paid_on_a_day(issued: str, on_day: int, due: str) -> None:
    terms = Terms(30, EOM, EomMethod.A, on_day)
    assert due_date(terms, date.fromisoformat(issued)).isoformat() == due


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 120), st.integers(1, 31))
def test_a_due_date_is_never_before_the_issue(issued: date, days: int, on_day: int) -> None:
    for base in Base:
        for method in EomMethod:
            assert due_date(Terms(days, base), issued, method=method) >= issued
    assert due_date(Terms(days, EOM, on_day=on_day), issued) >= issued


@pytest.mark.parametrize(
    ("rule", "start", "latest"),
    [
        ("fr", "2026-01-15", "2026-03-31"),
        ("fr", "2026-01-31", "2026-04-01"),
        ("fr_periodic", "2026-01-15", "2026-03-01"),
        ("fr_perishable", "2026-11-05", "2026-12-05"),
        ("fr_perishable_periodic", "2026-11-05", "2026-12-10"),
        ("fr_spirits", "2026-11-05", "2026-12-30"),
        ("fr_transport", "2026-01-15", "2026-02-14"),
        ("fr_public_hospital", "2026-01-15", "2026-03-06"),
    ],
)
def test_the_ceilings(rule: str, start: str, latest: str) -> None:
    assert ceilings()[rule].latest(date.fromisoformat(start)).isoformat() == latest


def test_beyond_a_hard_ceiling_is_an_error_and_beyond_a_soft_one_a_warning() -> None:
    start, due = date(2026, 1, 15), date(2026, 5, 1)
    assert check_ceiling(date(2026, 3, 31), start) is None
    hard, soft = check_ceiling(due, start), check_ceiling(due, start, "eu")
    assert hard is not None
    assert soft is not None
    assert (hard.severity, soft.severity) == (Severity.ERROR, Severity.WARNING)
    assert "2026-03-31" in catalogue.sentence(hard.code, hard.facts, "fr")
    assert catalogue.hint(hard.code, hard.facts, "en")
