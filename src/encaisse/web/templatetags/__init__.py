"""Loaded in templates with ``{% load web %}``."""
