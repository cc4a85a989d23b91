"""Write the pages of docs/reference that the code itself can tell; with --check only compare."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "docs" / "reference"


def main() -> int:
    """0 when the pages are what the code says (or were written), else 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "encaisse.conf.settings")
    import django

    django.setup()
    pages = {
        "command-line.md": command_line(),
        "company-settings.md": company_settings(),
        "problems.md": problems(),
    }
    stale = [name for name, text in pages.items() if _content(FOLDER / name) != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"docs/reference/{name} is out of date: run tools/reference.py")
        return bool(stale)
    for name in stale:
        (FOLDER / name).write_text(pages[name], encoding="utf-8")
    return 0


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def command_line() -> str:
    """Every command with its arguments and options."""
    from encaisse.cli.main import commands

    lines = [
        "# The command line", "",
        "Global options, anywhere: `--company CODE` · `--json` · `--today DATE`.",
        "Exit status: 0 done · 1 done, something needs a person · 2 wrong use · 3 refused.", "",
    ]  # fmt: skip
    return "\n".join([*lines, *_commands(commands(), "encaisse")]) + "\n"


def _commands(group: object, path: str) -> Iterator[str]:
    import click

    assert isinstance(group, click.Group)
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
            continue
        yield f"## `{path} {name}`"
        yield ""
        yield command.help or ""
        yield ""
        for parameter in command.params:
            text = parameter.human_readable_name
            if isinstance(parameter, click.Option):
                text = " / ".join(parameter.opts)
                text += f" — {parameter.help}" if parameter.help else ""
            yield f"- `{text.partition(' — ')[0]}`{text[len(text.partition(' — ')[0]) :]}"
        yield ""


def company_settings() -> str:
    """What a company may choose."""
    from encaisse.teams.settings import SETTINGS

    rows = [f"| `{one.key}` | `{one.default!r}` | {one.meaning} |" for one in SETTINGS]
    head = [
        "# Settings of a company",
        "",
        "`encaisse settings set KEY VALUE`, or the settings page.",
        "",
    ]
    return "\n".join([*head, "| key | default | meaning |", "|---|---|---|", *rows]) + "\n"


def problems() -> str:
    """Every problem and refusal by code, in both languages."""
    from encaisse.kernel.catalogue import entries

    rows = [
        f"| `{code}` | {texts.get('fr', '')} | {texts.get('en', '')} |".replace("\n", " ")
        for code, texts in sorted(entries().items())
    ]
    head = ["# What can go wrong", "", "Codes never change; sentences may."]
    return "\n".join([*head, "", "| code | français | English |", "|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
