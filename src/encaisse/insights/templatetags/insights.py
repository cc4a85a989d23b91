"""Sentences of tasks for templates."""

from __future__ import annotations

from django import template

from encaisse.followup.models import Task
from encaisse.insights import stories

register = template.Library()


@register.filter
def task_words(task: Task) -> str:
    """What is to be done, in the reader's language."""
    return stories.task_words(task)
