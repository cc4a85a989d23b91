"""Hash chains: each link is the SHA-256 of the one before and of what it seals."""

from __future__ import annotations

import hashlib
import json


def link(previous: bytes, *sealed: object) -> bytes:
    """The 32 bytes that follow `previous` (empty for the first) and seal plain JSON values."""
    content = json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + content.encode()).digest()
