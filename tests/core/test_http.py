"""The outbound door: TRUST S-05 and rule 9."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.errors import DeliveryError
from app.core.http import OPENS_AFTER, Integration, Outbound, is_public

URLS = json.loads((Path(__file__).parents[1] / "attacks" / "payloads" / "ssrf_urls.json").read_text(encoding="utf-8"))


def addresses(entries: object) -> list[str]:
    """Every url of the list, whatever its shape."""
    if isinstance(entries, str):
        return [entries]
    inner = entries.values() if isinstance(entries, dict) else entries if isinstance(entries, list) else []
    return [url for entry in inner for url in addresses(entry)]


class Sockets:
    """A resolver that notes whom it was asked for and says where they live."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.get(host, [])


@pytest.mark.parametrize("url", addresses(URLS))
async def test_an_address_somebody_sent_opens_no_socket_to_a_private_place(url: str) -> None:
    anything = Integration(
        "files", tuple({url.split("/")[2].split("@")[-1].split(":")[0].lower()} if "//" in url else ())
    )
    resolver = Sockets({})
    door = Outbound(_private_or_nothing(resolver))
    with pytest.raises(DeliveryError):
        await door.request(anything, "GET", url)


def _private_or_nothing(resolver: Sockets):  # type: ignore[no-untyped-def]
    async def resolve(host: str, port: int) -> list[str]:
        await resolver(host, port)
        return ["127.0.0.1"]  # whatever a hostile name server would answer

    return resolve


async def test_a_name_that_also_points_inside_is_refused() -> None:
    door = Outbound(Sockets({"cdn.example.com": ["93.184.216.34", "10.0.0.8"]}))
    with pytest.raises(DeliveryError, match="private network") as refused:
        await door.request(Integration("media", ("*.example.com",)), "GET", "https://cdn.example.com/x")
    assert refused.value.permanent


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x",
        "https://example.com.evil.test/",
        "https://user@example.com/",
        "ftp://example.com/",
        "http://example.com/",
    ],
)
async def test_only_the_integrations_own_hosts_by_https_are_asked_for(url: str) -> None:
    resolver = Sockets({"example.com": ["93.184.216.34"]})
    with pytest.raises(DeliveryError) as refused:
        await Outbound(resolver).request(Integration("provider", ("example.com",)), "GET", url)
    assert refused.value.permanent
    assert resolver.asked == []


async def test_the_operators_own_address_may_be_http_on_this_machine_and_redirects_are_not_followed(
    loopback_server: tuple[str, list[str]],
) -> None:
    base, asked = loopback_server
    door = Outbound()
    integration = Integration("telegram", ("127.0.0.1",), operator=True)
    answer = await door.request(integration, "POST", f"{base}/redirect", json={"a": 1})
    assert (answer.status, asked) == (302, ["POST /redirect"])
    await door.close()


async def test_an_answer_larger_than_allowed_is_cut_off(
    loopback_server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.http.MOST_BYTES", 1000)
    door = Outbound()
    with pytest.raises(DeliveryError, match="larger"):
        await door.request(Integration("t", ("127.0.0.1",), operator=True), "GET", f"{loopback_server[0]}/big")
    await door.close()


async def test_a_provider_that_keeps_failing_is_left_alone_for_a_while() -> None:
    door = Outbound()
    down = Integration("down", ("127.0.0.1",), operator=True)
    for _ in range(OPENS_AFTER):
        with pytest.raises(DeliveryError, match="could not connect"):
            await door.request(down, "GET", "http://127.0.0.1:9/")
    with pytest.raises(DeliveryError, match="not answering") as resting:
        await door.request(down, "GET", "http://127.0.0.1:9/")
    assert resting.value.retry_after
    await door.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("0.0.0.0", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:93.184.216.34", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("224.0.0.1", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
