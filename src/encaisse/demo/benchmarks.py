"""The speeds that the project promises, measured the way a user meets them.

Each runs in a cluster of its own with its durability on, in a process of its own, so that time and
memory are its own too. Sizes are open items, lines or letters; every result carries the machine.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from django.test import Client

from encaisse.cash.services.matching import run_match
from encaisse.database.row_security import act_for
from encaisse.delivery.adapters.typesetting import bench as typesetting
from encaisse.demo.core import volume
from encaisse.demo.core.volume import Volume
from encaisse.dunning.services.plans import draft_plan
from encaisse.insights.services import keep_picture
from encaisse.intake.adapters.camt import bench as camt
from encaisse.intake.adapters.camt.reader import read as read_camt
from encaisse.intake.services.imports import Upload, take_file
from encaisse.intake.services.reading import Options
from encaisse.kernel.moment import PARIS
from encaisse.ledger.queries import aging
from encaisse.teams import services as teams
from encaisse.teams.actor import Actor, system
from encaisse.teams.models import Company
from encaisse.teams.permissions import Role

TODAY = date(2026, 11, 23)
SEED = 7
LOGIN, PASSWORD = "bench@example.org", "a-long-password-for-a-benchmark"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Bench:
    """The place of one benchmark: an empty folder, a new company, whoever acts."""

    folder: Path
    company: Company
    actor: Actor


Result = dict[str, Any]


def fec(bench: Bench, size: int) -> Result:
    """A FEC of `size` lines taken in through the ordinary import."""
    paths = volume.write(SEED, TODAY, volume.of_lines(size), bench.folder)
    (ledger,) = (path for path in paths if path.parent.name == "ledger")
    content = ledger.read_bytes()
    with timed() as took:
        outcome = _take(bench, ledger.name, content)
    return {"seconds": took(), "gap": outcome.expected == outcome.imported,
            "megabytes": len(content) // 1_000_000}  # fmt: skip


def camt_parse(bench: Bench, size: int) -> Result:
    """A CAMT.053 of `size` entries parsed."""
    content = camt.statement_of(size)
    before = _peak_mb()
    times = []
    for _ in range(3):
        with timed() as took:
            reading = read_camt(content)
        times.append(took())
    lines = sum(len(one.lines) for one in reading.statements)
    return {"seconds": statistics.median(times), "lines": lines,
            "megabytes": len(content) // 1_000_000, "rss_before_mb": before}  # fmt: skip


def aged(bench: Bench, size: int) -> Result:
    """The aged balance of `size` open items by customer, today and thirty days ago."""
    _open_items(bench, size)
    today = _median(lambda: aging.by_customer(bench.company, TODAY))
    past = _median(lambda: aging.by_customer(bench.company, date(2026, 9, 30)))
    return {"seconds": today, "seconds_past_date": past}


def plan(bench: Bench, size: int) -> Result:
    """The plan of `size` open items drafted and written, then again with nothing to do."""
    _open_items(bench, size)
    with timed() as took:
        drafted = draft_plan(bench.company, today=TODAY, actor=bench.actor)
    first = took()
    with timed() as took:
        again = draft_plan(bench.company, today=TODAY, actor=bench.actor)
    assert drafted.plan is not None
    assert again.plan is not None
    return {"seconds": first, "seconds_again": took(), "notices": drafted.plan.notices.count(),
            "same_plan": drafted.plan.pk == again.plan.pk}  # fmt: skip


def pages(bench: Bench, size: int) -> Result:
    """The main pages at `size` open items: the median of five answers of each, in milliseconds."""
    _open_items(bench, size)
    keep_picture(bench.company, today=TODAY, actor=bench.actor)
    draft_plan(bench.company, today=TODAY, actor=bench.actor)
    teams.add_user(LOGIN, Role.OWNER, company=bench.company, actor=bench.actor, password=PASSWORD)
    client = Client()
    assert client.login(username=LOGIN, password=PASSWORD)
    found: dict[str, float] = {}
    for path in PAGES:
        url = f"/c/{bench.company.code}/{path}"
        assert client.get(url).status_code == 200, url
        found[path or "cockpit"] = round(_median(partial(client.get, url)) * 1000, 1)
    return {"seconds": max(found.values()) / 1000, "milliseconds": found}


def letters(_bench: Bench, size: int) -> Result:
    """So many reminder letters of fifteen invoices set as PDF/A with their codes."""
    found = typesetting.measure(size)
    return {
        "seconds": found.seconds,
        "cpu_seconds": found.cpu_seconds,
        "megabytes": found.megabytes,
    }


def match(bench: Bench, size: int) -> Result:
    """So many bank lines matched against ten times as many open items."""
    _open_items(bench, size * 10, bank_lines=size)
    with timed() as took:
        run = run_match(bench.company, today=TODAY, actor=bench.actor)
    return {"seconds": took(), "open_items": size * 10, **run.counts}


PAGES = ("", "customers/", "items/", "plans/", "messages/", "bank/", "imports/")

BENCHMARKS: dict[str, tuple[Callable[[Bench, int], Result], int]] = {
    "fec": (fec, 1_000_000),
    "camt": (camt_parse, 62_000),
    "aging": (aged, 1_000_000),
    "plan": (plan, 1_000_000),
    "pages": (pages, 1_000_000),
    "match": (match, 20_000),
    "letters": (letters, 1_000),
}
"""Name → what is measured, and the size that the project promises it for."""


def measure(name: str, size: int, folder: Path) -> Result:
    """Run one benchmark in an empty database; the result with the machine's facts."""
    actor = system(datetime.combine(TODAY, datetime.min.time().replace(hour=10), PARIS))
    company = teams.create_company(teams.CompanyFacts("BENCH", "Bench SAS"), actor=actor)
    act_for([company.organization_id])
    result = BENCHMARKS[name][0](Bench(folder, company, actor), size)
    seconds = result.pop("seconds")
    return {
        "name": name, "size": size, "seconds": round(seconds, 3),
        "per_item_us": round(seconds / size * 1e6, 3), "peak_rss_mb": _peak_mb(),
        **{key: round(one, 3) if isinstance(one, float) else one for key, one in result.items()},
        "machine": machine(),
    }  # fmt: skip


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo")
         if line.startswith("model name")), platform.processor(),
    )  # fmt: skip
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if "MemTotal" in line), "0")
    return {
        "cores": os.cpu_count(), "cpu": model, "memory_gb": int(memory) >> 20,
        "python": platform.python_version(), "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """The seconds inside the block, once it has ended."""
    started = perf_counter()
    ended: list[float] = []
    yield lambda: (ended[0] if ended else perf_counter()) - started
    ended.append(perf_counter())


def _median(work: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        with timed() as took:
            work()
        taken.append(took())
    return statistics.median(taken)


def _open_items(bench: Bench, size: int, *, bank_lines: int = 0) -> None:
    """So many open items of a tenth as many customers, taken in from files."""
    world = Volume(open_items=size, customers=max(size // 10, 1), bank_lines=bank_lines)
    for path in sorted(volume.write(SEED, TODAY, world, bench.folder)):
        outcome = _take(bench, path.name, path.read_bytes())
        assert outcome.status == "imported", outcome.problems[:3]


def _take(bench: Bench, name: str, content: bytes) -> Any:
    return take_file(
        Upload(name, content), Options(), company=bench.company, today=TODAY, actor=bench.actor
    )


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
