"""Who may sign in: people who were invited; nobody signs up by themselves."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class SignInAdapter(DefaultAccountAdapter):
    """allauth's account adapter, closed to sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Users are added by an owner or on the command line."""
        return False
