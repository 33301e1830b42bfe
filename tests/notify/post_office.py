"""A mail server on loopback that keeps what it is given, refuses what it is told to, and may hang up at the worst moment."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "pedidos@donchepe.example", "clave de prueba /:@?#%"


@dataclass
class Box:
    """What arrived. `answers` are given first, one a message («451 later»), at RCPT or after DATA."""

    taken: list[Envelope] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    after_data: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.after_data:
            return self.after_data.pop(0)
        self.taken.append(envelope)
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails in the order they came."""
        return [message_from_bytes(envelope.content or b"", policy=default) for envelope in self.taken]  # type: ignore[misc,arg-type]


def open_office(box: Box, *, tls: ssl.SSLContext | None = None, implicit: bool = False, login: bool = False) -> Any:
    """A started server; its port is `.port`. With `tls` it offers STARTTLS, with `implicit` it speaks nothing else."""
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": free_port()}
    if login:
        options |= {
            "authenticator": _knows,
            "auth_required": True,
            "auth_require_tls": tls is not None and not implicit,
        }
    if implicit:
        office = Controller(box, ssl_context=tls, **options)
    else:
        office = Controller(box, tls_context=tls, require_starttls=tls is not None, **options)
    office.start()
    return office


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate for `name` that only vouches for itself, with its key, in one file."""
    file = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(file), "-out", str(folder / f"{name}.crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    with file.open("a", encoding="ascii") as pem:
        pem.write((folder / f"{name}.crt").read_text(encoding="ascii"))
    return file


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


class RudeOffice:
    """Speaks just enough SMTP to take a mail, and ends the connection at `leaves_at` («DATA», «.», «MAIL»…)."""

    def __init__(self, leaves_at: str) -> None:
        self.leaves_at, self.heard = leaves_at, []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._door.accept()
            except OSError:
                return
            with peer, peer.makefile("rwb", buffering=0) as lines:
                self._talk(lines)

    def _talk(self, lines: Any) -> None:
        lines.write(b"220 rude\r\n")
        in_data = False
        for line in lines:
            word = line.strip().decode("utf-8", "replace")
            verb = word if word == "." else "" if in_data else word.split(" ")[0].split(":")[0].upper()
            self.heard.append(verb) if verb else None
            if verb == self.leaves_at:
                return
            if in_data and verb != ".":
                continue
            in_data = verb == "DATA"
            lines.write(b"354 go on\r\n" if in_data else b"221 bye\r\n" if verb == "QUIT" else b"250 fine\r\n")


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)
