"""Loaded in templates with ``{% load intake %}``."""
