"""A backup that is not there is a wrong use, told before anything is started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from encaisse.cli.main import main
from encaisse.cli.session import WRONG_USAGE


def test_restoring_a_missing_file_is_a_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--json", "restore", str(tmp_path / "none.backup")])
    assert left.value.code == WRONG_USAGE
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "missing_path"
