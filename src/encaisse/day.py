"""One working day, told in order. Start reading here.

The command ``encaisse day``, the demo and the scheduled worker all run this page: files come in,
payments are applied, whoever still owes is reminded, and the result is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings

from encaisse.cash.services.matching import run_match
from encaisse.delivery.queries.parties import assumed_sender_of, sender_of, smtp_url_of
from encaisse.dunning.services.sending import DayReport, carry_out_automatic
from encaisse.insights.services import keep_picture
from encaisse.intake.services.imports import Outcome, Upload, take_file
from encaisse.intake.services.reading import Options, in_order
from encaisse.ledger.services import balances
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

TAKEN = "taken"
"""Where files go from the inbox once they were read, whatever became of them."""


@dataclass(frozen=True, slots=True)
class DayResult:
    """What the day did. `held` counts by gate what waits; `files` tells each import."""

    as_of: date
    files: tuple[Outcome, ...]
    matched: Mapping[str, int]
    planned: int
    sent: int
    tasks: int
    withheld: int
    failures: tuple[Mapping[str, str], ...]
    held: Mapping[str, int]
    warnings: tuple[tuple[str, Mapping[str, str]], ...] = field(default_factory=tuple)

    @property
    def needs_a_person(self) -> bool:
        """Whether something failed, was rejected or is held for lack of fresh data."""
        rejected = any(one.status == "rejected" for one in self.files)
        return bool(rejected or self.failures or self.held.get("stale_data"))


def run(
    company: Company,
    *,
    inbox: Path,
    today: date,
    actor: Actor,
    say: Callable[[str], None] = lambda _: None,
) -> DayResult:
    """From the morning's files to the evening's result. Running it again adds nothing."""
    # 1. Files come in: what customers owe, and what they paid.
    files = tuple(_take_in(company, inbox, today=today, actor=actor, say=say))
    balances.refresh_if_older(company, today=today)

    # 2. Payments settle items where the match is certain; the rest is proposed to a person.
    matched = run_match(company, today=today, actor=actor)
    say(f"match: {matched.counts}")

    # 3. Whoever still owes is reminded, if nothing stands against it at this very moment.
    report = carry_out_automatic(company, today=today, actor=actor)
    say(f"plan: {report.planned}, sent: {report.sending.sent}")

    # 4. What came of it, for the cockpit.
    keep_picture(company, today=today, actor=actor)
    return _result(company, today, files, matched.counts, report)


def inbox_of(company: Company) -> Path:
    """The folder into which other programs put files for this company."""
    return Path(settings.HOME) / "inbox" / company.code


def _take_in(
    company: Company, inbox: Path, *, today: date, actor: Actor, say: Callable[[str], None]
) -> list[Outcome]:
    if not inbox.is_dir():
        return []
    waiting = [file for file in sorted(inbox.iterdir()) if _is_whole(file)]
    outcomes = []
    for file in in_order(waiting):
        upload = Upload(file.name, file.read_bytes())
        outcome = take_file(upload, Options(), company=company, today=today, actor=actor)
        say(f"{file.name}: {outcome.status}")
        outcomes.append(outcome)
        _put_away(file, inbox / TAKEN / today.isoformat())
    return outcomes


def _is_whole(file: Path) -> bool:
    """Hidden files and those still being written by a transfer are left alone."""
    return file.is_file() and not file.name.startswith(".") and file.suffix not in {".part", ".tmp"}


def _put_away(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / file.name
    number = 1
    while place.exists():
        number += 1
        place = folder / f"{file.stem}-{number}{file.suffix}"
    file.replace(place)


def _result(
    company: Company,
    today: date,
    files: tuple[Outcome, ...],
    matched: Mapping[str, int],
    report: DayReport,
) -> DayResult:
    sending = report.sending
    return DayResult(
        as_of=today,
        files=files,
        matched=matched,
        planned=report.planned,
        sent=sending.sent,
        tasks=sending.tasks,
        withheld=report.plan.withheld_count + len(sending.withheld),
        failures=tuple(sending.failures),
        held=report.held,
        warnings=tuple(_warnings(company, report)),
    )


def _warnings(company: Company, report: DayReport) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the company should know, as codes of the catalogue with their facts."""
    if not report.freshness.has_bank:
        yield "bank_not_connected", {}
    if not smtp_url_of(company):
        yield "no_mail_leaves", {}
    elif sender_of(company) == assumed_sender_of(company):
        yield "sender_assumed", {"sender": sender_of(company)}
    for one in report.freshness.stale:
        facts = {"feed": one.feed, "last": one.last, "age": one.age, "limit": one.limit}
        yield "feed_is_stale", {name: str(value) for name, value in facts.items()}
