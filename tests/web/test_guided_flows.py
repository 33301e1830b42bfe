"""Guided flows in the panel: their lines are the owner's own, told what is wrong with them at its line, tried before they are saved."""

from __future__ import annotations

import html
import json
import re

from app.wiring import House

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/flows"
MESA = """# lo que hay que saber para apartar una mesa
start: ["reservar mesa"]   # y frases parecidas
steps:
  - ask: "¿Para cuántas personas es la mesa?"
    var: people
    type: quantity

  - ask: "¿Adentro o afuera?"
    var: place
    choices: ["Adentro", "Afuera"]   # el patio cierra a las 8
  - confirm: "Mesa para {people}, {place}. ¿La aparto?"
    on_no: people
  - do: notify_owner"""


async def version(panel: Panel, path: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', (await panel.http.get(path)).text)
    assert found
    return found[1]


async def add(panel: Panel, name: str, text: str) -> int:
    data = {"name": name, "yaml": text.replace("\n", "\r\n"), "version": await version(panel, f"{PATH}/new")}
    return int((await panel.post(f"{PATH}/new", data=data, headers=HTMX)).status_code)


async def test_a_flow_stands_in_config_in_the_owners_own_lines_and_the_next_customer_walks_it(
    ana: Panel, carla: Customer, house: House
) -> None:
    before = (house.home / "config.yaml").read_text("utf-8")
    assert await add(ana, "reservar_mesa", MESA) == 204
    after = (house.home / "config.yaml").read_text("utf-8")
    indented = "\n".join(f"    {line}" if line else "" for line in MESA.splitlines())
    assert f"  reservar_mesa:\n{indented}\n" in after
    assert after.replace(f"  reservar_mesa:\n{indented}\n", "") == before
    shown = (await ana.http.get(f"{PATH}/guided/reservar_mesa")).text
    assert html.escape(MESA, quote=False) in shown.replace("&#34;", '"')
    assert "cuántas personas" in (await carla.say("quiero reservar mesa")).json()["replies"][0]["text"]


async def test_an_edited_flow_keeps_its_comments_and_those_of_its_neighbours(ana: Panel, house: House) -> None:
    await add(ana, "reservar_mesa", MESA)
    path = f"{PATH}/guided/reservar_mesa"
    changed = MESA.replace("a las 8", "a las 9").replace("type: quantity", "type: quantity   # hasta doce")
    saved = await ana.post(path, data={"yaml": changed, "version": await version(ana, path)}, headers=HTMX)
    assert saved.status_code == 200, saved.text
    text = (house.home / "config.yaml").read_text("utf-8")
    assert text.count("el patio cierra a las 9") == 1 and "a las 8" not in text
    assert text.count("# hasta doce") == 1 and text.count("# lo que hay que saber") == 1
    assert house.settings.current.flows["quick_order"].steps[0].ask == "¿A nombre de quién lo pongo?"


async def test_what_is_wrong_is_told_at_its_line_of_the_text_and_nothing_is_saved(ana: Panel, house: House) -> None:
    before = (house.home / "config.yaml").read_bytes()
    wrong = MESA.replace("on_no: people", "on_no: gente")
    told = await ana.post(f"{PATH}/check", data={"name": "reservar_mesa", "yaml": wrong}, headers=HTMX)
    assert "Línea 12." in told.text and "steps[3].on_no" in told.text
    tabbed = await ana.post(f"{PATH}/check", data={"name": "m", "yaml": "steps:\n\t- ask: x"}, headers=HTMX)
    assert "Línea 2." in tabbed.text
    assert await add(ana, "reservar_mesa", wrong) == 422
    assert await add(ana, "Reservar Mesa", MESA) == 422
    assert await add(ana, "quick_order", MESA) == 422  # there is one already
    assert (house.home / "config.yaml").read_bytes() == before


async def test_a_flow_cannot_break_out_of_its_place_in_the_file(ana: Panel, house: House) -> None:
    for text in ("steps: []\n---\nbusiness: {}", "business:\n  name: x", "&a [*a]", "x: {", '"'):
        assert await add(ana, "reservar_mesa", text) == 422, text
    assert "reservar_mesa" not in house.settings.current.flows


async def test_a_flow_is_tried_to_its_end_and_nothing_of_it_remains(ana: Panel, house: House) -> None:
    def counts() -> list[int]:
        tables = ("conversation", "message", "job", '"order"', "contact")
        return house.db.read_now(
            lambda conn: [conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0 for table in tables]
        )

    before, said = counts(), "[]"
    for text in ("reservar mesa", "4", "Afuera", "sí"):
        data = {"name": "reservar_mesa", "yaml": MESA, "said": said, "text": text}
        shown = await ana.post(f"{PATH}/try", data=data, headers=HTMX)
        found = re.search(r'name="said" value="([^"]*)"', shown.text)
        assert found
        said = html.unescape(found[1])
    assert "Mesa para 4, Afuera. ¿La aparto?" in shown.text
    assert [pair[0] for pair in json.loads(said)] == ["reservar mesa", "4", "Afuera", "sí"]
    assert "reservar_mesa" not in house.settings.current.flows
    assert counts() == before


async def test_a_choice_is_tapped_in_a_trial_and_the_trial_begins_anew(ana: Panel) -> None:
    data = {"name": "reservar_mesa", "yaml": MESA, "said": '[["reservar mesa",""]]'}
    asked = await ana.post(f"{PATH}/try", data={**data, "text": "4"}, headers=HTMX)
    taps = [html.unescape(tap) for tap in re.findall(r"name=\"tap\" value='([^']*)'", asked.text)]
    said = '[["reservar mesa",""],["4",""]]'
    tapped = await ana.post(f"{PATH}/try", data={**data, "said": said, "tap": taps[1]}, headers=HTMX)
    assert "<p>Afuera</p>" in tapped.text and "Mesa para 4, Afuera. ¿La aparto?" in tapped.text
    again = await ana.post(f"{PATH}/try", data={**data, "again": "1"}, headers=HTMX)
    assert 'name="said" value="[]"' in again.text
    spoilt = await ana.post(f"{PATH}/try", data={**data, "said": '{"no": 1}', "text": "hola"}, headers=HTMX)
    assert spoilt.status_code == 200


async def test_hostile_words_stay_text_in_a_trial(ana: Panel) -> None:
    hostile = "\"'><script>alert(1)</script>"
    lines = MESA.replace('"Adentro"', json.dumps(hostile))
    data = {"name": "reservar_mesa", "yaml": lines, "said": '[["reservar mesa",""]]', "text": "4"}
    asked = await ana.post(f"{PATH}/try", data=data, headers=HTMX)
    said = await ana.post(f"{PATH}/try", data={**data, "text": hostile}, headers=HTMX)
    for shown in (asked.text, said.text):
        assert "<script>" not in shown and "value='[\"\"'" not in shown


async def test_a_flow_taken_off_comes_back_as_it_was(ana: Panel, house: House) -> None:
    await add(ana, "reservar_mesa", MESA)
    gone = await ana.post(f"{PATH}/guided/reservar_mesa/remove", data={}, headers=HTMX)
    assert "reservar_mesa" not in house.settings.current.flows
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(yaml|version|listed)" value="([^"]*)"', gone.text)
    }
    back = await ana.post(f"{PATH}/guided/reservar_mesa", data=fields, headers=HTMX)
    assert back.status_code == 200 and 'hx-target="#guided"' in back.text
    assert house.settings.current.flows["reservar_mesa"].variables == ("people", "place")


async def test_the_second_of_two_who_edit_a_flow_is_shown_both(ana: Panel, house: House) -> None:
    await add(ana, "reservar_mesa", MESA)
    path = f"{PATH}/guided/reservar_mesa"
    based = await version(ana, path)
    await ana.post(path, data={"yaml": MESA.replace("el patio", "la terraza"), "version": based}, headers=HTMX)
    late = await ana.post(path, data={"yaml": MESA.replace("el patio", "el jardín"), "version": based}, headers=HTMX)
    assert late.status_code == 409 and "la terraza" in late.text and "el jardín" in late.text
    assert "la terraza" in (house.home / "config.yaml").read_text("utf-8")


async def test_a_flow_that_is_not_there_is_not_found(ana: Panel) -> None:
    assert (await ana.http.get(f"{PATH}/guided/nada")).status_code == 404
