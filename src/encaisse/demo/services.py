"""Set the demo company up: files written once, then taken in as a user's would be.

Every step may run again: a set-up that was interrupted goes on where it stopped, and a finished
one is found finished.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from encaisse.demo.core import company as companies
from encaisse.demo.core import files, world
from encaisse.demo.core.records import DEMO, Profile
from encaisse.intake.services.imports import Upload, take_file
from encaisse.intake.services.reading import Options, in_order
from encaisse.teams import queries as teams_queries
from encaisse.teams import services as teams
from encaisse.teams.actor import Actor, Refused
from encaisse.teams.models import Company
from encaisse.teams.permissions import Role

Teller = Callable[[str], None]

STATE = "demo.json"
FILES = "files"
COUNTRY = "FR"
TAKEN_IN = ("customers.csv", "ledger", "bank")
"""What the program reads today, in the folder of files; the mail waits for its reader."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What was decided at the first run and holds for every later one.

    `today` is the day on which the demo lives: the same data tomorrow means the same day.
    """

    seed: int
    today: date
    login: str
    password: str
    is_written: bool = False
    is_taken_in: bool = False
    is_worked: bool = False


def recall(folder: Path) -> Demo | None:
    """The demo of an earlier run, or None."""
    page = folder / STATE
    if not page.is_file():
        return None
    known = json.loads(page.read_text(encoding="utf-8"))
    return Demo(**{**known, "today": date.fromisoformat(known["today"])})


def remember(folder: Path, demo: Demo) -> Demo:
    """Keep the demo for later runs; only its owner may read the password."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{STATE}.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(asdict(demo), default=str, indent=2), encoding="utf-8")
    fresh.replace(folder / STATE)
    return demo


def write_files(folder: Path, demo: Demo, *, profile: Profile = DEMO) -> Demo:
    """Write the company's files below `folder`, unless they stand there already."""
    if demo.is_written:
        return demo
    files.write(world.build(demo.seed, demo.today, profile), folder / FILES)
    return remember(folder, replace(demo, is_written=True))


def found_company(*, actor: Actor) -> Company:
    """The invented company in the database, made when missing."""
    invented = companies.orvalume()
    for company in teams_queries.companies_of_installation():
        if company.code == invented.code:
            return company
    facts = teams.CompanyFacts(
        code=invented.code,
        name=invented.name,
        siren=invented.siren,
        country=COUNTRY,
        ibans=[bank.iban for bank in invented.banks],
        profile={"address": list(invented.address), "email": invented.email},
    )
    return teams.create_company(facts, actor=actor)


def take_in(folder: Path, demo: Demo, *, company: Company, actor: Actor, tell: Teller) -> Demo:
    """Import every file through the services of an upload. Refused (`demo_file_rejected`)."""
    if demo.is_taken_in:
        return demo
    teams.begin_work(company, today=demo.today)
    for path in _paths(folder / FILES):
        outcome = take_file(
            Upload(path.name, path.read_bytes()),
            Options(),
            company=company,
            today=demo.today,
            actor=actor,
        )
        counts = ", ".join(f"{count} {name}" for name, count in outcome.counts.items() if count)
        tell(f"{path.name}: {outcome.status} {counts}".rstrip())
        if outcome.status == "rejected":
            problem = outcome.problems[0].code if outcome.problems else ""
            raise Refused("demo_file_rejected", name=path.name, problem=problem)
    return remember(folder, replace(demo, is_taken_in=True))


def add_collector(demo: Demo, *, company: Company, actor: Actor) -> None:
    """The person who may sign in and do everything."""
    teams.add_user(demo.login, Role.OWNER, company=company, actor=actor, password=demo.password)


def worked(folder: Path, demo: Demo) -> Demo:
    """Note that the demo's first day has been carried out."""
    return remember(folder, replace(demo, is_worked=True))


def _paths(folder: Path) -> list[Path]:
    found = [path for name in TAKEN_IN for path in _below(folder / name)]
    return in_order(found)


def _below(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
