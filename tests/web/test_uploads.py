"""Attachments: known by their bytes, drawn anew, stored by a random name, refused with a reason (TRUST S-08)."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import httpx
import pytest
from PIL import Image

from app.web.chat.images import NotAccepted, accept
from app.wiring import House

from .conftest import Customer

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind, **options)
    return out.getvalue()


async def send(customer: Customer, data: bytes, name: str = "foto.jpg", mime: str = "image/jpeg") -> httpx.Response:
    return await customer.http.post(
        "/api/chat/attachments", files={"file": (name, data, mime)}, headers=customer.headers
    )


def stored(house: House) -> list[Path]:
    return sorted((house.home / "var" / "files").glob("*"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_taken_whatever_its_name_says_and_belongs_to_a_message(
    carla: Customer, house: House, kind: str
) -> None:
    response = await send(carla, picture(kind), name="../../x.html", mime="text/html")
    assert response.status_code == 201, response.text
    id_ = response.json()["attachment_id"]
    [file] = stored(house)
    assert file.suffix in {".jpg", ".png", ".webp"}
    assert Image.open(file).size == (40, 30)
    sent = await carla.http.post("/api/chat/messages", json={"attachment_id": id_}, headers=carla.headers)
    assert sent.status_code == 200


async def test_a_pdf_is_stored_as_it_is(carla: Customer, house: House) -> None:
    assert (await send(carla, PDF, "comprobante.pdf", "application/pdf")).status_code == 201
    assert [file.read_bytes() for file in stored(house)] == [PDF]


async def test_where_a_photo_was_taken_is_not_kept(carla: Customer, house: House) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secreto-de-carla"
    data = picture("JPEG", exif=exif, comment=b"secreto-en-comentario") + b"<script>alert(1)</script>"
    assert b"secreto-de-carla" in data
    assert (await send(carla, data)).status_code == 201
    [file] = stored(house)
    kept = file.read_bytes()
    assert b"secreto" not in kept
    assert b"<script>" not in kept


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<!doctype html><script>alert(1)</script>",
     b"GIF89a" + b"\x00" * 50, b"MZ\x90\x00", b"\xff\xd8\xff<script>", b"%PDF-1.4 cortado", b"RIFF\x00\x00\x00\x00WEBPVP8 ",
     b"<html>%PDF-1.4\n%%EOF"],
)  # fmt: skip
async def test_anything_else_is_415_with_a_reason_and_not_stored(carla: Customer, house: House, data: bytes) -> None:
    response = await send(carla, data)
    assert (response.status_code, response.headers["content-type"]) == (415, "application/problem+json")
    assert response.json()["detail"]
    assert stored(house) == []


def test_a_picture_that_unpacks_to_gigabytes_is_refused_before_it_does() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    with pytest.raises(NotAccepted) as refused:
        accept(bomb)
    assert refused.value.key == "file_large_picture"


async def test_a_file_over_the_limit_is_413(carla: Customer, house: House) -> None:
    response = await send(carla, b"\xff\xd8\xff" + b"\x00" * (10 * 1024 * 1024 + 100))
    assert response.status_code == 413
    assert stored(house) == []


@pytest.mark.parametrize(
    "content", [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhola\r\n--x--']
)
async def test_a_form_without_a_file_is_refused(carla: Customer, content: bytes) -> None:
    headers = {**carla.headers, "Content-Type": "multipart/form-data; boundary=x"}
    response = await carla.http.post("/api/chat/attachments", content=content, headers=headers)
    assert response.status_code in {400, 422}
    nothing = await carla.http.post("/api/chat/attachments", files={"otro": b"x"}, headers=carla.headers)
    assert nothing.status_code == 422
    empty = await send(carla, b"")
    assert empty.status_code == 422


async def test_a_storm_of_parts_is_refused(carla: Customer) -> None:
    many = {f"f{n}": (None, "x") for n in range(5000)}
    response = await carla.http.post("/api/chat/attachments", files=many, headers=carla.headers)
    assert response.status_code == 400
    two = [("file", ("a", b"x")), ("file", ("b", b"x"))]
    assert (await carla.http.post("/api/chat/attachments", files=two, headers=carla.headers)).status_code == 400


@pytest.mark.parametrize(
    "part",
    [b"Content-Disposition: form-data; name=\"file\"; filename=\"" + b"a" * 200_000 + b"\"", b"X: " + b"a" * 500_000,
     b"Content-Disposition: form-data; name=\"file\"; filename*=utf-8''%ff%fe", b"Content-Disposition: attachment",
     b"Content-Disposition: form-data; name=\"\xff\"; filename=\"\x00\"", b"\x00\x01\x02", b""],
)  # fmt: skip
async def test_monstrous_part_headers_never_fail_us(carla: Customer, part: bytes) -> None:
    headers = {**carla.headers, "Content-Type": "multipart/form-data; boundary=x"}
    body = b"--x\r\n" + part + b"\r\n\r\nhola\r\n--x--\r\n"
    response = await carla.http.post("/api/chat/attachments", content=body, headers=headers)
    assert 400 <= response.status_code < 500, response.text


async def test_somebody_elses_file_cannot_be_sent_as_ones_own(carla: Customer, dario: Customer) -> None:
    id_ = (await send(carla, picture("PNG"))).json()["attachment_id"]
    stolen = await dario.http.post("/api/chat/messages", json={"attachment_id": id_}, headers=dario.headers)
    assert stolen.status_code == 422


async def test_forgetting_the_conversation_deletes_its_files(carla: Customer, house: House) -> None:
    await send(carla, picture("PNG"))
    assert stored(house)
    await carla.http.delete("/api/chat/sessions", headers=carla.headers)
    assert stored(house) == []


async def test_files_of_a_forgotten_conversation_go_even_where_who_forgot_it_died_before_deleting_them(
    carla: Customer, house: House
) -> None:
    await send(carla, picture("PNG"))
    assert await house.attend.forget(carla.conversation_id) == [file.name for file in stored(house)]
    await house.worker.run_until_idle()
    assert stored(house) == []


async def test_files_are_served_nowhere_to_customers(carla: Customer, house: House) -> None:
    await send(carla, picture("PNG"))
    [file] = stored(house)
    for path in (f"/var/files/{file.name}", f"/static/{file.name}", f"/files/{file.name}", f"/widget/{file.name}"):
        assert (await carla.http.get(path)).status_code == 404
