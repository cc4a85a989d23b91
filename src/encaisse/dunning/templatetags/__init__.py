"""Loaded in templates with ``{% load dunning %}``."""
