"""A mail server in a process of its own: what it accepts is a file before it says so.

Run as ``python -m encaisse.delivery.tests.mail_office FOLDER``; prints its port. Two files with one
Message-ID mean that a message was sent twice.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Keeps what it is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(0.003)  # a moment in which the sender can be killed
        fresh = self.folder / f".{secrets.token_hex(8)}"
        with fresh.open("wb") as file:
            file.write(envelope.original_content or b"")
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self.folder / f"{secrets.token_hex(8)}.eml")
        await asyncio.sleep(0.003)  # held, and not yet said
        return "250 kept"


async def main(folder: Path) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keeper(folder), loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
