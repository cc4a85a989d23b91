"""The command ``encaisse``: global options anywhere, one answer, an honest exit status."""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Sequence
from datetime import date
from importlib import import_module

import click


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry of the console script."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        from encaisse import __version__

        print(f"encaisse {__version__}")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encaisse.conf.settings")
    _run(given)


def _run(given: list[str]) -> None:
    """Take the global options out wherever they stand, then let click do the rest."""
    rest, options, complaint = _without_globals(given)
    import django

    django.setup()
    from encaisse.cli.session import WRONG_USAGE, Session
    from encaisse.database.refusals import DatabaseRefusal
    from encaisse.teams.actor import Refused

    session = Session(options.get("--company", ""), "--json" in options)
    try:
        if complaint:
            session.fail("wrong_usage", {"reason": complaint}, WRONG_USAGE)
        if "--today" in options:
            session.asked = _day(options["--today"], session)
        status = commands().main(rest, prog_name="encaisse", obj=session, standalone_mode=False)
        sys.exit(status if isinstance(status, int) and status else session.status)
    except click.ClickException as error:
        session.fail("wrong_usage", {"reason": error.format_message()}, WRONG_USAGE)
    except click.Abort:
        sys.exit(130)
    except (Refused, DatabaseRefusal) as refusal:
        session.refuse(refusal)


def commands() -> click.Group:
    """Every command: each module of this folder adds those of its tuple COMMANDS."""
    from encaisse import cli

    group = click.Group(name="encaisse", help="Gets companies paid.")
    for module in sorted(pkgutil.iter_modules(cli.__path__), key=lambda one: one.name):
        for command in getattr(import_module(f"encaisse.cli.{module.name}"), "COMMANDS", ()):
            group.add_command(command)
    return group


_WITH_VALUE = ("--company", "--today")


def _without_globals(given: list[str]) -> tuple[list[str], dict[str, str], str]:
    """(the other arguments, the global options, what is wrong with them)."""
    rest: list[str] = []
    options: dict[str, str] = {}
    waiting = iter(given)
    for one in waiting:
        name, equals, value = one.partition("=")
        if one == "--json":
            options[one] = ""
        elif name in _WITH_VALUE:
            found = value if equals else next(waiting, None)
            if found is None:
                return rest, options, f"{name} needs a value"
            options[name] = found
        else:
            rest.append(one)
    return rest, options, ""


def _day(text: str, session: object) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--today wants YYYY-MM-DD, not {text!r}") from None
