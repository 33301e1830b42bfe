"""Who may call from a browser, and what every answer carries."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app.settings import edit
from app.web.address import client_address, is_own_origin
from app.web.shell import dress
from app.wiring import House

from .conftest import Customer, Panel, client_of


@pytest.mark.parametrize("origin", ["https://otra.test", "http://tienda.test.otra.test", "null", "http://tienda.test:81",
                                    "file://", "javascript:1", "http://", "http://[", "//tienda.test", "tienda.test"])  # fmt: skip
async def test_a_browser_from_another_site_is_refused_everywhere_in_the_api(
    carla: Customer, ana: Panel, origin: str
) -> None:
    headers = {**carla.headers, "Origin": origin}
    for method, path in [("POST", "/api/chat/sessions"), ("POST", "/api/chat/messages"), ("GET", "/api/chat/messages"),
                         ("DELETE", "/api/chat/sessions"), ("GET", "/api/chat/events")]:  # fmt: skip
        response = await carla.http.request(method, path, json={"text": "hola"}, headers=headers)
        assert (response.status_code, response.headers["content-type"]) == (403, "application/problem+json")
        assert not [name for name in response.headers if name.startswith("access-control")]
    assert len((await carla.history())["messages"]) == 1
    assert (await ana.http.get("/admin/api/conversations", headers={"Origin": origin})).status_code == 403


async def test_this_servers_own_pages_and_programs_without_origin_are_served(carla: Customer) -> None:
    own = {**carla.headers, "Origin": "http://tienda.test"}
    for headers in (own, {**own, "Sec-Fetch-Site": "same-origin"}, carla.headers):
        response = await carla.http.post("/api/chat/messages", json={"text": "hola"}, headers=headers)
        assert response.status_code == 200
        assert "access-control-allow-origin" not in response.headers


async def test_fetch_metadata_of_another_site_is_refused_where_things_change(carla: Customer, ana: Panel) -> None:
    for site in ("cross-site", "same-site"):
        headers = {**carla.headers, "Sec-Fetch-Site": site}
        response = await carla.http.post("/api/chat/messages", json={"text": "hola"}, headers=headers)
        assert response.status_code == 403
        assert (
            await ana.post("/admin/playground", data={"text": "a"}, headers={"Sec-Fetch-Site": site})
        ).status_code == 403
        assert (await ana.http.get("/admin", headers={"Sec-Fetch-Site": site})).status_code == 200


def request_of(headers: dict[str, str], client: tuple[str, int] | None = ("203.0.113.5", 1234)) -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {"type": "http", "headers": raw, "client": client, "scheme": "http", "path": "/", "query_string": b""}
    )


@pytest.mark.parametrize(
    ("origin", "host", "public_url", "own"),
    [
        ("http://localhost:8000", "localhost:8000", "", True), ("http://localhost:8000", "localhost:8001", "", False),
        ("https://tienda.com", "tienda.com", "https://tienda.com", True),
        ("https://tienda.com", "10.0.0.3:8000", "https://tienda.com", True),
        ("https://tienda.com:443", "x", "https://tienda.com/", True), ("http://tienda.com", "x", "https://tienda.com", False),
        ("http://TIENDA.com", "tienda.com", "", True), ("http://[::1]:8000", "[::1]:8000", "", True),
    ],
)  # fmt: skip
def test_own_origin_is_the_host_it_was_called_by_or_public_url(
    origin: str, host: str, public_url: str, own: bool
) -> None:
    assert is_own_origin(origin, request_of({"host": host}), public_url) is own


@pytest.mark.parametrize(
    ("client", "forwarded", "public_url", "address"),
    [
        (("203.0.113.5", 99), "", "", "203.0.113.5"),
        (("203.0.113.5", 99), "1.2.3.4", "", "203.0.113.5"),
        (("203.0.113.5", 99), "1.2.3.4", "https://tienda.com", "203.0.113.5"),
        (("127.0.0.1", 99), "1.2.3.4", "", "127.0.0.1"),
        (("127.0.0.1", 99), "1.2.3.4", "http://127.0.0.1:8000", "127.0.0.1"),
        (("127.0.0.1", 99), "9.9.9.9, 1.2.3.4", "https://tienda.com", "1.2.3.4"),
        (("10.0.0.2", 99), "nada", "https://tienda.com", "10.0.0.2"),
        (("10.0.0.2", 99), "::ffff:1.2.3.4", "https://tienda.com", "1.2.3.4"),
        (("1.2.3.4", 0), "1.2.3.4", "", "local"),
        (("1.2.3.4", 0), "9.9.9.9, 1.2.3.4", "https://tienda.com", "1.2.3.4"),
        (None, "", "", "local"),
    ],
)  # fmt: skip
def test_a_visitors_address_cannot_be_invented(
    client: tuple[str, int] | None, forwarded: str, public_url: str, address: str
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(request_of(headers, client), public_url) == address


async def test_every_answer_carries_the_security_headers(http: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/demo", "/widget", "/widget.js", "/admin/login", "/api/nada", "/nada", "/static/app.css"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "strict-transport-security" not in headers
        framed = path == "/widget"
        assert ("frame-ancestors 'none'" in policy) is not framed, path
        assert ("x-frame-options" in headers) is not framed
        assert headers["cross-origin-resource-policy"] == ("cross-origin" if path == "/widget.js" else "same-origin")


async def test_only_the_listed_sites_may_frame_the_widget(http: httpx.AsyncClient, house: House) -> None:
    policy = (await http.get("/widget")).headers["content-security-policy"]
    assert policy.rstrip("; ").endswith("frame-ancestors 'self'")
    path = house.home / "config.yaml"
    edit(path, {"channels.web.allowed_sites": ["https://mitiendita.com", "https://otra.com:8443"]})
    assert house.settings.reload_if_changed(), house.settings.problem
    policy = (await http.get("/widget")).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://mitiendita.com https://otra.com:8443")
    assert "'none'" in (await http.get("/demo")).headers["content-security-policy"].split("frame-ancestors")[1]


async def test_over_https_browsers_are_told_to_stay_there(app: FastAPI) -> None:
    async with client_of(app, base_url="https://tienda.test") as client:
        assert "max-age" in (await client.get("/healthz")).headers["strict-transport-security"]


def test_an_answers_own_headers_win() -> None:
    dressed = dict(dress([(b"content-security-policy", b"frame-ancestors 'self'")], secure=False))
    assert dressed[b"content-security-policy"] == b"frame-ancestors 'self'"
    assert b"x-frame-options" not in dressed


async def test_pages_have_no_inline_script_or_style(http: httpx.AsyncClient, ana: Panel) -> None:
    pages = [await http.get(path) for path in ("/demo", "/widget", "/admin/login", "/nada")]
    pages += [await ana.http.get(path) for path in ("/admin", "/admin/playground", "/admin/nada")]
    for page in pages:
        assert " style=" not in page.text, page.url
        assert "<style" not in page.text
        assert " onclick=" not in page.text
        assert "<script>" not in page.text
        assert "cdn" not in page.text


async def test_text_is_compressed_for_those_who_read_it(http: httpx.AsyncClient) -> None:
    for path in ("/static/app.css", "/widget.js", "/admin/login", "/demo"):
        packed = await http.get(path, headers={"Accept-Encoding": "gzip"})
        plain = await http.get(path, headers={"Accept-Encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in (await http.get("/healthz", headers={"Accept-Encoding": "gzip"})).headers


async def test_static_files_are_kept_for_ever_by_their_version_only(http: httpx.AsyncClient) -> None:
    import re

    page = (await http.get("/admin/login")).text
    link = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{16})"', page)
    assert link
    named = await http.get(link[1])
    assert "immutable" in named.headers["cache-control"]
    assert "immutable" not in (await http.get("/static/app.css")).headers["cache-control"]
    assert "immutable" not in (await http.get("/static/app.css?v=otra")).headers["cache-control"]
    again = await http.get(link[1], headers={"If-None-Match": named.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("host", ["a/?x=", "x/docs?", "[", "a b", "@evil.test", "<script>", "", "a:b:c", "evil.test"])
async def test_a_strange_host_breaks_nothing_and_leads_nowhere(http: httpx.AsyncClient, host: str) -> None:
    for path in ("/demo", "/admin", "/api/chat/messages", "/nada", "/"):
        response = await http.get(path, headers={"Host": host})
        assert response.status_code < 500, (path, response.text)
        assert response.headers.get("location", "/").startswith("/")
        assert "<script>/" not in response.text
