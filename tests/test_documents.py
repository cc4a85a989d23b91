"""What the documents say is what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_generated_pages_are_up_to_date() -> None:
    found = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert found.returncode == 0, found.stdout + found.stderr


def test_every_variable_of_the_environment_is_explained() -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    used: set[str] = set()
    for path in (one for one in (ROOT / "src").rglob("*.py") if "tests" not in one.parts):
        used |= set(
            re.findall(
                r'environ(?:\.get\(|\[|\.pop\()"(ENCAISSE_[A-Z_]+|DATABASE_URL)"', path.read_text()
            )
        )

    assert used
    assert {name for name in used if f"`{name}`" not in page} == set()
