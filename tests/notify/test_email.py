"""A mail through real servers: plain, STARTTLS, TLS; what is tried again, what is not, and what nobody can know."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from urllib.parse import quote

import pytest

from app.core.errors import DeliveryError
from app.notify import email
from app.notify.email import Mail, MailServer, message_id, send, written

from .conftest import OpenOffice
from .post_office import PASSWORD, USER, Box, RudeOffice, make_certificate, tls_of

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # a server's choice that is tried here
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
MAIL = Mail(
    "ana@donchepe.example", "Pedido #0151 · C$ 370", "2 × Vigorón: C$ 260\n.\nñandú 🍲", "order:abc", "Don Chepe"
)
SIGNED_IN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side; our side trusts it as the operator of a private server would."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    return tls_of(certificate)


async def refused(url: str, mail: Mail = MAIL) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await send(MailServer.of(url), mail, now=NOW)
    return raised.value


def consequence(error: DeliveryError) -> str:
    return "permanent" if error.permanent else "ambiguous" if error.ambiguous else "again"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, "plain")),
        ("smtp://ana:x@mail.example", MailServer("mail.example", 587, "starttls", "ana", "x")),
        ("smtps://ana:x@mail.example", MailServer("mail.example", 465, "tls", "ana", "x")),
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, "plain")),
        (
            "smtps://ana%40shop.example:p%40%3A%2Fss@mail.example:2465",
            MailServer("mail.example", 2465, "tls", "ana@shop.example", "p@:/ss", "ana@shop.example"),
        ),
        (
            "smtp://apikey:k@mail.example?from=pedidos+caja@shop.example",
            MailServer("mail.example", 587, "starttls", "apikey", "k", "pedidos+caja@shop.example"),
        ),
        ("smtp://mail.example?from=Don%20Chepe%20<d@x.example>", MailServer("mail.example", 25, "plain", sender="d@x.example")),
    ],
)  # fmt: skip
def test_the_address_says_how_to_connect(url: str, server: MailServer) -> None:
    assert MailServer.of(url) == server


async def test_a_mail_arrives_as_it_was_written(office: OpenOffice, box: Box) -> None:
    url = f"smtp://127.0.0.1:{office().port}?from=pedidos@donchepe.example"
    await send(MailServer.of(url), MAIL, now=NOW)
    [mail], [envelope] = box.mails, box.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("pedidos@donchepe.example", ["ana@donchepe.example"])
    assert (mail["Subject"], mail["From"]) == (MAIL.subject, "Don Chepe <pedidos@donchepe.example>")
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text + "\n"
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (message_id("order:abc", USER), "auto-generated")
    assert mail["Date"].datetime == NOW


async def test_the_same_key_is_the_same_mail_and_another_is_another(office: OpenOffice, box: Box) -> None:
    server = MailServer.of(f"smtp://127.0.0.1:{office().port}")
    for key in ("order:abc", "order:abc", "order:abd"):
        await send(server, Mail("ana@donchepe.example", "a", "b", key), now=NOW)
    first, again, other = [mail["Message-ID"] for mail in box.mails]
    assert first == again != other


async def test_a_password_travels_only_inside_starttls(office: OpenOffice, box: Box, tls: ssl.SSLContext) -> None:
    await send(MailServer.of(f"smtp://{SIGNED_IN}localhost:{office(tls=tls, login=True).port}"), MAIL, now=NOW)
    assert [mail["From"].addresses[0].addr_spec for mail in box.mails] == [USER]
    error = await refused(f"smtp://{SIGNED_IN}localhost:{office().port}")
    assert (consequence(error), len(box.taken)) == ("permanent", 1)
    assert "STARTTLS" in error.reason and PASSWORD not in error.reason


async def test_implicit_tls_with_a_password(office: OpenOffice, box: Box, tls: ssl.SSLContext) -> None:
    port = office(tls=tls, implicit=True, login=True).port
    await send(MailServer.of(f"smtps://{SIGNED_IN}localhost:{port}"), MAIL, now=NOW)
    assert len(box.taken) == 1


async def test_a_certificate_nobody_vouches_for_is_not_trusted(office: OpenOffice, box: Box, certificate: Path) -> None:
    port = office(tls=tls_of(certificate), implicit=True).port
    error = await refused(f"smtps://localhost:{port}")
    assert (consequence(error), box.taken) == ("permanent", [])
    assert "certificate" in error.reason


async def test_a_certificate_of_another_host_is_not_trusted(office: OpenOffice, box: Box, tls: ssl.SSLContext) -> None:
    error = await refused(f"smtp://{SIGNED_IN}127.0.0.1:{office(tls=tls, login=True).port}")
    assert (consequence(error), box.taken) == ("permanent", [])


async def test_a_wrong_password_waits_for_a_person(office: OpenOffice, tls: ssl.SSLContext) -> None:
    port = office(tls=tls, login=True).port
    error = await refused(f"smtp://{quote(USER, safe='')}:otra@localhost:{port}")
    assert (consequence(error), "535" in error.reason, "otra" in error.reason) == ("permanent", True, False)
    assert consequence(await refused(f"smtp://ana:contraseña@localhost:{port}")) == "permanent"


@pytest.mark.parametrize(
    ("answer", "what"),
    [("451 4.7.1 greylisted", "again"), ("452 full", "again"), ("421 closing", "again"), ("550 no such box", "permanent"), ("554 spam", "permanent")],
)  # fmt: skip
@pytest.mark.parametrize("where", ["at_rcpt", "after_data"])
async def test_the_servers_number_says_whether_trying_again_can_help(
    office: OpenOffice, box: Box, where: str, answer: str, what: str
) -> None:
    getattr(box, where).append(answer)
    url = f"smtp://127.0.0.1:{office().port}"
    error = await refused(url)
    assert (consequence(error), answer[:3] in error.reason, box.taken) == (what, True, [])
    await send(MailServer.of(url), MAIL, now=NOW)
    assert len(box.taken) == 1


@pytest.mark.parametrize(
    ("leaves_at", "what"), [("EHLO", "again"), ("MAIL", "again"), ("RCPT", "again"), (".", "ambiguous")]
)
async def test_only_a_connection_that_ends_after_the_mail_was_given_leaves_it_unknown(
    leaves_at: str, what: str
) -> None:
    rude = RudeOffice(leaves_at)
    try:
        error = await refused(f"smtp://127.0.0.1:{rude.port}")
    finally:
        rude.stop()
    assert (consequence(error), rude.heard[-1]) == (what, leaves_at)


async def test_a_rude_goodbye_does_not_send_it_twice() -> None:
    rude = RudeOffice("QUIT")
    try:
        await send(MailServer.of(f"smtp://127.0.0.1:{rude.port}"), MAIL, now=NOW)
    finally:
        rude.stop()
    assert rude.heard.count(".") == 1


async def test_nobody_at_home_and_no_such_host_are_tried_again() -> None:
    assert consequence(await refused("smtp://127.0.0.1:9")) == "again"
    assert consequence(await refused("smtp://no-such-host.invalid")) == "again"


async def test_a_server_that_says_nothing_is_not_waited_for_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await refused(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
    assert consequence(error) == "again"


HOSTILE = [
    "Carla\r\nBcc: todos@otro.example",
    "Carla\nSubject: otro\n\nCuerpo",
    "Carla\x0b\x0c\x1c\x85\u2028Bcc: x@otro.example",
    "=?utf-8?q?a=0D=0ABcc:_x@otro.example?=",
    "Carla\x00\ud800",
    "Ñ" * 5_000,
    "\u202egpj.exe",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_what_people_write_begins_no_header_and_no_second_mail(office: OpenOffice, box: Box, words: str) -> None:
    text = f"{words}\r\n.\r\nMAIL FROM:<x@otro.example>\r\n\n.\n\r.\r{words}"
    mail = Mail("ana@donchepe.example", f"Pedido de {words}", text, "order:abc", words)
    await send(MailServer.of(f"smtp://127.0.0.1:{office().port}"), mail, now=NOW)
    [taken], [envelope] = box.mails, box.taken
    assert envelope.rcpt_tos == ["ana@donchepe.example"]
    assert sorted(taken.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
         "MIME-Version"]
    )  # fmt: skip
    assert "MAIL FROM:<x@otro.example>" in taken.get_content()
    assert all(len(line) <= 998 for line in (envelope.content or b"").splitlines())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "to", ["ana@", "@x.example", "ana x@x.example", "añá@x.example", "ana@x.example\r\nRCPT TO:<b@c.d>"]
)
async def test_an_address_no_server_can_take_is_refused_before_anybody_is_called(to: str) -> None:
    assert consequence(await refused("smtp://127.0.0.1:9", Mail(to, "a", "b", "k"))) == "permanent"


async def test_a_domain_with_accents_is_written_as_servers_know_it(office: OpenOffice, box: Box) -> None:
    url = f"smtp://127.0.0.1:{office().port}"
    await send(MailServer.of(url), Mail("ana@ñandú.example", "a", "b", "k"), now=NOW)
    assert box.taken[0].rcpt_tos == ["ana@xn--and-6ma2c.example"]


def test_no_hostile_text_writes_a_header() -> None:
    """TRUST R-21, S-07: the lists of naughty texts, in every part that people fill."""
    naughty = Path(__file__).resolve().parents[1] / "attacks" / "naughty"
    texts = json.loads((naughty / "blns.json").read_text(encoding="utf-8"))
    edges = json.loads((naughty / "edge_messages.json").read_text(encoding="utf-8"))
    texts += [str(value) for edge in edges for value in (edge.values() if isinstance(edge, dict) else [edge])]
    for text in texts:
        data = written(
            Mail("ana@donchepe.example", text, text, "k", text), USER, "ana@donchepe.example", NOW
        ).as_bytes()
        assert len(message_from_bytes(data).keys()) == 9, text
