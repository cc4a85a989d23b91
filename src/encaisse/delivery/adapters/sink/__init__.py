"""Mail that never leaves this machine: one ``.eml`` file for each Message-ID."""

from __future__ import annotations

from pathlib import Path

from encaisse.delivery.adapters.channel import Folder


class Sink(Folder):
    """``ENCAISSE_HOME/outbox/COMPANY/*.eml``: where messages go without a mail server."""

    def __init__(self, home: Path, company: str) -> None:
        super().__init__(home / "outbox" / company, ".eml")
