"""Loaded in templates with ``{% load delivery %}``."""
