"""A shop in the middle of its day: orders in every state, somebody who waits for a person, and questions nobody could answer."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from tests.e2e.conftest import OWNER, PROGRAM, Server
from tests.e2e.panel import TOKEN, entered

PAGES = {  # of the panel, by the name of their picture in docs/panel
    "inicio": "/admin",
    "conversaciones": "/admin/conversations",
    "conversacion": "/admin/conversations/{conversation}",
    "respuestas-rapidas": "/admin/conversations/replies",
    "por-contactar": "/admin/conversations/leads",
    "pedidos": "/admin/orders",
    "pedido": "/admin/orders/{order}",
    "pedidos-lista": "/admin/orders/list",
    "anotar-pedido": "/admin/orders/new",
    "menu": "/admin/menu",
    "conocimiento": "/admin/knowledge",
    "sin-respuesta": "/admin/knowledge/unanswered",
    "documentos": "/admin/knowledge/documents",
    "flujos": "/admin/flows",
    "horario": "/admin/flows/hours",
    "envios": "/admin/flows/zones",
    "tono": "/admin/flows/voice",
    "flujos-guiados": "/admin/flows/guided",
    "pruebas": "/admin/playground",
    "canales": "/admin/channels",
    "analitica": "/admin/analytics",
    "registro": "/admin/analytics/logs",
    "ajustes": "/admin/settings",
    "sucursales": "/admin/settings/branches",
    "sucursal": "/admin/settings/branches/new",
    "llaves": "/admin/settings/keys",
    "limites": "/admin/settings/limits",
    "respaldos": "/admin/settings/backups",
    "equipo": "/admin/settings/team",
    "historia": "/admin/settings/history",
}
ORDERS = (
    ("Ana Cecilia Ruiz", "buenas, me da 2 nacatamales y un fresco de cacao", "retiro, soy Ana Cecilia Ruiz", "efectivo", "8765 1122"),
    ("Luis Tercero", "3 vigorones para llevar, soy Luis Tercero, efectivo, 8765 4433", "paso yo a traerlos"),
    ("Marta Gaitán", "kiero 2 vigorones y 2 frescos de cacao xfa", "retiro", "soy Marta Gaitán", "efectivo", "8700 2211"),
    ("Chico Mairena", "un gallo pinto con huevo para llevar, soy Chico Mairena", "efectivo", "8855 0099"),
)  # fmt: skip
TALKS = (
    ("Doña Miriam", "buenas, a qué hora cierran hoy?", "llegó frío mi pedido, quiero hablar con una persona"),
    ("Josué", "¿me arreglan la bicicleta?", "¿afilan tijeras?"),
    ("Karla", "hola, ¿tienen parqueo para camiones?", "¿y hacen envíos a Altagracia?"),
    ("Pedro", "buenas", "¿cuánto cuesta el nacatamal?", "gracias!"),
    ("Yader", "hola, soy Yader, ¿me pueden llamar al 8765 9988? es por unos nacatamales para una boda"),
)
REPLIES = (
    "¡Hola {nombre}! Tu pedido ya va en camino.",
    "¿Me pasás la dirección, por favor?",
    "Disculpá la demora, ya sale.",
)
MOVES = (("preparing", "ready"), ("preparing",))  # of the first orders; the rest waits to be taken up


@dataclass(frozen=True)
class AtWork:
    """The ids of what there is to open: a conversation that waits for a person, and an order."""

    conversation: str
    order: str


def at_work(server: Server) -> AtWork:
    """Brings it about through the same doors customers and staff use."""
    placed = [order for name, *said in ORDERS if (order := _talk(server, name, (*said, "sí", "sí, confirmo"))[1])]
    assert len(placed) == len(ORDERS), "an order was not placed"
    for order, moves in zip(placed, MOVES, strict=False):
        for state in moves:
            moved = PROGRAM.post(f"{server.url}/admin/api/orders/{order}/status", json={"status": state}, auth=OWNER)
            assert moved.status_code == 200, moved.text
    _write_replies(server)
    talks = [_talk(server, name, tuple(said))[0] for name, *said in TALKS]
    return AtWork(talks[0], placed[-1])


def _write_replies(server: Server) -> None:
    """What the staff write every day, put down through its page."""
    with httpx.Client(base_url=server.url, cookies={one["name"]: one["value"] for one in entered(server)}) as browser:
        token = TOKEN.search(browser.get("/admin/conversations/replies").text)
        assert token
        for text in REPLIES:
            kept = browser.post("/admin/conversations/replies", data={"csrf_token": token[1], "text": text})
            assert kept.is_success or kept.is_redirect, kept.text


def _talk(server: Server, name: str, texts: tuple[str, ...]) -> tuple[str, str]:
    """A customer's conversation: its id, and the one of the order it ended in, empty without one."""
    session = PROGRAM.post(f"{server.url}/api/chat/sessions", json={"name": name}).json()
    headers, order = {"Authorization": f"Bearer {session['token']}"}, ""
    for text in texts:
        said = PROGRAM.post(f"{server.url}/api/chat/messages", json={"text": text}, headers=headers).json()
        placed = [out["order"]["id"] for out in said["replies"] if out["order"] and out["order"]["number"]]
        if order := placed[-1] if placed else "":
            break
    return session["conversation_id"], order
