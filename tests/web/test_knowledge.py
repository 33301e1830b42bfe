"""«Conocimiento»: what the shop teaches there is what the next customer hears, and nobody's edit is lost."""

from __future__ import annotations

from app.knowledge.service import Faq, all_faqs
from app.wiring import House

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/knowledge"
NEW = {"question": "¿Reparan relojes?\n¿Arreglan relojes de pared?", "answer": "Sí, los viernes.", "tags": "taller"}


def faq(house: House, question: str) -> Faq | None:
    found = house.db.read_now(lambda conn: all_faqs(conn, include_off=True))
    return next((one for one in found if one.question == question), None)


def known(house: House, question: str) -> Faq:
    found = faq(house, question)
    assert found is not None
    return found


async def answer(customer: Customer, text: str) -> str:
    return " ".join(reply["text"] for reply in (await customer.say(text)).json()["replies"])


async def test_what_is_taught_is_answered_at_once_and_not_after_it_was_taken_off(
    beto: Panel, carla: Customer, house: House
) -> None:
    kept = await beto.post(f"{PATH}/faqs", data=NEW, headers=HTMX)
    assert kept.status_code == 200 and "Deshacer" in kept.text
    assert "los viernes" in await answer(carla, "¿Arreglan relojes de pared?")
    one = known(house, "¿Reparan relojes?")
    gone = await beto.post(f"{PATH}/faqs/{one.id}/delete", data={}, headers=HTMX)
    assert f"{PATH}/faqs/{one.id}/restore" in gone.text
    assert "los viernes" not in await answer(carla, "¿Reparan relojes?")
    assert faq(house, "¿Reparan relojes?") is None
    await beto.post(f"{PATH}/faqs/{one.id}/restore", data={}, headers=HTMX)
    assert known(house, "¿Reparan relojes?").phrasings == one.phrasings


async def test_the_second_of_two_who_edit_the_same_is_shown_both(ana: Panel, beto: Panel, house: House) -> None:
    await ana.post(f"{PATH}/faqs", data=NEW)
    one = known(house, "¿Reparan relojes?")
    path, based = f"{PATH}/faqs/{one.id}", {**NEW, "version": one.version}
    assert (await beto.post(path, data={**based, "answer": "Los lunes."})).status_code == 303
    late = await ana.post(path, data={**based, "answer": "Los martes."}, headers=HTMX)
    assert late.status_code == 409
    assert "Los lunes." in late.text and "Los martes." in late.text
    assert known(house, "¿Reparan relojes?").answer == "Los lunes."


async def test_a_question_without_an_answer_or_asked_already_is_refused_with_what_was_typed(
    ana: Panel, house: House
) -> None:
    blank = await ana.post(f"{PATH}/faqs", data={**NEW, "answer": " "}, headers=HTMX)
    assert blank.status_code == 422 and "¿Reparan relojes?" in blank.text and "falta" in blank.text
    await ana.post(f"{PATH}/faqs", data=NEW)
    twice = await ana.post(f"{PATH}/faqs", data=NEW)
    assert twice.status_code == 422 and "ya hay otra respuesta" in twice.text


async def test_search_finds_words_of_any_phrasing_and_of_the_answer_whatever_their_accents(ana: Panel) -> None:
    await ana.post(f"{PATH}/faqs", data=NEW)
    for words in ("VIERNES", "arreglan pared", "relojes si"):
        assert "¿Reparan relojes?" in (await ana.http.get(PATH, params={"q": words}, headers=HTMX)).text
    assert "¿Reparan relojes?" not in (await ana.http.get(PATH, params={"q": "100%"}, headers=HTMX)).text


async def test_good_rows_of_a_file_go_in_and_bad_ones_are_told_with_line_and_reason(ana: Panel, house: House) -> None:
    rows = "question,answer\n¿Reparan relojes?,Sí\n¿Y radios?,\n"
    told = await ana.post(f"{PATH}/files", files={"file": ("mis.csv", rows.encode())}, headers=HTMX)
    assert told.status_code == 200 and "Línea 3: answer: falta" in told.text
    assert known(house, "¿Reparan relojes?").answer == "Sí"
    assert faq(house, "¿Y radios?") is None
    wrong = await ana.post(f"{PATH}/files", files={"file": ("virus.exe", b"MZ")}, headers=HTMX)
    assert wrong.status_code == 422 and "CSV, XLSX o JSON" in wrong.text


async def test_hostile_text_stays_text_in_the_list_and_the_form(ana: Panel, house: House) -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    await ana.post(f"{PATH}/faqs", data={"question": evil, "answer": evil, "tags": ""})
    one = known(house, evil)
    for path in (PATH, f"{PATH}/faqs/{one.id}"):
        assert "<img src=x" not in (await ana.http.get(path)).text


async def test_what_is_switched_off_is_not_answered(ana: Panel, carla: Customer, house: House) -> None:
    await ana.post(f"{PATH}/faqs", data=NEW)
    one = known(house, "¿Reparan relojes?")
    await ana.post(f"{PATH}/faqs/{one.id}/switch", data={})
    assert not known(house, "¿Reparan relojes?").enabled
    assert "los viernes" not in await answer(carla, "¿Reparan relojes?")


async def test_what_is_exported_holds_every_phrasing(ana: Panel) -> None:
    await ana.post(f"{PATH}/faqs", data=NEW)
    sheet = await ana.http.get(f"{PATH}/export")
    assert "¿Reparan relojes?|¿Arreglan relojes de pared?" in sheet.text
    assert "attachment" in sheet.headers["content-disposition"]
