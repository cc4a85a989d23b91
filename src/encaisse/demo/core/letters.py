"""E-mails that reached the company: remittance advice, promises, disputes and the rest."""

from __future__ import annotations

from encaisse.demo.core.records import Letter, World


def build(world: World) -> tuple[Letter, ...]:
    """The company's mail of the last weeks."""
    return ()
