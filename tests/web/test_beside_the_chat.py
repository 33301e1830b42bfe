"""What stands beside a chat: quick replies, one's own notes, who waits for a call, and the whole as a file."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import Connection

from app.chat import service as chat
from app.wiring import House

from .conftest import Customer, Panel

PATH = "/admin/conversations"
REPLIES, LEADS = f"{PATH}/replies", f"{PATH}/leads"
HTMX = {"HX-Request": "true"}


def kept(house: House) -> list[str]:
    return [one.text for one in house.db.read_now(chat.list_quick)]


async def test_a_quick_reply_is_one_tap_away_with_the_customers_name(ana: Panel, beto: Panel, carla: Customer) -> None:
    assert (
        await beto.post(REPLIES, data={"text": "¡Hola {nombre}! Gracias por escribir a {negocio}."})
    ).status_code == 200
    await carla.say("soy Carla Obando")
    shown = (await ana.http.get(f"{PATH}/{carla.conversation_id}")).text
    assert 'data-insert="¡Hola Carla! Gracias por escribir a La Tiendita Don Chepe."' in shown.replace(
        "Carla Obando", "Carla"
    )


async def test_a_quick_reply_that_cannot_be_used_is_refused_with_what_was_typed(ana: Panel, house: House) -> None:
    for words, why in (("Va {precio}", "{precio} no existe"), ("x" * 501, "entre 1 y 500"), ("  ", "entre 1 y 500")):
        refused = await ana.post(REPLIES, data={"text": words}, headers=HTMX)
        assert (refused.status_code, why in refused.text, words.strip() in refused.text) == (422, True, True), words
    assert kept(house) == []


async def test_of_two_who_change_a_reply_the_second_is_told_and_both_texts_are_there(
    ana: Panel, beto: Panel, house: House
) -> None:
    await ana.post(REPLIES, data={"text": "Ya va"})
    [reply] = house.db.read_now(chat.list_quick)
    at = f"{REPLIES}/{reply.id}"
    assert (await ana.post(at, data={"was": "Ya va", "text": "Ya va en camino"})).status_code == 200
    late = await beto.post(at, data={"was": "Ya va", "text": "Ya salió"})
    assert (late.status_code, kept(house)) == (409, ["Ya va en camino"])
    assert "Ya va en camino" in late.text and ">Ya salió</textarea>" in late.text
    was = re.findall(r'name="was" value="([^"]*)"', late.text)
    assert was == ["Ya va en camino"]  # saving again now replaces what they have seen


async def test_a_deleted_reply_comes_back_with_one_press(ana: Panel, house: House) -> None:
    await ana.post(REPLIES, data={"text": "Ya va"})
    [reply] = house.db.read_now(chat.list_quick)
    gone = await ana.post(f"{REPLIES}/{reply.id}/delete", data={})
    assert kept(house) == []
    undo = re.search(r'class="note" method="post" action="([^"]+)".*?name="text" value="([^"]+)"', gone.text, re.DOTALL)
    assert undo
    await ana.post(undo[1], data={"text": undo[2]})
    assert kept(house) == ["Ya va"]


async def test_a_note_is_taken_back_by_whoever_wrote_it_and_by_nobody_else(
    ana: Panel, beto: Panel, carla: Customer, house: House
) -> None:
    await carla.say("hola")
    at = f"{PATH}/{carla.conversation_id}"
    await beto.post(f"{at}/notes", data={"note": "debe dos gaseosas"})
    [note] = house.db.read_now(lambda conn: chat.notes_of(conn, carla.conversation_id))
    drop = f"{at}/notes/{note.id}/delete"
    assert f'formaction="{drop}"' not in (await ana.http.get(at)).text
    assert (await ana.post(drop, data={})).status_code == 409
    gone = await beto.post(drop, data={}, headers=HTMX)
    assert (gone.status_code, "l-" + note.id in gone.text) == (200, False)
    assert f'hx-post="{at}/notes"' in gone.text and 'name="note" value="debe dos gaseosas"' in gone.text  # the way back
    assert house.db.read_now(lambda conn: chat.notes_of(conn, carla.conversation_id)) == []


async def test_whoever_waits_for_a_call_stays_on_the_list_until_somebody_calls(
    ana: Panel, beto: Panel, carla: Customer, house: House
) -> None:
    await carla.say("soy Carla, mi teléfono es 8888 1234, ¿me pueden llamar?")
    [lead] = house.db.read_now(chat.open_leads)
    page = (await beto.http.get(LEADS)).text
    assert "Carla" in page and 'href="tel:' in page
    assert f"{LEADS}/{lead.id}/done" in (await ana.http.get(f"{PATH}/{carla.conversation_id}")).text
    assert re.search(r"Por contactar <b[^>]*>1</b>", (await ana.http.get(PATH)).text)
    done = await beto.post(f"{LEADS}/{lead.id}/done", data={})
    assert "Nadie espera" in done.text and f"{LEADS}/{lead.id}/reopen" in done.text
    assert house.db.read_now(chat.open_leads) == []
    await beto.post(f"{LEADS}/{lead.id}/reopen", data={}, headers=HTMX)
    assert [one.id for one in house.db.read_now(chat.open_leads)] == [lead.id]


async def test_many_leads_are_read_page_by_page(ana: Panel, carla: Customer, house: House) -> None:
    def work(conn: Connection) -> None:
        thread = chat.conversation(conn, carla.conversation_id)
        assert thread is not None
        for at in range(51):
            chat.keep_lead(conn, thread.id, thread.contact_id, f"asunto {at:02}", now=house.clock.now())

    house.db.write_now(work)
    first = (await ana.http.get(LEADS)).text
    assert ("asunto 50" in first, "asunto 00" in first) == (True, False)
    more = re.search(rf'href="({LEADS}\?before=[^"]+)"', first)
    assert more
    last = (await ana.http.get(more[1])).text
    assert ("asunto 01" in last, "asunto 00" in last) == (False, True)


async def test_a_conversation_is_taken_away_as_text_and_as_json(ana: Panel, carla: Customer) -> None:
    await carla.say("¿a qué hora cierran?\nes para hoy")
    at = f"{PATH}/{carla.conversation_id}"
    await ana.post(f"{at}/notes", data={"note": "pregunta siempre"})
    told = await ana.http.get(f"{at}/export", params={"format": "txt"})
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="chat-\w{6}\.txt"', told.headers["content-disposition"])
    lines = told.text.splitlines()
    [asked] = [at for at, line in enumerate(lines) if "¿a qué hora cierran?" in line]
    assert lines[asked].startswith("2026-11-23 10:00  ") and lines[asked + 1].strip() == "es para hoy"
    assert "Agente: " in lines[asked + 2] and "20:00" in lines[asked + 2]
    assert lines[-1] == "2026-11-23 10:00  * Nota de owner: pregunta siempre"

    data = json.loads((await ana.http.get(f"{at}/export", params={"format": "json"})).text)
    assert [one["from"] for one in data["messages"]] == ["bot", "customer", "bot"]
    assert [one["text"] for one in data["private_notes"]] == ["pregunta siempre"]


@pytest.mark.parametrize(
    ("where", "status"), [("/export?format=exe", 422), ("x/export", 404), ("/notes/x/delete", 409)]
)
async def test_what_is_not_there_is_refused(ana: Panel, carla: Customer, where: str, status: int) -> None:
    ask = ana.post if where.endswith("delete") else ana.http.get
    assert (await ask(f"{PATH}/{carla.conversation_id}{where}")).status_code == status
