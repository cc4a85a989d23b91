"""Loaded in templates with ``{% load ledger %}``."""
