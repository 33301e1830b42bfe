"""One request on its way through: the house it came to, who calls, and what it brought, read within its limits."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from app.accounts.service import Signed
from app.chat.messages import Sender
from app.core.text import clean
from app.web.address import client_address, is_https
from app.web.problem import problem
from app.web.table import BODY_LIMIT, MULTIPART_OVERHEAD, WEBHOOK_LIMIT, Body, Row
from app.web.words import say

if TYPE_CHECKING:
    from app.settings import Settings
    from app.web.house import House

BODY_SECONDS = 20  # a body of 64 KB that takes longer is somebody holding the door
UPLOAD_SECONDS = 300
LARGE_SECONDS = 3600
DRAIN = 1024 * 1024  # how much of a body too large is still read, so that the answer is heard
FORM_FIELDS = 600  # a product with 60 variants to count
UPLOAD_CEILING_MB = 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """A web visitor: the conversation the token opens, and who that is."""

    conversation_id: str
    sender: Sender


class Call:
    """What a handler gets. `visitor` or `signed` is set where the table asks for one."""

    __slots__ = ("_body", "_read", "form", "house", "receive", "request", "row", "signed", "visitor")

    def __init__(self, scope: Scope, receive: Receive, row: Row, house: House) -> None:
        self.receive = receive
        self.request = Request(scope, self._counted)
        self.row = row
        self.house = house
        self.visitor: Visitor | None = None
        self.signed: Signed | None = None
        self.form: FormData | None = None
        self._body: bytes | None = None
        self._read = 0

    @property
    def settings(self) -> Settings:
        return self.house.settings.current

    @property
    def language(self) -> str:
        return str(self.settings.business.language)

    @property
    def address(self) -> str:
        return client_address(self.request, self.settings.env.public_url)

    @property
    def https(self) -> bool:
        return is_https(self.request, self.settings.env.public_url)

    @property
    def base_url(self) -> str:
        """Where links that leave this page point: PUBLIC_URL, else the address it was called by."""
        return (self.settings.env.public_url or str(self.request.base_url)).rstrip("/")

    @property
    def me(self) -> Signed:
        """Who is signed in, on routes that ask for it."""
        assert self.signed is not None
        return self.signed

    @property
    def guest(self) -> Visitor:
        """The visitor, on routes that ask for one."""
        assert self.visitor is not None
        return self.visitor

    def field(self, name: str) -> str:
        """A text field of the form, cleaned; empty when it is not there."""
        value = self.form.get(name) if self.form is not None else None
        return clean(value) if isinstance(value, str) else ""

    async def body(self) -> bytes:
        """The whole body; 413 once it passes the row's limit, 408 when it does not come."""
        if self._body is None:
            self._refuse_by_length()
            chunks = []
            async with asyncio.timeout(BODY_SECONDS):
                more = True
                while more:
                    message = await self._counted()
                    chunks.append(message.get("body", b""))
                    more = message.get("more_body", False)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> dict[str, Any]:
        """The body as a JSON object: 400 when it is no UTF-8 JSON, 422 when it is something else than an object."""
        try:
            value = json.loads((await self.body()).decode("utf-8"), parse_constant=_not_json)
        except (ValueError, RecursionError):
            raise problem(400, language=self.language) from None
        if not isinstance(value, dict):
            self.refuse("", "object")
        return value

    async def read_form(self) -> FormData:
        """The form's fields, urlencoded or multipart; 400 for one that cannot be read."""
        if self.form is None:
            self._refuse_by_length()
            kind = self.request.headers.get("content-type", "")
            try:
                async with asyncio.timeout(self._patience):
                    self.form = await self._parse(kind)
            except (MultiPartException, MultipartParseError, HTTPException, UnicodeError, ValueError):
                raise problem(400, "form", language=self.language) from None
            if len(self.form) > FORM_FIELDS:
                raise problem(400, "form", language=self.language)
        return self.form

    async def upload(self, name: str) -> UploadFile:
        """The file part `name`; 422 where there is none."""
        file = (await self.read_form()).get(name)
        if not isinstance(file, UploadFile):
            self.refuse(name, "file")
        return file

    def refuse(self, field: str, key: str, **values: object) -> NoReturn:
        """422 naming the field, in words of `[invalid]`."""
        message = say(f"invalid.{key}", self.language, **values)
        raise problem(422, language=self.language, errors=[{"field": field, "message": message}])

    async def close(self) -> None:
        """Lets go of uploaded files."""
        if self.form is not None:
            await self.form.close()

    @property
    def limit(self) -> int:
        """Bytes this row takes."""
        if self.row.body is Body.RAW:
            return WEBHOOK_LIMIT
        if self.row.body is Body.UPLOAD:
            return self.upload_limit + MULTIPART_OVERHEAD
        return BODY_LIMIT

    @property
    def upload_limit(self) -> int:
        """Bytes of an uploaded file; `upload_mb: 0` leaves it at what one process can hold."""
        return (self.row.most_mb or self.settings.limits.upload_mb or UPLOAD_CEILING_MB) * 1024 * 1024

    @property
    def _patience(self) -> int:
        """Seconds a form may take to come."""
        if self.row.body is not Body.UPLOAD:
            return BODY_SECONDS
        return LARGE_SECONDS if self.row.most_mb else UPLOAD_SECONDS

    async def _parse(self, kind: str) -> FormData:
        if kind.lower().startswith("multipart/form-data"):
            files = 1 if self.row.body is Body.UPLOAD else 0
            parser = MultiPartParser(
                self.request.headers, self.request.stream(), max_files=files, max_fields=FORM_FIELDS
            )
            return await parser.parse()
        return await FormParser(self.request.headers, self.request.stream()).parse()

    def _refuse_by_length(self) -> None:
        length = self.request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.limit + DRAIN:
            raise self._too_large(close=True)

    async def _counted(self) -> Message:
        """The next piece of the body, counted against the limit."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        self._read += len(message.get("body", b""))
        if self._read > self.limit:
            await self._drain(message)
        return message

    async def _drain(self, message: Message) -> NoReturn:
        """Reads on for a little, so that a client that only listens after sending hears why it was refused."""
        more = message.get("more_body", False)
        try:
            async with asyncio.timeout(2):
                while more and self._read < self.limit + DRAIN:
                    message = await self.receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone
                    self._read += len(message.get("body", b""))
                    more = message.get("more_body", False)
        except TimeoutError:
            pass
        raise self._too_large(close=more)

    def _too_large(self, *, close: bool) -> Exception:
        headers = {"Connection": "close"} if close else {}
        return problem(413, language=self.language, headers=headers, limit=max(1, self.limit // 1024))


class ClientGone(Exception):
    """The client hung up before its request was whole; nobody waits for an answer."""


def _not_json(name: str) -> NoReturn:
    raise ValueError(name)
