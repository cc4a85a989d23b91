"""What every bank reader promises, whatever the bytes: no exception, limits, and honest sums.

A file is either refused by an error, or its statements add up. ``ENCAISSE_SOAK=1`` runs the long
round.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.intake.adapters.bai2 import reader as bai2
from encaisse.intake.adapters.camt import reader as camt
from encaisse.intake.adapters.cfonb120 import reader as cfonb120
from encaisse.intake.adapters.mt940 import reader as mt940
from encaisse.intake.adapters.ofx import reader as ofx
from encaisse.intake.adapters.tests.bank_fixtures import codes, errors, fixtures, lines_of
from encaisse.intake.core.bank import BankReading, StatementKind
from encaisse.intake.core.limits import DEFAULT, Limits
from encaisse.kernel import catalogue

SOAK = bool(os.environ.get("ENCAISSE_SOAK"))
ROUNDS = 3_000 if SOAK else 60
STEPS = 1 if SOAK else 97  # truncated at every so many bytes
ADAPTERS = Path(__file__).resolve().parents[1]
SMALL = Limits(bytes=1 << 20, rows=3, field_characters=200, xml_depth=16, problems=5)
_MARKS = (b"9", b"-", b"/", b"<", b":61:", b"\n", b",", b"{", b"?20", b"88,")


class Reader(NamedTuple):
    """One adapter under test, and its samples that are read without an error."""

    name: str
    read: Callable[..., BankReading]
    recognise: Callable[[bytes], bool]

    @property
    def samples(self) -> list[Path]:
        """What we wrote ourselves."""
        return sorted((ADAPTERS / self.name / "samples").iterdir())


READERS = [
    Reader(module.__name__.split(".")[-2], module.read, module.recognise)
    for module in (camt, cfonb120, mt940, ofx, bai2)
]
REAL = {
    "camt": fixtures("camt/genkgo", "*.xml"),
    "cfonb120": fixtures("cfonb/silarhi/tests/fixtures", "*.txt"),
    "mt940": fixtures("mt940/wolph", "*/*.sta", "ASNB/*.txt"),
    "ofx": fixtures("ofx/ofxparse", "*.ofx", "fail_nice/*.ofx"),
    "bai2": fixtures("bai2/moov", "*.txt", "errors/*.txt"),
}
CASES = [
    pytest.param(reader, path, id=f"{reader.name}-{path.name}")
    for reader in READERS
    for path in (*reader.samples, *REAL[reader.name])
]
every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


def check(reading: BankReading, limits: Limits = DEFAULT) -> None:
    """An error or honest sums; never more than the limits; every problem has its sentence."""
    assert len(reading.problems) <= limits.problems
    assert len(lines_of(reading)) <= limits.rows
    for problem in reading.problems:
        texts = catalogue.entries()[problem.code]
        for language in catalogue.LANGUAGES:
            assert texts[language].format_map(problem.facts)  # no fact is missing
    assert reading.statements or errors(reading)
    if errors(reading):
        return
    for statement in reading.statements:
        opening, closing = statement.opening, statement.closing
        if statement.kind is not StatementKind.STATEMENT or opening is None or closing is None:
            continue
        if opening.amount.currency == closing.amount.currency:
            booked = sum(
                line.amount.minor
                for line in statement.lines
                if not line.is_pending and line.amount.currency == opening.amount.currency
            )
            assert opening.amount.minor + booked == closing.amount.minor


@pytest.mark.parametrize(("reader", "path"), CASES)
def test_each_file_is_read_or_refused_and_reads_the_same_twice(reader: Reader, path: Path) -> None:
    content = path.read_bytes()
    reading = reader.read(content)
    check(reading)
    assert reader.read(content) == reading
    check(reader.read(content, limits=SMALL), SMALL)


@pytest.mark.parametrize(("reader", "path"), CASES)
def test_a_truncated_file_never_loses_money_in_silence(reader: Reader, path: Path) -> None:
    content = path.read_bytes()
    if len(content) > 30_000 and not SOAK:
        content = content[:30_000]
    whole = reader.read(content)
    for end in range(0, len(content), STEPS):
        reading = reader.read(content[:end])
        check(reading)
        told = {line.line for line in lines_of(reading)}
        missing = len(lines_of(whole)) - len(lines_of(reading))
        if missing > 0 and whole.statements and not errors(whole) and told:
            without_trailer = reader.name in {"mt940", "cfonb120"}
            assert errors(reading) or (without_trailer and _ends_with_a_statement(reading))


def _ends_with_a_statement(reading: BankReading) -> bool:
    """Formats without a trailer may be cut between two whole statements: nothing can tell.

    Interim reports promise nothing: their lines are never taken in as money.
    """
    return all(
        statement.closing is not None or statement.kind is StatementKind.INTERIM
        for statement in reading.statements
    )


@every_reader
@pytest.mark.parametrize(
    "content",
    [b"", b"   \r\n", b"\0" * 5_000, bytes(range(256)) * 50, b"PK\x03\x04" + b"\xff" * 900],
    ids=["empty", "blank", "nul", "binary", "zip"],
)
def test_what_is_no_bank_file_is_refused(reader: Reader, content: bytes) -> None:
    reading = reader.read(content)
    check(reading)
    assert errors(reading)
    assert not reader.recognise(content)


@every_reader
def test_a_file_beyond_the_limits_is_refused_unread(reader: Reader) -> None:
    content = reader.samples[0].read_bytes()
    reading = reader.read(content, limits=Limits(bytes=100))
    assert codes(reading) == {"file_too_large"}
    assert not reading.statements


@every_reader
def test_more_rows_than_allowed_are_an_error(reader: Reader) -> None:
    for path in reader.samples:
        content = path.read_bytes()
        count = len(lines_of(reader.read(content)))
        if count > 1:
            reading = reader.read(content, limits=Limits(rows=1))
            assert "too_many_rows" in errors(reading)
            assert len(lines_of(reading)) <= 1


@every_reader
def test_nul_bytes_anywhere_do_no_harm(reader: Reader) -> None:
    content = reader.samples[0].read_bytes()
    for place in range(0, len(content), max(len(content) // 40, 1)):
        check(reader.read(content[:place] + b"\0" + content[place:]))


@every_reader
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp037", "utf-8-sig"])
def test_another_encoding_is_read_right_or_refused(reader: Reader, encoding: str) -> None:
    for path in reader.samples:
        content = path.read_bytes()
        recoded = content.decode("latin-1").encode(encoding)
        reading = reader.read(recoded)
        check(reading)
        if not errors(reading):
            right = reader.read(content)
            assert [line.amount for line in lines_of(reading)] == [
                line.amount for line in lines_of(right)
            ]


@every_reader
def test_a_reader_recognises_its_own_samples_only(reader: Reader) -> None:
    for other in READERS:
        for path in other.samples:
            assert reader.recognise(path.read_bytes()[: 1 << 16]) is (reader is other), path


def test_a_trailer_that_claims_a_billion_records_costs_nothing() -> None:
    bai = (ADAPTERS / "bai2/samples/daily.bai").read_bytes()
    head, _, _ = bai.rpartition(b"99,")
    reading = bai2.read(head + b"99,1000000000000000,1000000000,1000000000/\n")
    assert "bai2_control_differs" in errors(reading)
    assert "bai2_type_unknown" in codes(bai2.read(bai.replace(b"16,698", b"16,705")))
    counted = bai.replace(b",D,1,0,25000", b",D,999999999,0,25000")
    check(bai2.read(counted))
    xml = (ADAPTERS / "camt/samples/releve.camt053.v8.xml").read_bytes()
    check(camt.read(xml.replace(b"<NbOfTxs>12<", b"<NbOfTxs>1000000000<")))


@every_reader
def test_huge_and_odd_amounts_are_refused_without_harm(reader: Reader) -> None:
    for path in reader.samples:
        content = path.read_bytes()
        for old in (b"1254.30", b"1254,30", b"150000", b"0000000012543{"):
            for new in (b"1E999999999", b"9" * 40, b"-1", b"NaN", b"\xd9\xa1\xd9\xa2", b"1,2,3"):
                check(reader.read(content.replace(old, new)))


@every_reader
@pytest.mark.parametrize(
    "piece", [b"0", b"9", b" ", b"<a ", b"a\n", b"/ ", b"?20", b"\r", b",", b"&"]
)
def test_a_long_run_of_anything_takes_no_time(reader: Reader, piece: bytes) -> None:
    """Linear cost: a minute would mean that something runs in squares."""
    bomb = piece * (300_000 // len(piece))
    start = time.process_time()
    for path in reader.samples[:2]:
        content = path.read_bytes()
        for old in (b"1254.30", b"1254,30", b"150000", b"EUR", b"FA2026", b"VIR", b"BREVAL"):
            head, found, tail = content.partition(old)
            if found:
                check(reader.read(head + bomb + tail))
                break
        check(reader.read(content + bomb))
        check(reader.read(bomb + content))
    assert time.process_time() - start < 30


def _mutated(content: bytes, seed: int) -> bytes:
    """The file with a few bytes flipped, cut out, doubled, or exchanged."""
    chance = random.Random(seed)
    mutant = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        if not mutant:
            break
        place = chance.randrange(len(mutant))
        length = chance.choice((1, 2, 7, 60, 500))
        kind = chance.randrange(5)
        if kind == 0:
            mutant[place] = chance.randrange(256)
        elif kind == 1:
            del mutant[place : place + length]
        elif kind == 2:
            mutant[place:place] = mutant[place : place + length]
        elif kind == 3:
            other = chance.randrange(len(mutant))
            mutant[place:place] = mutant[other : other + length]
        else:
            mutant[place : place + 1] = chance.choice(
                (b"9", b"-", b"/", b"<", b":61:", b"\n", b",")
            )
    return bytes(mutant)


@every_reader
@settings(max_examples=ROUNDS, deadline=None)
@given(seed=st.integers(0, 2**32), which=st.integers(0, 10_000))
def test_mutated_files_are_read_or_refused(reader: Reader, seed: int, which: int) -> None:
    files = [*reader.samples, *REAL[reader.name]]
    content = _mutated(files[which % len(files)].read_bytes()[:20_000], seed)
    check(reader.read(content))
    check(reader.read(content, limits=SMALL), SMALL)
    reader.recognise(content[: 1 << 16])


@every_reader
@settings(max_examples=ROUNDS, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(reader: Reader, content: bytes) -> None:
    check(reader.read(content))
    reader.recognise(content)
