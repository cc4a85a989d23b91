"""The demo company: set up once, shown until Ctrl-C."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
from django.core.management import call_command

from encaisse import day as days
from encaisse.cli.session import REFUSED, Session
from encaisse.cli.supervisor import Supervisor, answers, free_port, read_notes, stop_other
from encaisse.database import cluster
from encaisse.database.location import home_folder
from encaisse.database.row_security import act_for
from encaisse.database.url import is_external
from encaisse.day import inbox_of
from encaisse.demo import services as demos
from encaisse.demo.core.records import DEMO, PROFILES
from encaisse.demo.services import Demo
from encaisse.teams.actor import Refused

NOTES = "demo.pid"
LOGIN = "claire@orvalume.example"
FIRST_PAGE = "/accounts/login/"
ANSWER_SECONDS = 60.0


@click.command()
@click.option("--seed", default=1, show_default=True, help="Another seed, another company.")
@click.option("--password", default="", help="Otherwise a random one, kept for later runs.")
@click.option("--profile", type=click.Choice(tuple(PROFILES)), default=DEMO.name)
@click.pass_obj
def demo(session: Session, seed: int, password: str, profile: str) -> None:
    """Show the demo company: everything set up, web and worker running, until Ctrl-C."""
    home = home_folder()
    supervisor = Supervisor(home / NOTES, {"ENCAISSE_DEMO": "1"}, session.say)
    was_running = is_external() or cluster.status(home).state == "running"
    if not supervisor.claim():
        known = read_notes(home / NOTES) or {}
        session.fail("demo_running", {"url": str(known.get("url", ""))}, REFUSED)
    supervisor.listen()
    try:
        chosen = Demo(seed, demos.working_day(session.today), LOGIN, password, profile)
        ready = prepare(session, home, chosen)
        if not supervisor.stopping.is_set():
            _show(session, supervisor, ready)
    finally:
        supervisor.end()
        if not was_running:
            cluster.stop(home)


def prepare(session: Session, home: Path, chosen: Demo) -> Demo:
    """The company with its files taken in and its last days worked; what is done stays done.

    What an earlier run chose holds, whatever is `chosen` now.
    """
    folder = home / "demo"
    session.open()
    known = demos.recall(folder)
    if known is None:
        password = chosen.password or secrets.token_urlsafe(9)
        known = demos.remember(folder, replace(chosen, password=password))
    session.asked = known.today
    _collect_static()
    if not known.is_written:
        session.say("…")
    known = demos.write_files(folder, known)
    company = demos.found_company(actor=session.actor)
    session.company_code = company.code
    act_for([company.organization_id])
    known = demos.take_in(folder, known, company=company, actor=session.actor, tell=session.say)
    demos.add_collector(known, company=company, actor=session.actor)
    for day in demos.days_to_work(known):
        _work(session, folder, day)
        known = demos.worked(folder, known, day)
    session.asked = known.today
    return known


def _work(session: Session, folder: Path, day: date) -> None:
    """Carry a day out with its statements, as ``encaisse day`` does every evening."""
    session.asked = day
    company = session.writing()
    demos.deliver(folder, day, inbox_of(company))
    session.say(f"{day} …")
    days.run(company, inbox=inbox_of(company), today=day, actor=session.actor, say=session.say)


def _collect_static() -> None:
    call_command("collectstatic", interactive=False, verbosity=0)


def _show(session: Session, supervisor: Supervisor, ready: Demo) -> None:
    """Start web and worker, print the one line that everybody waits for, and keep them alive."""
    port = free_port(int(os.environ.get("ENCAISSE_PORT") or 8000))
    url = f"http://127.0.0.1:{port}"
    supervisor.environment = {
        **supervisor.environment,
        "ENCAISSE_TODAY": ready.today.isoformat(),
    }
    supervisor.run("web", "serve", "--port", str(port))
    supervisor.run("worker", "worker")
    supervisor.write_notes(url)
    if not answers(port, FIRST_PAGE, seconds=ANSWER_SECONDS, stopping=supervisor.stopping):
        if supervisor.stopping.is_set():
            return
        raise Refused("demo_not_ready")
    print(f"READY {url} login={ready.login} password={ready.password}", flush=True)
    supervisor.watch(url)


@click.command()
@click.pass_obj
def stop(session: Session) -> None:
    """Stop the demo and the embedded database, from elsewhere."""
    home = home_folder()
    stopped = stop_other(home / NOTES)
    if not is_external():
        stopped = cluster.stop(home) or stopped
    session.answer({"stopped": stopped}, lambda: "stopped" if stopped else "–")


COMMANDS = (demo, stop)
