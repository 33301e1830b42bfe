"""OpenAI's and Ollama's embeddings over real HTTP on this machine, holding callers to their published contracts."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

CONTRACTS = json.loads((Path(__file__).parent / "contracts" / "embeddings.json").read_text(encoding="utf-8"))
KEY = "sk-prueba-de-tendero"
WIDTH = 8
MOST_AT_ONCE = 2048  # OpenAI's


def vector_of(text: str, width: int = WIDTH) -> list[float]:
    """The same numbers for the same text, of no particular length."""
    return [byte - 127.5 for byte in blake2b(text.encode(), digest_size=width).digest()]


class EmbeddingService:
    """What it was asked, and how it shall behave: `refusals` are sent first; `answer` is given instead of the right one."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refusals: list[tuple[int, dict[str, str], bytes]] = []
        self.answer: bytes | None = None
        self.seconds = 0.0
        self.width = WIDTH
        self.open_connections = 0
        self.url = ""

    @property
    def texts(self) -> list[str]:
        """Every text it was asked for, in order."""
        return [text for body in self.asked for text in body["input"]]

    def respond(self, path: str, headers: Any, body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        kind = {"/v1/embeddings": "openai", "/api/embed": "ollama"}.get(path)
        if kind is None:
            return 404, {}, b'{"error": "no such path"}'
        wrong = [error.message for error in Draft202012Validator(CONTRACTS[kind]["request"]).iter_errors(body)]
        if wrong or not all(body["input"]) or len(body["input"]) > MOST_AT_ONCE:
            return 400, {}, json.dumps({"error": {"message": f"bad request: {wrong}"}}).encode()
        if kind == "openai" and headers.get("Authorization") != f"Bearer {KEY}":
            said = f"Incorrect API key provided: {headers.get('Authorization', '').removeprefix('Bearer ')}"
            return 401, {}, json.dumps({"error": {"message": said}}).encode()
        self.asked.append(body)
        time.sleep(self.seconds)
        if self.refusals:
            return self.refusals.pop(0)
        answer = self._openai(body) if kind == "openai" else self._ollama(body)
        Draft202012Validator(CONTRACTS[kind]["response"]).validate(answer)
        return 200, {}, self.answer if self.answer is not None else json.dumps(answer).encode()

    def _openai(self, body: dict[str, Any]) -> dict[str, Any]:
        data = [
            {"object": "embedding", "index": at, "embedding": vector_of(text, self.width)}
            for at, text in enumerate(body["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return {"object": "list", "model": body["model"], "data": data[::-1], "usage": usage}  # in no order of its own

    def _ollama(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"model": body["model"], "embeddings": [vector_of(text, self.width) for text in body["input"]]}


@contextmanager
def serving() -> Iterator[EmbeddingService]:
    """Both services at one address, until the block ends."""
    service = EmbeddingService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            service.open_connections += 1

        def finish(self) -> None:
            super().finish()
            service.open_connections -= 1

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers, answer = service.respond(self.path, self.headers, body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield service
    server.shutdown()
    server.server_close()
    thread.join()
