"""What `encaisse doctor` finds when it recomputes an invariant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its code, whether it holds, and the figures behind it."""

    code: str
    ok: bool
    detail: str
