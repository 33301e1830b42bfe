"""The panel's first page: what is still missing until the shop answers by itself, each step with its way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from starlette.responses import RedirectResponse, Response

from app.assistant import service as assistant
from app.catalog import service as catalog
from app.chat import service as chat
from app.knowledge import service as knowledge
from app.web.admin.day import today
from app.web.admin.frame import panel_page
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

ENOUGH_QUESTIONS = 10

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
class _Counts:
    products: int
    on_sale: int
    questions: int
    chats: bool


async def show(call: Call) -> Response:
    """`GET /admin`."""
    counts = await call.house.db.read(_counts)
    steps = checklist(call, counts)
    done = sum(step.done for step in steps)
    ready = done == len(steps)
    values = {
        "day": await today(call) if ready else None,
        "currency": call.house.currency(),
        "steps": steps,
        "done": done,
        "percent": round(100 * done / len(steps)),
        "counts": counts,
        "ready": ready,
        "status": _status(call, counts),
        "snippet": snippet(call),
    }
    return await panel_page(call, "admin/home/page.html", values, active="home")


async def nothing(call: Call) -> Response:
    """Any other page of the panel."""
    if call.request.method == "GET" and not call.request.path_params["rest"]:
        return RedirectResponse("/admin", 303)
    return await panel_page(call, "admin/nothing.html", {}, status=404)


def checklist(call: Call, counts: _Counts) -> list[Step]:
    """The five steps; the first that is not done is the one to do now."""
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
        Step("try", counts.chats, {}),
    ]
    waiting = next((step for step in steps if not step.done), None)
    for step in steps:
        step.state = "bad" if step.bad else "done" if step.done else "now" if step is waiting else "todo"
    return steps


def snippet(call: Call) -> str:
    """The two lines an owner pastes in a web site."""
    slug = call.settings.business.slug or call.settings.business.name
    quoted = slug.replace("&", "&amp;").replace('"', "&quot;")
    return f'<div id="ai-bot" data-business="{quoted}"></div>\n<script src="{call.base_url}/widget.js" defer></script>'


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


def _status(call: Call, counts: _Counts) -> list[tuple[str, str, str]]:
    """Each part of the shop: name, state (`ok`, `warn`, `off`, or a number to show), and what to say."""
    settings = call.settings
    return [
        ("mode_a", "ok", ""),
        ("mode_b", "ok" if settings.ai.mode != "rag_only" and _mode_works(call) else "off", ""),
        ("knows", "number", str(counts.questions + counts.products)),
        ("web", "off" if settings.channels.web.enabled is False else "ok", ""),
    ]


def _mode_works(call: Call) -> bool:
    settings, env = call.settings, call.settings.env
    if settings.ai.mode != "api_llm":
        return True
    return bool(env.openai_api_key or env.groq_api_key or env.gemini_api_key)


def _counts(conn: Connection) -> _Counts:
    products = catalog.all_products(conn)
    return _Counts(
        products=len(products),
        on_sale=sum(product.available for product in products),
        questions=len(knowledge.all_faqs(conn)),
        chats=assistant.was_tried(conn) or bool(chat.list_conversations(conn, limit=1)),
    )
