"""Writes a world as the files that a company would have, and the hidden truth beside them."""

from __future__ import annotations

from pathlib import Path

from encaisse.demo.core import camt, cfonb, customers_file, fec, mail, periods, truth, years
from encaisse.demo.core.records import World


def write(world: World, folder: Path) -> list[Path]:
    """All files below `folder`, which is made where missing; the same world, the same bytes.

    ``ledger/*.txt`` (FEC), ``bank/*.xml`` and ``*.cfo``, ``customers.csv``, ``mail/*.eml``, and
    ``.truth/*.jsonl`` that only benchmarks and tests read.
    """
    return [_put(folder / name, content) for name, content in contents(world).items()]


def contents(world: World) -> dict[str, bytes]:
    """Path below the folder → bytes."""
    books = years.build(world)
    made = {"customers.csv": customers_file.write(world)}
    for year in books:
        made[f"ledger/{fec.name(world.company.siren, year)}"] = fec.write(year)
    for account in world.company.banks:
        for statement in periods.statements(world, account):
            if account.format == "camt":
                made[f"bank/{camt.name(statement)}"] = camt.write(world.company, statement)
            else:
                made[f"bank/{cfonb.name(statement)}"] = cfonb.write(statement)
    for letter in world.letters:
        made[f"mail/{mail.name(letter)}"] = mail.write(world, letter)
    for name, content in truth.contents(world, books).items():
        made[f".truth/{name}"] = content
    return made


def _put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
