"""A shop in its own process, shop pages on other sites, and a browser that tells on whatever should not happen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect, sync_playwright

from app.settings import edit
from app.wiring import prepare_home
from tests.e2e.chat import Chat
from tests.parts import know

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PASSWORD = "clave-de-prueba-123"
OWNER = ("owner", PASSWORD)
PROGRAM = httpx.Client(verify=False)  # loading certificates for loopback http costs more than the request
START_SECONDS = 40
PATIENCE_MS = 10_000
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => telltale(`${name}() was called`);
addEventListener('securitypolicyviolation', (event) => telltale(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
"""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Server:
    """The running shop: its address, and the sites in its `allowed_sites` and outside it."""

    url: str
    allowed: Site
    stranger: Site
    home: Path

    def write_as_person(self, conversation_id: str, text: str) -> None:
        """What somebody of the shop writes from the panel."""
        address = f"{self.url}/admin/api/conversations/{conversation_id}/messages"
        answer = PROGRAM.post(address, json={"text": text}, auth=OWNER)
        assert answer.status_code == 201, answer.text

    def messages(self, token: str) -> list[dict[str, Any]]:
        """The conversation as the server keeps it."""
        answer = PROGRAM.get(f"{self.url}/api/chat/messages", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])


class Site:
    """Another web site: pages by their path, each with its own headers."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {"/favicon.ico": ("", {})}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, headers = pages.get(self.path, ("<!doctype html><title>nada</title>", {}))
                self.send_response(200 if self.path in pages else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"  # another host name than the shop's 127.0.0.1
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, path: str, body: str, headers: dict[str, str] | None = None) -> str:
        """Publishes a page; its address."""
        page = '<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Otra tienda</title>'
        page += f'<meta name="viewport" content="width=device-width,initial-scale=1"></head><body>{body}</body></html>'
        self.pages[path] = (page, headers or {})
        return self.url + path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One shop for the whole session, for tests that change nothing others look at."""
    with served(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@contextmanager
def served(home: Path, **environment: str) -> Iterator[Server]:
    """The sample shop served by `python -m app serve`, without limits, open to one other site."""
    prepare_home(home)
    know(home)
    allowed, stranger = Site(), Site()
    unlimited = {f"limits.{name}": 0 for name in ("customer_per_minute", "channel_per_minute", "new_chats_per_hour")}
    edit(home / "config.yaml", {"channels.web.allowed_sites": [allowed.url], "limits.upload_mb": 2, **unlimited})
    log = (home / "server.log").open("w+")
    command = [sys.executable, "-m", "app", "--home", str(home), "serve", "--port", "0"]
    environ = {**os.environ, "ADMIN_PASSWORD": PASSWORD, **environment}
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield Server(_address(process, home / "server.log"), allowed, stranger, home)
    finally:
        process.terminate()
        process.wait(15)
        log.close()
        for site in (allowed, stranger):
            site.server.shutdown()
            site.server.server_close()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where the server says it listens, once it answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)", log.read_text("utf-8")):
            url = f"http://127.0.0.1:{found[1]}"
            assert httpx.get(f"{url}/healthz").status_code == 200
            return url
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def chromium() -> str:
    """The program: CHROMIUM, or the first one found on the machine."""
    named = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
    found = os.environ.get("CHROMIUM") or next(filter(None, named), None)
    assert found, "no Chromium on this machine: install it, or name it in CHROMIUM"
    return found


@dataclass
class Watch:
    """What went wrong in a test's pages. `expect` takes patterns a test brings about on purpose."""

    sites: set[str]
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *patterns: str) -> None:
        self.expected += patterns

    def tell(self, what: str) -> None:
        self.wrong.append(what)

    def attach(self, context: BrowserContext) -> None:
        context.expose_binding("telltale", lambda _source, what: self.tell(what))
        context.add_init_script(WATCH)
        context.on("page", self._attach_page)
        context.on("request", lambda request: self._check(request.url))
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.tell(f"page error: {error.error}"))

    def verdict(self) -> list[str]:
        return [what for what in self.wrong if not any(re.search(pattern, what) for pattern in self.expected)]

    def _attach_page(self, page: Page) -> None:
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        self.tell(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.tell(f"console: {message.text}")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" not in self.sites:
            self.tell(f"external request: {url}")


@pytest.fixture
def watch(server: Server) -> Iterator[Watch]:
    """Fails the test for any console error, CSP report, script that ran, or request to another site."""
    watcher = Watch({server.url, server.allowed.url, server.stranger.url})
    yield watcher
    assert watcher.verdict() == []


Context = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, watch: Watch) -> Iterator[Context]:
    """Makes watched browser contexts: `new_context(viewport=PHONE, color_scheme="dark")`."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "es-NI", "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Context) -> Page:
    """A desktop page."""
    return new_context().new_page()


@pytest.fixture
def chat(page: Page, server: Server) -> Chat:
    """The demo page with the chat open."""
    page.goto(f"{server.url}/demo")
    return Chat(page).open()
