"""Encaisse: accounts-receivable software that gets companies paid."""

__version__ = "0.1.0"
