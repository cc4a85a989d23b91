"""What stands around every page: the rail's links, the company, the choices of the reader.

The rooms are known to `encaisse.conf` alone: its context processor fills these records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.functional import Promise

from encaisse.web.middleware import theme_of

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail. `key` opens it after ``g``; `count` is what waits there."""

    label: Words
    icon: str
    url: str
    key: str = ""
    count: int = 0

    def is_current(self, path: str) -> bool:
        """Whether the page shown is this one or below it."""
        return path == self.url or (self.url.count("/") > 3 and path.startswith(self.url))


@dataclass(frozen=True, slots=True)
class Section:
    """Links under one heading; the first section has none."""

    title: Words
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to switch to: a company, a language."""

    name: str
    url: str
    is_current: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything ``web/page.html`` shows besides the page itself."""

    sections: Sequence[Section] = ()
    company: str = ""
    company_code: str = ""
    companies: Sequence[Choice] = ()
    home_url: str = "/"
    search_url: str = ""
    settings_url: str = ""
    password_url: str = ""
    logout_url: str = ""
    theme: str = ""
    notices: Sequence[Words] = field(default_factory=tuple)
    """What everybody has to know, such as that no mail leaves this machine."""


def bare(request: HttpRequest) -> Shell:
    """The shell of a page outside any company: sign-in, errors, the page of components."""
    return Shell(theme=theme_of(request))
