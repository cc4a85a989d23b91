"""Loaded in templates with ``{% load insights %}``."""
