"""The real program for the browser: its own database, web server and worker, a small company.

Skipped with the reason where Chromium is missing; with ENCAISSE_BROWSER_TESTS=required it fails.
ENCAISSE_CHROMIUM names the browser, else it is found by name.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
PROGRAM = str(Path(sys.executable).with_name("encaisse"))
TODAY = "2026-11-20"
LOGIN, PASSWORD = "alice@acme.example", "a-long-enough-password"

CUSTOMERS = """client;nom;email;langue;adresse
C001;Bouleau Bâtiment;compta@bouleau.example;fr;"1 rue du Moulin
69003 Lyon"
C002;Cèdre & Fils;compta@cedre.example;fr;"2 quai des Brumes
13002 Marseille"
C003;Orme SARL;compta@orme.example;fr;"3 place du Marché
35000 Rennes"
"""
ITEMS = """client;numero;date;echeance;montant;devise
C001;FA2601001;01/09/2026;01/10/2026;1240,00;EUR
C001;FA2601002;01/10/2026;31/10/2026;860,50;EUR
C002;FA2601003;05/09/2026;05/10/2026;2400,00;EUR
C002;FA2601004;10/11/2026;10/12/2026;300,00;EUR
C003;FA2601005;15/06/2026;15/07/2026;15000,00;EUR
C003;AV2600001;20/10/2026;20/10/2026;-120,00;EUR
"""
BANK = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261119<DTEND>20261119
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261119<TRNAMT>2000.00<FITID>A1
<NAME>CEDRE ET FILS<MEMO>VIR FA2601003</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261119<TRNAMT>77.70<FITID>A2
<NAME>INCONNU<MEMO>VIREMENT</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>5000.00<DTASOF>20261119</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the program answers, and the folder to upload files from."""

    url: str
    folder: Path


def _missing(reason: str) -> None:
    if os.environ.get("ENCAISSE_BROWSER_TESTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def _chromium() -> str:
    named = os.environ.get("ENCAISSE_CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), "")
    if not found or not Path(found).exists():
        _missing("no Chromium: install it, or name it in ENCAISSE_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    path = _chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    if not AXE.exists():
        _missing("axe-core is not installed: run npm ci in frontend/")
    sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(browser: Any) -> Iterator[Site]:
    """A company taken in from files, served by the real web server with a worker behind it."""
    folder = Path(tempfile.mkdtemp(prefix="encaisse-browser-"))
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"ENCAISSE_HOME": str(folder / "home"), "ENCAISSE_TODAY": TODAY,
                    "DJANGO_SETTINGS_MODULE": "encaisse.conf.settings"}  # fmt: skip
    started: list[subprocess.Popen[bytes]] = []
    try:
        _found(folder, environment)
        port = _free_port()
        started.append(_start("serve", "--port", str(port), "--workers", "1", env=environment))
        started.append(_start("worker", env=environment))
        url = f"http://127.0.0.1:{port}"
        _await(url)
        yield Site(url, folder)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
        _run("database", "stop", env=environment)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def signed_in(browser: Any, site: Site) -> Any:
    """What the browser remembers of Alice once she signed in."""
    context = browser.new_context(locale="fr-FR")
    door = context.new_page()
    door.goto(f"{site.url}/")
    door.fill("input[name=login]", LOGIN)
    door.fill("input[name=password]", PASSWORD)
    door.click("button.primary[type=submit]")
    door.wait_for_url("**/c/ACME/")
    state = context.storage_state()
    context.close()
    return state


LEAVING = "htmx:"
"""What htmx says when a page is left while it still asks for something is no error of the page; an
answer that is one is told by the browser itself, too."""


def _complain(said: Any, complaints: list[str]) -> None:
    if said.type == "error" and not said.text.startswith(LEAVING):
        complaints.append(said.text)


@pytest.fixture
def page(browser: Any, site: Site, signed_in: Any) -> Iterator[Any]:
    """Alice's cockpit; a script error or a blocked resource fails the test."""
    size = {"width": 1440, "height": 1000}
    context = browser.new_context(locale="fr-FR", viewport=size, storage_state=signed_in)
    found = context.new_page()
    complaints: list[str] = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda said: _complain(said, complaints))
    found.goto(f"{site.url}/c/ACME/")
    yield found
    context.close()
    assert complaints == []


def _found(folder: Path, environment: dict[str, str]) -> None:
    for name, text in (("clients.csv", CUSTOMERS), ("pieces.csv", ITEMS), ("banque.ofx", BANK)):
        (folder / name).write_text(text, encoding="utf-8")
    _run("init", "--code", "ACME", "--name", "Acme Éclairage SAS", env=environment)
    _run("user", "add", LOGIN, "--role", "owner", "--password", PASSWORD, env=environment)
    files = [str(folder / name) for name in ("clients.csv", "pieces.csv", "banque.ofx")]
    _run("import", *files, env=environment)
    _run("match", env=environment)
    code = "import django; django.setup(); from django.core.management import call_command as c;"
    subprocess.run(
        [sys.executable, "-c", f"{code} c('collectstatic', interactive=False, verbosity=0)"],
        env=environment, check=True, timeout=120,
    )  # fmt: skip


def _run(*arguments: str, env: dict[str, str]) -> None:
    command = [PROGRAM, *arguments]
    done = subprocess.run(command, env=env, capture_output=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def _start(*arguments: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [PROGRAM, *arguments]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/accounts/login/", timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail("the web server does not answer")
