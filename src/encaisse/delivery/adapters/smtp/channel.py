"""Hand messages to a mail server, one connection for a batch.

The conversation is driven step by step, because the whole question is *when* it broke. Until
the final dot is on its way the server may not deliver anything (RFC 5321, 4.1.1.4): trying again
is safe. After it, and without an answer, the message may be on its way: that is uncertain.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from encaisse.delivery.adapters.channel import Outcome, Parcel, Receipt

TIMEOUT_S = 30
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DOT = b".\r\n"


class BadUrl(ValueError):
    """Not a URL of a mail server: ``smtp://[user:password@]host[:port]`` or ``smtps://``."""


class _Refused(Exception):
    """The server answered no to a step."""

    def __init__(self, code: int, words: bytes) -> None:
        super().__init__(code)
        self.receipt = _receipt(code, words)
        self.is_closing = code == 421


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False

    @classmethod
    def read(cls, url: str) -> Self:
        """A server from its URL; BadUrl tells what is missing, never the password."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise BadUrl("expected smtp://host:port or smtps://host:port")
        is_tls = parts.scheme == "smtps"
        try:
            port = parts.port or (465 if is_tls else 25 if not parts.username else 587)
        except ValueError:
            raise BadUrl("the port is no number") from None
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, user, password, is_tls)


class SmtpChannel:
    """A mail server as a channel. `name` is how we greet it: our own domain."""

    def __init__(self, server: Server, *, name: str, timeout_s: float = TIMEOUT_S) -> None:
        self.server = server
        self.name = name
        self.timeout_s = timeout_s
        self._talk: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._talk is not None:
            try:
                self._talk.quit()
            except (OSError, smtplib.SMTPException):
                self._talk.close()
            self._talk = None

    def deliver(self, parcel: Parcel) -> Receipt:
        """Hand over one message; a connection the server dropped meanwhile is opened anew."""
        try:
            talk = self._ready()
            self._envelope(talk, parcel)
            talk.send(_stuffed(parcel.content))
        except _Refused as refusal:
            if refusal.is_closing:
                self._drop()
            return refusal.receipt
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return _unreachable(error)
        return self._finish(talk)

    def _finish(self, talk: smtplib.SMTP) -> Receipt:
        """Send the dot and read the answer: from here on nothing is certain without it."""
        try:
            talk.send(DOT)
            code, words = talk.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Receipt(Outcome.UNCERTAIN, f"no answer after the message: {_words(error)}")
        if code == 421:
            self._drop()
        return _receipt(code, words)

    def _envelope(self, talk: smtplib.SMTP, parcel: Parcel) -> None:
        _expect(2, *talk.mail(parcel.sender))
        _expect(2, *talk.rcpt(parcel.recipient))
        _expect(3, *talk.docmd("DATA"))

    def _ready(self) -> smtplib.SMTP:
        """A connection that answers: the one at hand, or a new one."""
        if self._talk is not None:
            try:
                if self._talk.rset()[0] == 250:
                    return self._talk
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        self._talk = self._connect()
        return self._talk

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        if server.is_tls:
            talk: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=self.name,
                timeout=self.timeout_s,
                context=ssl.create_default_context(),
            )
        else:
            talk = smtplib.SMTP(
                server.host, server.port, local_hostname=self.name, timeout=self.timeout_s
            )
        try:
            self._introduce(talk)
        except _Refused as refusal:  # of us, not of the message: it may leave another day
            talk.close()
            raise smtplib.SMTPException(refusal.receipt.detail) from refusal
        except BaseException:
            talk.close()
            raise
        return talk

    def _introduce(self, talk: smtplib.SMTP) -> None:
        server = self.server
        _expect(2, *talk.ehlo())
        is_secret = server.is_tls
        if not is_secret and talk.has_extn("starttls"):
            talk.starttls(context=self._context())
            _expect(2, *talk.ehlo())
            is_secret = True
        if server.user:
            if not (is_secret or server.host in LOOPBACK):
                raise smtplib.SMTPException("the server offers no TLS: the password stays here")
            talk.login(server.user, server.password)

    def _context(self) -> ssl.SSLContext:
        """A password is only shown to a server whose name is proved.

        Without one encryption is taken as it comes (RFC 7435): many relays in a company's own
        network sign their own certificate, and the alternative would be no encryption at all.
        """
        context = ssl.create_default_context()
        if not self.server.user:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _drop(self) -> None:
        if self._talk is not None:
            self._talk.close()
            self._talk = None


def _stuffed(content: bytes) -> bytes:
    """Lines end in CRLF, and a dot at a line's start is doubled (RFC 5321, 4.5.2)."""
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


def _expect(first_digit: int, code: int, words: bytes) -> None:
    if code // 100 != first_digit:
        raise _Refused(code, words)


def _receipt(code: int, words: bytes) -> Receipt:
    detail = f"{code} {words.decode('utf-8', 'replace')}"[:500]
    if 200 <= code < 300:
        return Receipt(Outcome.ACCEPTED, detail)
    return Receipt(Outcome.REFUSED if code >= 500 else Outcome.DEFERRED, detail)


def _unreachable(error: Exception) -> Receipt:
    return Receipt(Outcome.DEFERRED, _words(error), is_down=True)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
