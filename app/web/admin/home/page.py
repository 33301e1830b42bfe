"""The panel's first page: what is still missing until the shop answers by itself, each step with its way out; then the day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from starlette.responses import RedirectResponse, Response

from app.assistant import service as assistant
from app.catalog import service as catalog
from app.chat import service as chat
from app.core import jobs
from app.knowledge import service as knowledge
from app.web.admin.frame import NAV, fragment, panel_page
from app.web.admin.home.day import today
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

ENOUGH_QUESTIONS = 10
MOST_STUCK = 200  # messages looked through for the channel they were to leave by
MESSENGERS = ("whatsapp", "twilio", "telegram", "messenger")

State = Literal["done", "now", "todo", "bad"]


@dataclass
class Step:
    """One step of the checklist. `facts` are what is known about it; the page says them in words."""

    name: str
    done: bool
    facts: dict[str, Any] = field(default_factory=dict)
    bad: bool = False
    state: State = "todo"


@dataclass(frozen=True)
class Health:
    """How a channel is: on, and how many answers did not leave by it."""

    kind: str
    on: bool
    unsent: int = 0


@dataclass(frozen=True)
class _Counts:
    products: int
    on_sale: int
    questions: int
    tried: bool
    channels: tuple[str, ...]  # somebody has written on
    stuck: Counter[str]  # answers that did not leave, by channel


async def show(call: Call) -> Response:
    """`GET /admin`."""
    counts = await call.house.db.read(_counts)
    steps = _steps(call, counts)
    needed = steps["ready"] or bool(counts.channels)
    values = {
        **steps,
        "alone": False,
        "day": await today(call) if needed else None,
        "currency": call.house.currency(),
        "health": health(call, counts),
        "knows": counts.questions + counts.products,
    }
    return await panel_page(call, "admin/home/page.html", values, active="home")


async def steps(call: Call) -> Response:
    """`GET /admin/steps`: the checklist as it stands now, with the step `open` as the browser has it."""
    counts = await call.house.db.read(_counts)
    opened = call.request.query_params.get("open", "")
    return fragment(call, "admin/home/steps.html", {**_steps(call, counts, opened), "alone": True})


async def nothing(call: Call) -> Response:
    """Any other page of the panel."""
    if call.request.method == "GET" and not call.request.path_params["rest"]:
        return RedirectResponse("/admin", 303)
    return await panel_page(call, "admin/nothing.html", {}, status=404)


def checklist(call: Call, counts: _Counts) -> list[Step]:
    """The six steps; the first that is not done is the one to do now."""
    settings, problem = call.settings, call.house.settings.problem
    business = settings.business
    steps = [
        Step("keys", (call.house.home / ".env").is_file(), {"model": settings.ai.mode, "mode_ok": _mode_works(call)}),
        Step(
            "business",
            bool(business.name and business.address and business.hours) and not problem,
            {"name": business.name, "zone": business.timezone, "problem": problem or ""},
            bad=bool(problem),
        ),
        Step("menu", counts.on_sale > 0, {"products": counts.products, "on_sale": counts.on_sale}),
        Step("questions", counts.questions >= ENOUGH_QUESTIONS, {"questions": counts.questions, "list": _usual(call)}),
        Step("try", counts.tried),
        Step("channel", bool(_reachable(call, counts))),
    ]
    waiting = next((step for step in steps if not step.done), None)
    for step in steps:
        step.state = "bad" if step.bad else "done" if step.done else "now" if step is waiting else "todo"
    return steps


def health(call: Call, counts: _Counts) -> list[Health]:
    """The web chat, and each other channel that is on and has somebody to carry its answers."""
    kinds = [kind for kind in MESSENGERS if call.house.channels.get(kind) and call.settings.channel_is_on(kind)]
    broken = [kind for kind in counts.stuck if kind not in kinds]
    web = Health("web", call.settings.channel_is_on("web"))
    return [web, *(Health(kind, True, counts.stuck[kind]) for kind in kinds),
            *(Health(kind, False, counts.stuck[kind]) for kind in broken)]  # fmt: skip


def snippet(call: Call) -> str:
    """The two lines an owner pastes in a web site."""
    slug = call.settings.business.slug or call.settings.business.name
    quoted = slug.replace("&", "&amp;").replace('"', "&quot;")
    return f'<div id="ai-bot" data-business="{quoted}"></div>\n<script src="{call.base_url}/widget.js" defer></script>'


def _steps(call: Call, counts: _Counts, open_: str = "") -> dict[str, Any]:
    found = checklist(call, counts)
    done = sum(step.done for step in found)
    opened = open_ or next((step.name for step in found if step.state in ("now", "bad")), "")
    return {"steps": found, "done": done, "ready": done == len(found), "opened": opened, "snippet": snippet(call),
            "pages": {link.name: link.path for _, links in NAV for link in links}}  # fmt: skip


def _reachable(call: Call, counts: _Counts) -> list[str]:
    """The channels by which customers come: they have, or they can (the chat is allowed on a site, a messenger is on)."""
    settings = call.settings
    able = [kind for kind in MESSENGERS if call.house.channels.get(kind) and settings.channel_is_on(kind)]
    return [*able, *counts.channels, *(["web"] if settings.channels.web.allowed_sites else [])]


def _usual(call: Call) -> list[tuple[str, bool]]:
    """What nearly every shop is asked, and whether the shop's own data answer it."""
    settings = call.settings
    business, delivery, payments = settings.business, settings.delivery, settings.payments
    return [
        ("hours", bool(business.hours)),
        ("where", bool(business.address)),
        ("delivery", not delivery.enabled or bool(delivery.zones)),
        ("pay", bool(payments.cash.enabled or payments.transfer.enabled or payments.methods)),
        ("wait", bool(business.waiting)),
    ]


def _mode_works(call: Call) -> bool:
    settings, env = call.settings, call.settings.env
    if settings.ai.mode != "api_llm":
        return True
    return bool(env.openai_api_key or env.groq_api_key or env.gemini_api_key)


def _counts(conn: Connection) -> _Counts:
    products, on_sale = catalog.count_products(conn)
    channels = chat.channels_seen(conn)
    return _Counts(
        products=products,
        on_sale=on_sale,
        questions=knowledge.count_faqs(conn),
        tried=bool(channels) or assistant.was_tried(conn),
        channels=tuple(channel for channel in channels if channel != "console"),
        stuck=Counter(one.lane.split(":")[1] for one in jobs.stuck(conn, "deliver", MOST_STUCK)),
    )
