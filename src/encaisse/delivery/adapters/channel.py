"""What every channel does: take one parcel, and say for certain what became of it."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self


class Outcome(StrEnum):
    """What is known after a hand-over.

    ACCEPTED: the other side took responsibility. REFUSED: it never will. DEFERRED: it did not
    take it and may later; safe to try again. UNCERTAIN: it may hold it; never tried again by us.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One finished document on its way: an e-mail's bytes, or a letter's PDF.

    `key` names it for ever (the Message-ID without brackets, the letter's reference).
    """

    key: str
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome, and the other side's own words.

    `is_down`: the channel itself cannot be reached, so the next parcel will fare no better.
    """

    outcome: Outcome
    detail: str
    is_down: bool = False


class Channel(Protocol):
    """A way out. Used as a context manager around a batch."""

    def __enter__(self) -> Self:
        """Begin a batch."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the batch; never raises for what was already handed over."""

    def deliver(self, parcel: Parcel) -> Receipt:
        """Hand over one parcel. Never raises for what the other side does."""


class Folder:
    """A channel that is a folder: one file for each key, whole or not at all, never changed."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self.suffix = suffix

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def path_of(self, key: str) -> Path:
        """Where the parcel with this key lies; the name has no character a folder dislikes."""
        name = "".join(c if c.isalnum() or c in "-_." else "_" for c in key).lstrip(".")
        return self.folder / f"{name[:200]}{self.suffix}"

    def deliver(self, parcel: Parcel) -> Receipt:
        """Write the file. The same bytes again are accepted and change nothing."""
        path = self.path_of(parcel.key)
        fresh = self.folder / f".{secrets.token_hex(8)}"
        try:
            with fresh.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(parcel.content)
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, path)  # fails when the file is there: never overwritten
        except FileExistsError:
            same = path.read_bytes() == parcel.content
            return Receipt(Outcome.ACCEPTED if same else Outcome.REFUSED, f"exists: {path.name}")
        except OSError as error:
            return Receipt(Outcome.DEFERRED, f"{error.strerror}: {path.name}")
        finally:
            fresh.unlink(missing_ok=True)
        return Receipt(Outcome.ACCEPTED, path.name)
