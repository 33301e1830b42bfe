"""E-mail over SMTP: one message, one connection, and errors that say whether trying again can help.

The server stands in `.env`, so its address is the operator's word; nothing else of ours opens a connection that is not
HTTP (TRUST rule 9).
"""

from __future__ import annotations

import asyncio
import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from app.core.errors import DeliveryError
from app.core.text import clean

CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 20.0
TAKEN_SECONDS = (
    60.0  # a server that looks for spam takes its time; who hangs up earlier never learns whether it went out
)
MOST_HEADER = 200
PORTS = {"plain": 25, "starttls": 587, "tls": 465}

Security = Literal["plain", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """`SMTP_URL` (CONTRACT 2). With a password the connection is encrypted or there is none; `sender` may be empty."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    sender: str = ""

    @staticmethod
    def of(url: str) -> MailServer:
        """Reads `smtp://user:pass@host:587`, `smtps://…:465` or `smtp://host:25`; `?from=` sets the sender."""
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        security: Security = "tls" if parts.scheme == "smtps" else "starttls" if password else "plain"
        asked = dict(
            part.partition("=")[::2] for part in parts.query.split("&")
        )  # a + is a +: it may stand in an address
        sender = parseaddr(unquote(asked.get("from", "")) or user)[1]
        return MailServer(
            parts.hostname or "",
            parts.port or PORTS[security],
            security,
            user,
            password,
            sender if "@" in sender else "",
        )


@dataclass(frozen=True, slots=True)
class Mail:
    """One message of plain text. `key`: what it is about; the same key is the same Message-ID, however often it is sent."""

    to: str
    subject: str
    text: str
    key: str
    sender_name: str = ""


async def send(server: MailServer, mail: Mail, *, now: datetime) -> None:
    """Hands the message to the server, in a thread.

    Raises DeliveryError: permanent where the server refuses for good (5xx, no encryption, a wrong password), ambiguous
    where the connection ends after the message was given and before it was taken, transient for anything else.
    """
    try:
        sender, to = _carried(server.sender or mail.to), _carried(mail.to)
        data = written(mail, sender, to, now).as_bytes()
    except (ValueError, IndexError, MessageError) as error:  # IndexError: Python's reader of addresses
        raise DeliveryError(f"this mail cannot be written: {error}", permanent=True) from error
    await asyncio.to_thread(_deliver, server, sender, to, data)


def knock(server: MailServer) -> None:
    """Goes as far as signing in, and leaves. Raises DeliveryError as `send` does."""
    with _connected(server):
        return


def written(mail: Mail, sender: str, to: str, now: datetime) -> EmailMessage:
    """The message as it travels. What people wrote stays inside its header: no line of it begins another."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=one_line(mail.sender_name), addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(mail.key, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's «I am on holiday» comes back
    message.set_content(_body(mail.text), cte="quoted-printable")
    return message


def message_id(key: str, sender: str) -> str:
    """The same for the same key: a mail that comes twice is one mail to the programs that look at it (RFC 5322 3.6.4)."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def one_line(text: str) -> str:
    """Text for a header: what does not print is a space, and it ends somewhere.

    Python reads encoded words even in what it is to write, so one that holds a line break would begin a header.
    """
    printed = "".join(char if char.isprintable() else " " for char in clean(text)).replace("=?", "= ?")
    return " ".join(printed.split())[:MOST_HEADER]


def _body(text: str) -> str:
    lines = clean(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(char for char in line if char >= " " and char != "\x7f") for line in lines).strip() + "\n"


def _carried(address: str) -> str:
    """The address as every server takes it: its domain in ASCII (RFC 5891). Raises ValueError for another alphabet before the @."""
    name, _, domain = address.rpartition("@")
    return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"


def _deliver(server: MailServer, sender: str, to: str, data: bytes) -> None:
    with _connected(server) as smtp:
        _check(*smtp.mail(sender))
        _check(*smtp.rcpt(to))
        _wait_at_most(smtp, TAKEN_SECONDS)
        try:
            answer = smtp.data(data)
        except smtplib.SMTPResponseException:
            raise  # refused before anything of it was given
        except OSError as error:
            raise DeliveryError(f"the connection ended before the mail was taken: {error}", ambiguous=True) from error
        _check(*answer)


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and signed in as the address asks; every refusal becomes a DeliveryError."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _opened(server)
        _sign_in(smtp, server)
        yield smtp
        with suppress(OSError):  # the mail is taken: how they say goodbye does not matter
            smtp.quit()
    except smtplib.SMTPResponseException as error:
        _check(error.smtp_code, error.smtp_error)
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            f"the mail server's certificate does not hold: {error.verify_message}", permanent=True
        ) from error
    except smtplib.SMTPServerDisconnected as error:
        raise DeliveryError(f"the mail server hung up: {error}") from error
    except smtplib.SMTPException as error:
        raise DeliveryError(f"the mail server cannot do what SMTP_URL asks for: {error}", permanent=True) from error
    except OSError as error:
        raise DeliveryError(f"the mail server is not answering: {error}") from error
    except UnicodeError as error:
        raise DeliveryError("SMTP cannot carry the letters of this user or password", permanent=True) from error
    finally:
        if smtp is not None:
            smtp.close()


def _opened(server: MailServer) -> smtplib.SMTP:
    if server.security != "tls":
        return smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)
    return smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    _wait_at_most(smtp, COMMAND_SECONDS)
    if server.security == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if server.password:
        smtp.login(server.user, server.password)
    else:
        smtp.ehlo_or_helo_if_needed()


def _wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _check(code: int, said: bytes | str) -> None:
    """RFC 5321 4.2.1: 2xx is done, 4xx may be tried again, 5xx may not."""
    if 200 <= code < 300:
        return
    words = one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
    raise DeliveryError(f"the mail server refused: {code} {words}", permanent=code >= 500)
