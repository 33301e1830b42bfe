"""The table of routes: every address there is and who may call it. The application is built from nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route

from app.web import health, public, webhooks
from app.web.admin import agent, api, door, home, knowledge, live, playground
from app.web.callers import Callers
from app.web.chat import api as chat
from app.web.chat import events, uploads
from app.web.gate import Gate
from app.web.table import Body, Row, Who

ANY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE")

ROWS: tuple[Row, ...] = (
    # The web chat.
    Row("POST", "/api/chat/messages", chat.send_message, Who.VISITOR, Body.JSON),
    Row("GET", "/api/chat/messages", chat.list_messages, Who.VISITOR),
    Row("POST", "/api/chat/sessions", chat.open_session, Who.ANYONE, Body.JSON),
    Row("DELETE", "/api/chat/sessions", chat.forget_session, Who.VISITOR),
    Row("GET", "/api/chat/events", events.stream, Who.VISITOR),
    Row("POST", "/api/chat/attachments", uploads.upload, Who.VISITOR, Body.UPLOAD),
    Row("POST", "/api/chat/feedback", chat.give_feedback, Who.VISITOR, Body.JSON),
    # Platforms.
    Row("GET", "/webhook/{channel}", webhooks.shake_hands, Who.PROVIDER),
    Row("POST", "/webhook/{channel}", webhooks.receive, Who.PROVIDER, Body.RAW),
    # For anybody.
    Row("GET", "/healthz", health.alive, Who.ANYONE),
    Row("GET", "/readyz", health.ready, Who.ANYONE),
    Row("GET", "/metrics", health.metrics, Who.METRICS),
    Row("GET", "/", public.root, Who.ANYONE),
    Row("GET", "/demo", public.demo, Who.ANYONE),
    Row("GET", "/widget.js", public.script, Who.ANYONE),
    Row("GET", "/widget", public.frame, Who.ANYONE),
    Row("GET", "/widget/{path:path}", public.widget_file, Who.ANYONE),
    Row("GET", "/static/{path:path}", public.static_file, Who.ANYONE),
    # The panel's door.
    Row("GET", "/admin/login", door.show_login, Who.ANYONE),
    Row("POST", "/admin/login", door.login, Who.ANYONE, Body.FORM),
    Row("GET", "/admin/setup", door.show_setup, Who.ANYONE),
    Row("POST", "/admin/setup", door.setup, Who.ANYONE, Body.FORM),
    Row("POST", "/admin/logout", door.logout, Who.STAFF, Body.FORM),
    # The panel: its frame, and the first page.
    Row("GET", "/admin/live", live.stream, Who.STAFF),
    Row("POST", "/admin/agent", agent.switch, Who.STAFF, Body.FORM),
    Row("GET", "/admin", home.show, Who.STAFF),
    # The panel: conversations.
    # The panel: orders.
    # The panel: menu.
    # The panel: knowledge.
    Row("GET", "/admin/knowledge", knowledge.show, Who.STAFF),
    Row("GET", "/admin/knowledge/export", knowledge.export, Who.STAFF),
    Row("POST", "/admin/knowledge/files", knowledge.upload, Who.STAFF, Body.UPLOAD),
    Row("GET", "/admin/knowledge/faqs/new", knowledge.new, Who.STAFF),
    Row("POST", "/admin/knowledge/faqs", knowledge.add, Who.STAFF, Body.FORM),
    Row("GET", "/admin/knowledge/faqs/{id}", knowledge.edit, Who.STAFF),
    Row("POST", "/admin/knowledge/faqs/{id}", knowledge.save, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/faqs/{id}/switch", knowledge.switch, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/faqs/{id}/delete", knowledge.delete, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/faqs/{id}/restore", knowledge.restore, Who.STAFF, Body.FORM),
    # The panel: flows and answers.
    # The panel: playground.
    Row("GET", "/admin/playground", playground.show, Who.STAFF),
    Row("POST", "/admin/playground", playground.ask, Who.STAFF, Body.FORM),
    Row("POST", "/admin/playground/reset", playground.reset, Who.STAFF, Body.FORM),
    # The panel: channels.
    # The panel: analytics.
    # The panel: settings.
    # Programs of the shop.
    Row("GET", "/admin/api/conversations", api.list_conversations, Who.STAFF),
    Row("POST", "/admin/api/conversations/{id}/take", api.take, Who.STAFF),
    Row("POST", "/admin/api/conversations/{id}/return", api.give_back, Who.STAFF),
    Row("POST", "/admin/api/conversations/{id}/messages", api.write, Who.STAFF, Body.JSON),
    Row("GET", "/admin/api/orders", api.list_orders, Who.STAFF),
    Row("POST", "/admin/api/orders/{id}/status", api.move_order, Who.STAFF, Body.JSON),
    Row("GET", "/admin/api/products", api.list_products, Who.STAFF),
    # Whatever else is asked for behind the door is told so only to those who are inside.
    *(Row(method, "/admin/api/{rest:path}", api.nothing, Who.STAFF) for method in ANY_METHOD),
    *(Row(method, "/admin/{rest:path}", home.nothing, Who.STAFF) for method in ANY_METHOD),
)


def build_routes(rows: Sequence[Row], callers: Callers) -> list[BaseRoute]:
    """One route a path, its gate deciding by method."""
    by_path: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_path.setdefault(row.path, {})[row.method] = row
    return [Route(path, Gate(methods, callers)) for path, methods in by_path.items()]
