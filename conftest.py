"""What every test of the project shares: how long properties are searched."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("short", deadline=None)
settings.register_profile(
    "soak", deadline=None, max_examples=5_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("soak" if os.environ.get("ENCAISSE_SOAK") else "short")
