"""What happens by itself, run by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from encaisse.conf import schedule
from encaisse.conf.doctor import examine
from encaisse.day import inbox_of
from encaisse.ledger.queries.items import items
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.services import set_setting

MONDAY = date(2026, 11, 23)
FILE = "client;nom;numero;date;echeance;montant\nC1;Bouleau;FA1;2026-09-01;2026-10-01;100,00\n"


@pytest.fixture
def inbox(acme: Company, settings: Settings, tmp_path: Path) -> Path:
    settings.HOME, settings.TODAY = tmp_path, MONDAY
    folder = inbox_of(acme)
    folder.mkdir(parents=True)
    (folder / "factures.csv").write_text(FILE)
    return folder


@pytest.mark.parametrize("chosen", [True, False])
def test_the_day_runs_by_itself_only_where_that_was_chosen(
    acme: Company, actor: Actor, inbox: Path, chosen: bool
) -> None:
    set_setting(acme, "day_by_itself", str(chosen), actor=actor)

    schedule.run_the_day.func(0)

    assert len(items(acme, MONDAY)) == (1 if chosen else 0)
    assert (inbox / "factures.csv").exists() is not chosen
    assert all(one.ok for one in examine(acme, today=MONDAY))


def test_the_turn_of_the_day_and_waiting_messages_find_nothing_to_do_twice(
    acme: Company, inbox: Path
) -> None:
    for task in (schedule.turn_the_day, schedule.hand_over_waiting):
        task.func(0)
        task.func(0)

    assert all(one.ok for one in examine(acme, today=MONDAY))
