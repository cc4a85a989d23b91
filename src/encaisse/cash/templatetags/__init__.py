"""Loaded in templates with ``{% load cash %}``."""
