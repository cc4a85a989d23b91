"""Worlds that several tests read; they are frozen, so that sharing them is safe."""

from __future__ import annotations

from datetime import date

import pytest

from encaisse.demo.core import world
from encaisse.demo.core.records import DEMO, TINY, World

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def tiny() -> World:
    """Twenty customers."""
    return world.build(7, TODAY, TINY)


@pytest.fixture(scope="session")
def demo() -> World:
    """The company that `encaisse demo` shows."""
    return world.build(1, TODAY, DEMO)
