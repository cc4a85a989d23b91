"""Set the demo company up: files written once, then taken in as a user's would be.

Every step may run again: a set-up that was interrupted goes on where it stopped, and a finished
one is found finished.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from encaisse.demo.core import company as companies
from encaisse.demo.core import files, world
from encaisse.demo.core.days import ONE_DAY, previous_open
from encaisse.demo.core.records import DEMO, PROFILES
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
DAYS_WORKED = 2
"""Working days that the program carries out with that day's statements, before anybody looks."""
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
    profile: str = DEMO.name
    is_written: bool = False
    is_taken_in: bool = False
    worked_until: date | None = None


def recall(folder: Path) -> Demo | None:
    """The demo of an earlier run, or None."""
    page = folder / STATE
    if not page.is_file():
        return None
    known = json.loads(page.read_text(encoding="utf-8"))
    for name in ("today", "worked_until"):
        known[name] = date.fromisoformat(known[name]) if known[name] else None
    return Demo(**known)


def remember(folder: Path, demo: Demo) -> Demo:
    """Keep the demo for later runs; only its owner may read the password."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{STATE}.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(asdict(demo), default=str, indent=2), encoding="utf-8")
    fresh.replace(folder / STATE)
    return demo


def write_files(folder: Path, demo: Demo) -> Demo:
    """Write the company's files below `folder`, unless they stand there already."""
    if demo.is_written:
        return demo
    files.write(world.build(demo.seed, demo.today, PROFILES[demo.profile]), folder / FILES)
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
    """Import the files through the services of an upload. Refused (`demo_file_rejected`).

    The statements of the days that will be worked wait for their day.
    """
    if demo.is_taken_in:
        return demo
    first = _days(demo)[0]
    teams.begin_work(company, today=first)
    for path in _paths(folder / FILES):
        if (_told_on(path) or date.min) >= first:
            continue
        outcome = take_file(
            Upload(path.name, path.read_bytes()),
            Options(),
            company=company,
            today=first,
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


def days_to_work(demo: Demo) -> list[date]:
    """The days not yet carried out, oldest first."""
    return [day for day in _days(demo) if demo.worked_until is None or day > demo.worked_until]


def deliver(folder: Path, day: date, inbox: Path) -> None:
    """Put the statements of a day where the program looks for new files."""
    inbox.mkdir(parents=True, exist_ok=True)
    for path in _paths(folder / FILES):
        if _told_on(path) == day:
            shutil.copyfile(path, inbox / path.name)


def worked(folder: Path, demo: Demo, day: date) -> Demo:
    """Note that a day has been carried out."""
    return remember(folder, replace(demo, worked_until=day))


def working_day(day: date) -> date:
    """That day, or the last one before it on which banks and people work."""
    return previous_open(day)


def _days(demo: Demo) -> list[date]:
    found = [working_day(demo.today)]
    while len(found) < DAYS_WORKED:
        found.insert(0, previous_open(found[0] - ONE_DAY))
    return found


def _told_on(path: Path) -> date | None:
    """The last day of a statement, from its name; None for other files."""
    day = path.stem[-8:]
    if path.parent.name != "bank" or not day.isdecimal():
        return None
    return date.fromisoformat(day)


def _paths(folder: Path) -> list[Path]:
    found = [path for name in TAKEN_IN for path in _below(folder / name)]
    return in_order(found)


def _below(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
