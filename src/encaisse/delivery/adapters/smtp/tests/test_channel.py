"""The mail channel against a real server that accepts, refuses, stalls and hangs up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from encaisse.delivery.adapters.channel import Outcome, Parcel, Receipt
from encaisse.delivery.adapters.smtp.channel import BadUrl, Server, SmtpChannel

MESSAGE = b"Subject: x\r\n\r\nBonjour\r\n.\r\n..fin\r\n"


@dataclass
class Post:
    """What the server does at each step, and what it took."""

    mail: str = "250 OK"
    rcpt: str = "250 OK"
    data: str = "250 Accepted"
    drop_at: str = ""
    taken: list[bytes] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        self.sessions.add(id(session))
        envelope.mail_from = address
        return self._at("mail", server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._at("rcpt", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.original_content, bytes)
        self.taken.append(envelope.original_content)
        if self.drop_at == "stall":
            await asyncio.sleep(5)
        return self._at("data", server)

    def _at(self, step: str, server: Any) -> str:
        if self.drop_at == step:
            server.transport.abort()
        return str(getattr(self, step))


@contextmanager
def office(post: Post) -> Iterator[SmtpChannel]:
    controller = Controller(post, hostname="127.0.0.1", port=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    try:
        server = Server("127.0.0.1", controller.port)
        with SmtpChannel(server, name="moreau.example", timeout_s=1) as channel:
            yield channel
    finally:
        controller.stop()


def parcel(number: int = 1, to: str = "b@client.example") -> Parcel:
    return Parcel(f"{number}@x", "a@moreau.example", to, MESSAGE)


def send(post: Post) -> Receipt:
    with office(post) as channel:
        return channel.deliver(parcel())


def test_an_accepted_message_arrives_as_it_was() -> None:
    post = Post()
    receipt = send(post)
    assert receipt == Receipt(Outcome.ACCEPTED, "250 Accepted")
    assert post.taken == [MESSAGE]


def test_a_batch_shares_one_connection() -> None:
    post = Post()
    with office(post) as channel:
        for number in range(5):
            assert channel.deliver(parcel(number)).outcome is Outcome.ACCEPTED
    assert len(post.taken) == 5
    assert len(post.sessions) == 1


@pytest.mark.parametrize(
    ("post", "outcome"),
    [
        (Post(rcpt="550 No such user"), Outcome.REFUSED),
        (Post(rcpt="451 Greylisted"), Outcome.DEFERRED),
        (Post(mail="553 Not yours"), Outcome.REFUSED),
        (Post(data="554 Spam"), Outcome.REFUSED),
        (Post(data="452 Disk full"), Outcome.DEFERRED),
        (Post(rcpt="421 Closing"), Outcome.DEFERRED),
    ],
)
def test_what_the_server_answers_decides(post: Post, outcome: Outcome) -> None:
    assert send(post).outcome is outcome


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_lost_before_the_message_is_safe_to_try_again(step: str) -> None:
    post = Post(drop_at=step)
    with office(post) as channel:
        assert channel.deliver(parcel()).outcome is Outcome.DEFERRED
        assert post.taken == []
        post.drop_at = ""
        assert channel.deliver(parcel()).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("step", ["data", "stall"])
def test_no_answer_after_the_message_is_uncertain(step: str) -> None:
    post = Post(drop_at=step)
    assert send(post).outcome is Outcome.UNCERTAIN
    assert len(post.taken) == 1  # the server does hold it: a second try would have sent it twice


def test_a_refused_message_does_not_disturb_the_next() -> None:
    post = Post(rcpt="550 No such user")
    with office(post) as channel:
        assert channel.deliver(parcel(1)).outcome is Outcome.REFUSED
        post.rcpt = "250 OK"
        assert channel.deliver(parcel(2)).outcome is Outcome.ACCEPTED


def test_a_server_that_is_not_there_defers() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with SmtpChannel(Server("127.0.0.1", port), name="x.example", timeout_s=1) as channel:
        assert channel.deliver(parcel()).outcome is Outcome.DEFERRED


def test_a_password_never_leaves_without_encryption() -> None:
    channel = SmtpChannel(Server("mail.example", 587, "u", "secret"), name="x.example", timeout_s=1)

    class Plain:
        def ehlo(self) -> tuple[int, bytes]:
            return 250, b""

        def has_extn(self, name: str) -> bool:
            return False

        def login(self, user: str, password: str) -> None:
            raise AssertionError("the password was sent")

    with pytest.raises(OSError, match="no TLS"):
        channel._introduce(Plain())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25)),
        ("smtp://u:p%40w@mail.example", Server("mail.example", 587, "u", "p@w")),
        ("smtps://mail.example", Server("mail.example", 465, is_tls=True)),
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525)),
    ],
)
def test_urls(url: str, server: Server) -> None:
    assert Server.read(url) == server


@pytest.mark.parametrize("url", ["", "http://mail.example", "smtp://", "smtp://h:port"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(BadUrl):
        Server.read(url)
