"""A person's data are erased: nothing they said, sent or are called is left anywhere, and the shop's books still add up."""

from __future__ import annotations

from sqlalchemy import text

from app.orders import service as orders
from app.wiring import House

from .conftest import Customer, Panel
from .test_orders_board import again, ordered
from .test_uploads import picture, send, stored

NAME, PHONE, STREET, SECRET = "Doña Casimira", "+505 8877 6655", "Del palo de mango 3 c. al lago", "me duele la rodilla"


def everything(house: House) -> str:
    """Every cell of every table."""

    def read(conn: object) -> str:
        names = [row[0] for row in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]  # type: ignore[attr-defined]
        return "\n".join(str(tuple(row)) for name in names for row in conn.execute(text(f'SELECT * FROM "{name}"')))  # type: ignore[attr-defined]

    return house.db.read_now(read)


def path_of(customer: Customer) -> str:
    return f"/admin/conversations/{customer.conversation_id}/erase"


async def test_all_that_is_of_the_person_goes_and_the_books_stay(ana: Panel, carla: Customer, house: House) -> None:
    await carla.say(SECRET)
    assert (await send(carla, picture("JPEG"))).is_success
    order = await ordered(house, carla, name=NAME, phone=PHONE, address=STREET)
    taken = order.total
    for step in ("preparing", "ready", "delivered"):
        await ana.post(f"/admin/api/orders/{order.id}/status", json={"status": step})
    card = await ana.http.get(f"/admin/conversations/{carla.conversation_id}")
    assert path_of(carla) in card.text
    asked = await ana.http.get(path_of(carla))
    assert "Esto se borra y no vuelve" in asked.text
    assert all(said in everything(house) for said in (NAME, PHONE, STREET, SECRET))
    assert stored(house)

    assert (await ana.post(path_of(carla))).status_code == 303

    left = everything(house)
    for said in (NAME, PHONE, "88776655", STREET, SECRET):  # what is left of the conversation is its number
        assert said not in left, said
    assert stored(house) == []
    kept = await again(house, order)
    assert (kept.total, kept.status, kept.name, kept.phone) == (taken, "delivered", "", "")
    assert house.db.read_now(orders.check_books).problems == ()
    assert (await ana.http.get(path_of(carla))).status_code == 404
    assert (await carla.http.get("/api/chat/messages", headers=carla.headers)).status_code == 401


async def test_who_has_an_order_under_way_keeps_their_name_until_it_is_over(
    ana: Panel, carla: Customer, house: House
) -> None:
    order = await ordered(house, carla, name=NAME, phone=PHONE)
    told = await ana.post(path_of(carla))
    assert (told.status_code, f"pedido {order.number} en marcha" in told.text) == (409, True)
    assert (await again(house, order)).name == NAME
    assert (await ana.http.get(f"/admin/conversations/{carla.conversation_id}")).status_code == 200


async def test_only_the_owner_may(beto: Panel, carla: Customer) -> None:
    await carla.say("hola")
    assert (await beto.http.get(path_of(carla))).status_code == 403
    assert (await beto.post(path_of(carla))).status_code == 403
    assert path_of(carla) not in (await beto.http.get(f"/admin/conversations/{carla.conversation_id}")).text
