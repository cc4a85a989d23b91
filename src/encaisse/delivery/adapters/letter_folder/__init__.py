"""Letters to print and post: one PDF for each reference."""

from __future__ import annotations

from pathlib import Path

from encaisse.delivery.adapters.channel import Folder


class LetterFolder(Folder):
    """``ENCAISSE_HOME/outbox/COMPANY/letters/*.pdf``, taken from there by people or a printer."""

    def __init__(self, home: Path, company: str) -> None:
        super().__init__(home / "outbox" / company / "letters", ".pdf")
