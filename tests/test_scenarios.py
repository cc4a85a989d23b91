"""The stories of ``tests/scenarios``: a controller reads them, the command line runs them.

A block ``csv NAME`` or ``yaml NAME`` is a file; a block ``sh`` holds commands; each line of a block
``text`` after it stands in their answers, one that starts with ``!`` does not. ``(exit N)`` after a
command is the status it must end with; ``$PLAN`` is the plan that was drafted last.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from encaisse.cli.main import main
from encaisse.database.row_security import act_for

FOLDER = Path(__file__).parent / "scenarios"
BLOCK = re.compile(r"^```(sh|text|csv|yaml)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLAN = re.compile(r'"plan": "([0-9]+)"')
STATUS = re.compile(r"\s*\(exit (\d)\)$")


@pytest.fixture
def shell(
    db: None,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Shell]:
    settings.HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    yield Shell(capsys)
    act_for(())


class Shell:
    """Runs commands in this process, on the suite's database."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.plan = ""

    def run(self, line: str) -> str:
        expected = STATUS.search(line)
        program, *arguments = shlex.split(STATUS.sub("", line).replace("$PLAN", self.plan))
        assert program == "encaisse"
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = self.capsys.readouterr()
        status = int(expected[1]) if expected else 0
        assert (ended.value.code or 0) == status, f"{line}\n{said.out}{said.err}"
        if drafted := PLAN.search(said.out):
            self.plan = drafted[1]
        return said.out + said.err


@pytest.mark.parametrize("story", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_story(story: Path, shell: Shell) -> None:
    said = ""
    for kind, name, block in BLOCK.findall(story.read_text(encoding="utf-8")):
        if kind in {"csv", "yaml"}:
            Path(name).write_text(block, encoding="utf-8")
        elif kind == "sh":
            said = "".join(shell.run(line) for line in block.strip().splitlines())
        else:
            for line in block.strip().splitlines():
                unwanted = line.startswith("!")
                found = _folded(line.lstrip("! ")) in _folded(said)
                assert found != unwanted, f"{line!r} in:\n{said}"


def _folded(text: str) -> str:
    return " ".join(text.split())
