"""The table of routes: every address there is and who may call it. The application is built from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.web import health, photos, public, webhooks
from app.web.admin import api, door
from app.web.call import Call
from app.web.callers import Callers
from app.web.chat import api as chat
from app.web.chat import events, uploads
from app.web.gate import Gate
from app.web.table import Body, Handler, Row, Who


class Later:
    """The handlers of a page of the panel, imported when it is first opened: a shop at rest does not hold them."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Handler:
        async def handler(call: Call) -> Response:
            page: Handler = getattr(import_module(self._module), name)
            return await page(call)

        handler.__module__, handler.__qualname__ = self._module, name
        return handler


agent = Later("app.web.admin.agent")
analytics = Later("app.web.admin.analytics.figures")
backups = Later("app.web.admin.settings.backups")
branches = Later("app.web.admin.settings.branches")
channels = Later("app.web.admin.channels.cards")
conversations = Later("app.web.admin.conversations.inbox")
day = Later("app.web.admin.home.day")
documents = Later("app.web.admin.knowledge.documents")
flow_answers = Later("app.web.admin.flows.answers")
flow_guided = Later("app.web.admin.flows.guided")
flow_hours = Later("app.web.admin.flows.hours")
flow_voice = Later("app.web.admin.flows.voice")
flow_zones = Later("app.web.admin.flows.zones")
history = Later("app.web.admin.settings.history")
home = Later("app.web.admin.home.page")
indexing = Later("app.web.admin.knowledge.indexing")
keys = Later("app.web.admin.settings.keys")
knowledge = Later("app.web.admin.knowledge.faqs")
limits = Later("app.web.admin.settings.limits")
leads = Later("app.web.admin.conversations.leads")
live = Later("app.web.admin.live")
logs = Later("app.web.admin.analytics.logs")
menu = Later("app.web.admin.menu.listing")
menu_files = Later("app.web.admin.menu.files")
menu_photo = Later("app.web.admin.menu.picture")
menu_prices = Later("app.web.admin.menu.prices")
menu_product = Later("app.web.admin.menu.product")
order_notes = Later("app.web.admin.orders.notes")
order_steps = Later("app.web.admin.orders.steps")
orders = Later("app.web.admin.orders.pages")
playground = Later("app.web.admin.playground.console")
playground_tests = Later("app.web.admin.playground.kept")
privacy = Later("app.web.admin.conversations.privacy")
replies = Later("app.web.admin.conversations.replies")
settings = Later("app.web.admin.settings.business")
staff = Later("app.web.admin.settings.team")
transcript = Later("app.web.admin.conversations.transcript")
unanswered = Later("app.web.admin.knowledge.unanswered")

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
    Row("GET", "/photos/{path}", photos.show, Who.ANYONE),
    # The panel's door.
    Row("GET", "/admin/login", door.show_login, Who.ANYONE),
    Row("POST", "/admin/login", door.login, Who.ANYONE, Body.FORM),
    Row("GET", "/admin/setup", door.show_setup, Who.ANYONE),
    Row("POST", "/admin/setup", door.setup, Who.ANYONE, Body.FORM),
    Row("GET", "/admin/invite", staff.show_door, Who.ANYONE),
    Row("POST", "/admin/invite", staff.come_in, Who.ANYONE, Body.FORM),
    Row("POST", "/admin/logout", door.logout, Who.STAFF, Body.FORM),
    # The panel: its frame, and the first page.
    Row("GET", "/admin/live", live.stream, Who.STAFF),
    Row("POST", "/admin/agent", agent.switch, Who.STAFF, Body.FORM),
    Row("GET", "/admin", home.show, Who.STAFF),
    Row("GET", "/admin/day", day.show, Who.STAFF),
    Row("GET", "/admin/steps", home.steps, Who.STAFF),
    # The panel: conversations.
    Row("GET", "/admin/conversations", conversations.inbox, Who.STAFF),
    Row("GET", "/admin/conversations/export", conversations.export, Who.STAFF),
    Row("GET", "/admin/conversations/replies", replies.show, Who.STAFF),
    Row("POST", "/admin/conversations/replies", replies.add, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/replies/{id}", replies.save, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/replies/{id}/delete", replies.delete, Who.STAFF, Body.FORM),
    Row("GET", "/admin/conversations/leads", leads.show, Who.STAFF),
    Row("POST", "/admin/conversations/leads/{id}/done", leads.close, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/leads/{id}/reopen", leads.reopen, Who.STAFF, Body.FORM),
    Row("GET", "/admin/conversations/{id}", conversations.show, Who.STAFF),
    Row("GET", "/admin/conversations/{id}/export", transcript.download, Who.STAFF),
    Row("POST", "/admin/conversations/{id}/take", conversations.take, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/{id}/return", conversations.give_back, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/{id}/messages", conversations.write, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/{id}/notes", conversations.note, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/{id}/notes/{note}/delete", conversations.delete_note, Who.STAFF, Body.FORM),
    Row("POST", "/admin/conversations/{id}/again", conversations.send_again, Who.STAFF, Body.FORM),
    Row("GET", "/admin/conversations/{id}/erase", privacy.ask, Who.OWNER),
    Row("POST", "/admin/conversations/{id}/erase", privacy.erase, Who.OWNER, Body.FORM),
    Row("POST", "/admin/conversations/{id}/customer", conversations.change_card, Who.STAFF, Body.FORM),
    Row("GET", "/admin/conversations/{id}/files/{file}", conversations.file, Who.STAFF),
    # The panel: orders.
    Row("GET", "/admin/orders", orders.board, Who.STAFF),
    Row("GET", "/admin/orders/list", orders.listing, Who.STAFF),
    Row("GET", "/admin/orders/export", orders.export, Who.STAFF),
    Row("GET", "/admin/orders/new", order_notes.new, Who.STAFF),
    Row("POST", "/admin/orders/new", order_notes.write, Who.STAFF, Body.FORM),
    Row("GET", "/admin/orders/{id}", orders.show, Who.STAFF),
    Row("GET", "/admin/orders/{id}/edit", order_notes.edit, Who.STAFF),
    Row("POST", "/admin/orders/{id}/edit", order_notes.save, Who.STAFF, Body.FORM),
    Row("GET", "/admin/orders/{id}/ticket", orders.printed, Who.STAFF),
    Row("GET", "/admin/orders/{id}/reject", order_steps.ask_why, Who.STAFF),
    Row("POST", "/admin/orders/{id}/move", order_steps.move, Who.STAFF, Body.FORM),
    Row("POST", "/admin/orders/{id}/pay", order_steps.pay, Who.STAFF, Body.FORM),
    Row("POST", "/admin/orders/{id}/send", order_steps.send, Who.STAFF, Body.FORM),
    Row("GET", "/admin/orders/{id}/proofs/{proof}", order_steps.proof, Who.STAFF),
    # The panel: menu.
    Row("GET", "/admin/menu", menu.show, Who.STAFF),
    Row("GET", "/admin/menu/new", menu_product.ask_new, Who.OWNER),
    Row("POST", "/admin/menu/new", menu_product.add, Who.OWNER, Body.FORM),
    Row("GET", "/admin/menu/prices", menu_prices.show, Who.OWNER),
    Row("POST", "/admin/menu/prices", menu_prices.put, Who.OWNER, Body.FORM),
    Row("POST", "/admin/menu/prices/undo", menu_prices.undo, Who.OWNER, Body.FORM),
    Row("GET", "/admin/menu/import", menu_files.ask, Who.OWNER),
    Row("POST", "/admin/menu/import", menu_files.look, Who.OWNER, Body.UPLOAD),
    Row("POST", "/admin/menu/import/apply", menu_files.put, Who.OWNER, Body.FORM),
    Row("GET", "/admin/menu/export", menu_files.export, Who.OWNER),
    Row("GET", "/admin/menu/{id}", menu_product.show, Who.OWNER),
    Row("POST", "/admin/menu/{id}", menu_product.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/menu/{id}/available", menu.switch, Who.STAFF, Body.FORM),
    Row("GET", "/admin/menu/{id}/stock", menu.ask_stock, Who.STAFF),
    Row("POST", "/admin/menu/{id}/stock", menu.stock, Who.STAFF, Body.FORM),
    Row("POST", "/admin/menu/{id}/delete", menu.delete, Who.OWNER, Body.FORM),
    Row("POST", "/admin/menu/{id}/restore", menu.restore, Who.OWNER, Body.FORM),
    Row("POST", "/admin/menu/{id}/photo", menu_photo.put, Who.OWNER, Body.UPLOAD),
    Row("POST", "/admin/menu/{id}/photo/remove", menu_photo.remove, Who.OWNER, Body.FORM),
    Row("POST", "/admin/menu/{id}/photo/restore", menu_photo.restore, Who.OWNER, Body.FORM),
    # The panel: knowledge.
    Row("GET", "/admin/knowledge", knowledge.show, Who.STAFF),
    Row("GET", "/admin/knowledge/export", knowledge.export, Who.STAFF),
    Row("GET", "/admin/knowledge/index", indexing.show, Who.STAFF),
    Row("POST", "/admin/knowledge/index", indexing.begin, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/files", knowledge.upload, Who.STAFF, Body.UPLOAD),
    Row("GET", "/admin/knowledge/faqs/new", knowledge.new, Who.STAFF),
    Row("POST", "/admin/knowledge/faqs", knowledge.add, Who.STAFF, Body.FORM),
    Row("GET", "/admin/knowledge/faqs/{id}", knowledge.edit, Who.STAFF),
    Row("POST", "/admin/knowledge/faqs/{id}", knowledge.save, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/faqs/{id}/switch", knowledge.switch, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/faqs/{id}/delete", knowledge.delete, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/faqs/{id}/restore", knowledge.restore, Who.STAFF, Body.FORM),
    Row("GET", "/admin/knowledge/unanswered", unanswered.show, Who.STAFF),
    Row("POST", "/admin/knowledge/unanswered/answer", unanswered.answer, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/unanswered/dismiss", unanswered.dismiss, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/unanswered/reopen", unanswered.reopen, Who.STAFF, Body.FORM),
    Row("GET", "/admin/knowledge/documents", documents.show, Who.STAFF),
    Row("POST", "/admin/knowledge/documents", documents.upload, Who.STAFF, Body.UPLOAD),
    Row("GET", "/admin/knowledge/documents/{id}", documents.passages, Who.STAFF),
    Row("POST", "/admin/knowledge/documents/{id}/delete", documents.delete, Who.STAFF, Body.FORM),
    Row("POST", "/admin/knowledge/documents/{id}/restore", documents.restore, Who.STAFF, Body.FORM),
    # The panel: flows and answers.
    Row("GET", "/admin/flows", flow_answers.show, Who.OWNER),
    Row("POST", "/admin/flows/preview", flow_answers.preview, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/templates/{name}", flow_answers.save, Who.OWNER, Body.FORM),
    Row("GET", "/admin/flows/hours", flow_hours.show, Who.OWNER),
    Row("POST", "/admin/flows/hours", flow_hours.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/hours/preview", flow_hours.preview, Who.OWNER, Body.FORM),
    Row("GET", "/admin/flows/zones", flow_zones.show, Who.OWNER),
    Row("POST", "/admin/flows/zones", flow_zones.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/zones/preview", flow_zones.preview, Who.OWNER, Body.FORM),
    Row("GET", "/admin/flows/voice", flow_voice.show, Who.OWNER),
    Row("POST", "/admin/flows/voice", flow_voice.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/voice/preview", flow_voice.preview, Who.OWNER, Body.FORM),
    Row("GET", "/admin/flows/guided", flow_guided.show, Who.OWNER),
    Row("GET", "/admin/flows/guided/{name}", flow_guided.edit, Who.OWNER),
    Row("POST", "/admin/flows/guided/{name}", flow_guided.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/guided/{name}/remove", flow_guided.remove, Who.OWNER, Body.FORM),
    Row("GET", "/admin/flows/new", flow_guided.new, Who.OWNER),
    Row("POST", "/admin/flows/new", flow_guided.add, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/check", flow_guided.check, Who.OWNER, Body.FORM),
    Row("POST", "/admin/flows/try", flow_guided.rehearse, Who.OWNER, Body.FORM),
    # The panel: playground.
    Row("GET", "/admin/playground", playground.show, Who.STAFF),
    Row("POST", "/admin/playground", playground.ask, Who.STAFF, Body.FORM),
    Row("POST", "/admin/playground/reset", playground.reset, Who.STAFF, Body.FORM),
    Row("POST", "/admin/playground/clock", playground.put_clock, Who.STAFF, Body.FORM),
    Row("POST", "/admin/playground/keep", playground.keep, Who.STAFF, Body.FORM),
    Row("GET", "/admin/playground/tests", playground_tests.show, Who.STAFF),
    Row("POST", "/admin/playground/tests", playground_tests.run, Who.STAFF, Body.FORM),
    Row("GET", "/admin/playground/tests/{file}", playground_tests.download, Who.STAFF),
    Row("POST", "/admin/playground/tests/{file}/drop", playground_tests.drop, Who.STAFF, Body.FORM),
    Row("POST", "/admin/playground/tests/{file}/restore", playground_tests.restore, Who.STAFF, Body.FORM),
    Row("GET", "/admin/playground/{number}", playground.trace, Who.STAFF),
    Row("POST", "/admin/playground/{number}/review", playground.review, Who.STAFF, Body.FORM),
    Row("GET", "/admin/playground/{number}/correct", playground.ask_right, Who.STAFF),
    Row("POST", "/admin/playground/{number}/correct", playground.correct, Who.STAFF, Body.FORM),
    # The panel: channels.
    Row("GET", "/admin/channels", channels.show, Who.OWNER),
    Row("POST", "/admin/channels/{channel}", channels.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/channels/{channel}/switch", channels.switch, Who.OWNER, Body.FORM),
    Row("POST", "/admin/channels/web/sites", channels.save_sites, Who.OWNER, Body.FORM),
    Row("POST", "/admin/channels/web/test", channels.test, Who.OWNER, Body.FORM),
    # The panel: analytics.
    Row("GET", "/admin/analytics", analytics.show, Who.OWNER),
    Row("GET", "/admin/analytics/export", analytics.export, Who.OWNER),
    Row("GET", "/admin/analytics/logs", logs.show, Who.OWNER),
    # The panel: settings.
    Row("GET", "/admin/settings", settings.show, Who.STAFF),
    Row("GET", "/admin/settings/team", staff.show, Who.OWNER),
    Row("POST", "/admin/settings/team", staff.invite, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/team/{id}/role", staff.change_role, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/team/{id}/switch", staff.switch, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/team/{id}/reset", staff.reset, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/history", history.show, Who.OWNER),
    Row("GET", "/admin/settings/history/{name}", history.compare, Who.OWNER),
    Row("POST", "/admin/settings/history/{name}", history.go_back, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/branches", branches.show, Who.OWNER),
    Row("GET", "/admin/settings/branches/new", branches.new, Who.OWNER),
    Row("POST", "/admin/settings/branches/new", branches.add, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/branches/restore", branches.restore, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/branches/{slug}", branches.edit, Who.OWNER),
    Row("POST", "/admin/settings/branches/{slug}", branches.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/branches/{slug}/delete", branches.delete, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/keys", keys.show, Who.OWNER),
    Row("POST", "/admin/settings/keys/{group}", keys.save, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/limits", limits.show, Who.OWNER),
    Row("POST", "/admin/settings/limits", limits.save, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/business", settings.save_business, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/backup", backups.take_away, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/backups", backups.show, Who.OWNER),
    Row("POST", "/admin/settings/backups", backups.put_up, Who.OWNER, Body.UPLOAD, most_mb=2048),
    Row("POST", "/admin/settings/backups/schedule", backups.schedule, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/backups/told", backups.read_told, Who.OWNER, Body.FORM),
    Row("GET", "/admin/settings/backups/{name}", backups.look, Who.OWNER),
    Row("GET", "/admin/settings/backups/{name}/file", backups.download, Who.OWNER),
    Row("POST", "/admin/settings/backups/{name}/restore", backups.restore, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/backups/{name}/delete", backups.delete, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/backups/{name}/undelete", backups.undelete, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/restart", backups.restart, Who.OWNER, Body.FORM),
    Row("POST", "/admin/settings/password", settings.save_password, Who.STAFF, Body.FORM),
    Row("POST", "/admin/settings/leave", settings.leave_everywhere, Who.STAFF, Body.FORM),
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
