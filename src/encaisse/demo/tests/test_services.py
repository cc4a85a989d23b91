"""Setting the demo up: through the intake of a user, once, whatever is repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from encaisse.database.row_security import acting_for
from encaisse.demo import services
from encaisse.demo.core.records import TINY
from encaisse.demo.services import Demo
from encaisse.ledger.models import OpenItem
from encaisse.ledger.queries import aging
from encaisse.teams.actor import Actor, Refused, system
from encaisse.teams.models import Company, User

TODAY = date(2026, 11, 22)
DEMO = Demo(7, TODAY, "claire@orvalume.example", "un mot de passe", TINY.name)


@pytest.fixture
def actor() -> Actor:
    return system(datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def company(db: None, actor: Actor) -> Iterator[Company]:
    made = services.found_company(actor=actor)
    with acting_for(made.organization_id):
        yield made


@pytest.fixture
def written(tmp_path: Path) -> Demo:
    return services.write_files(tmp_path, DEMO)


def test_what_was_decided_is_kept_and_private(tmp_path: Path) -> None:
    assert services.recall(tmp_path) is None
    services.remember(tmp_path, DEMO)

    assert services.recall(tmp_path) == DEMO
    assert (tmp_path / services.STATE).stat().st_mode & 0o077 == 0


def test_files_are_written_once(tmp_path: Path, written: Demo) -> None:
    page = tmp_path / services.FILES / "customers.csv"
    page.write_bytes(b"changed by a person")

    assert services.write_files(tmp_path, written) == written
    assert page.read_bytes() == b"changed by a person"


def test_the_last_working_days_wait_for_their_statements(tmp_path: Path, written: Demo) -> None:
    assert services.days_to_work(written) == [date(2026, 11, 19), date(2026, 11, 20)]
    services.deliver(tmp_path, date(2026, 11, 20), tmp_path / "inbox")

    assert sorted(path.suffix for path in (tmp_path / "inbox").iterdir()) == [".cfo", ".xml"]
    kept = services.worked(tmp_path, written, date(2026, 11, 19))
    assert services.days_to_work(kept) == [date(2026, 11, 20)]
    assert services.recall(tmp_path) == kept


def test_the_company_is_made_once(company: Company, actor: Actor) -> None:
    assert services.found_company(actor=actor) == company
    assert len(company.ibans) == 2


def test_everything_is_taken_in_and_ties_out(
    tmp_path: Path, written: Demo, company: Company, actor: Actor
) -> None:
    told: list[str] = []
    done = services.take_in(tmp_path, written, company=company, actor=actor, tell=told.append)

    assert done.is_taken_in
    assert services.recall(tmp_path) == done
    assert all("imported" in line for line in told)
    truth = _truth(tmp_path, "ledger.jsonl")[-1]["receivable"]
    (row,) = aging.of_all(company, TODAY)
    assert row.unapplied + sum(astuple(row.buckets)) == truth
    before = OpenItem.objects.count()
    again = replace(written, is_taken_in=False)
    services.take_in(tmp_path, again, company=company, actor=actor, tell=told.append)
    assert OpenItem.objects.count() == before


def test_a_file_that_is_rejected_stops_the_set_up(
    tmp_path: Path, written: Demo, company: Company, actor: Actor
) -> None:
    (tmp_path / services.FILES / "bank" / "broken.xml").write_bytes(b"<Document>")

    with pytest.raises(Refused, match="demo_file_rejected"):
        services.take_in(tmp_path, written, company=company, actor=actor, tell=lambda line: None)


def test_the_collector_may_sign_in(company: Company, actor: Actor) -> None:
    services.add_collector(DEMO, company=company, actor=actor)
    services.add_collector(DEMO, company=company, actor=actor)

    assert User.objects.get(email=DEMO.login).check_password(DEMO.password)


def _truth(folder: Path, name: str) -> list[dict[str, int]]:
    page = folder / services.FILES / ".truth" / name
    return [json.loads(line) for line in page.read_text(encoding="utf-8").splitlines()]
