"""What the panel weighs and how soon it is seen on a cheap phone: 1.6 Mbit/s, 150 ms there and back, a processor four times slower."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter, process_time

import pytest
from playwright.sync_api import Page

from tests.e2e.at_work import PAGES, AtWork, at_work
from tests.e2e.conftest import DESKTOP, PHONE, Context, Server, served
from tests.e2e.panel import entered

FIRST_BYTES, LATER_BYTES = 55 * 1024, 10 * 1024
LANDING = "inicio"  # where a first visit goes; what the other pages add (a menu's drawings) comes once as well
COLD_MS, WARM_MS = 2_000, 800
TRIES = 6  # more
SPIN_SECONDS = 0.1
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
PAINTED = """
window.painted = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.painted = one.startTime; })
  .observe({ type: 'largest-contentful-paint', buffered: true });
"""
SEEN = """new Promise((done) => {
  const look = () => window.painted ? done(window.painted) : requestAnimationFrame(look);
  look();
})"""
BLOCKING = """performance.getEntriesByType('resource')
  .filter((one) => one.initiatorType === 'script' && one.renderBlockingStatus === 'blocking').map((one) => one.name)"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop in the middle of its day."""
    with served(tmp_path_factory.mktemp("weighed_shop")) as shop:
        yield shop


@pytest.fixture(scope="module")
def things(server: Server) -> AtWork:
    return at_work(server)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_light_and_soon_seen_on_a_cheap_phone(
    new_context: Context, server: Server, things: AtWork, name: str
) -> None:
    address = server.url + PAGES[name].format(conversation=things.conversation, order=things.order)
    page, carried = slow_phone(new_context, server)
    first = painted(page, address)
    assert page.evaluate(BLOCKING) == []
    if name == LANDING:
        assert sum(carried.values()) <= FIRST_BYTES
    before = set(carried)
    later = painted(page, address)
    assert 0 < sum(weight for request, weight in carried.items() if request not in before) <= LATER_BYTES
    assert first <= COLD_MS or is_in_time(COLD_MS, lambda: painted(slow_phone(new_context, server)[0], address))
    assert later <= WARM_MS or is_in_time(WARM_MS, lambda: painted(page, address))


@pytest.mark.parametrize(
    ("name", "seen", "to_come"),
    [
        ("login", ".in-door > .row", ".in-door > form"),
        ("menu", ".menu th:nth-child(4)", ".menu tbody tr"),
        ("pedidos-lista", ".ords th:nth-child(4)", ".ords tbody tr"),
        ("analitica", ".stat", ".stat:not(:first-child)"),
    ],
)
def test_what_has_come_of_a_page_stands_where_it_will_stand_when_the_rest_comes(
    new_context: Context, server: Server, things: AtWork, name: str, seen: str, to_come: str
) -> None:
    """A slow network brings a page in pieces: without its rest, the first piece is where it is with it."""
    context = new_context(viewport=DESKTOP)
    if name != "login":
        context.add_cookies(entered(server))
    page = context.new_page()
    page.goto(server.url + PAGES.get(name, "/admin/login").format(conversation=things.conversation, order=things.order))
    with_it = page.locator(seen).first.bounding_box()
    assert page.locator(to_come).count()
    page.locator(to_come).evaluate_all("(all) => all.forEach((one) => one.remove())")
    assert page.locator(seen).first.bounding_box() == with_it


def is_in_time(most: float, again: Callable[[], float]) -> bool:
    """A machine at work on other tests is late now and then; what is slow by itself is slow each time."""
    return any(again() <= most * lateness() for _ in range(TRIES))


def lateness() -> float:
    """How many times longer something takes here now than it would with a processor for itself: 1 on a quiet machine."""
    began, spent = perf_counter(), process_time()
    while process_time() - spent < SPIN_SECONDS:
        pass
    return max(1.0, (perf_counter() - began) / SPIN_SECONDS)


def painted(page: Page, address: str) -> float:
    """Milliseconds until the largest thing of the page was seen."""
    page.goto(address)
    return float(page.evaluate(SEEN))


def slow_phone(new_context: Context, server: Server) -> tuple[Page, dict[str, int]]:
    """A page on a cheap phone, and what each finished answer weighs on the wire, headers included, by its request's id."""
    context = new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    context.add_cookies(entered(server))
    context.add_init_script(PAINTED)
    page = context.new_page()
    carried: dict[str, int] = {}
    devtools = context.new_cdp_session(page)
    devtools.on("Network.requestWillBeSent", lambda sent: carried.setdefault(sent["requestId"], 0))
    devtools.on("Network.loadingFinished", lambda got: carried.update({got["requestId"]: got["encodedDataLength"]}))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page, carried
