"""«Sin respuesta»: what nobody could answer is taught in one form and known at once, or put aside, and either is undone."""

from __future__ import annotations

import re
from datetime import timedelta

from app.knowledge.service import Missed, all_faqs, keep_unanswered
from app.knowledge.terms import words_in
from app.wiring import House
from tests.queries import queries

from .conftest import MONDAY_TEN, Customer, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/knowledge/unanswered"
ASKED = "afilan cuchillos?"


async def listed(panel: Panel) -> str:
    return (await panel.http.get(PATH)).text


async def ids_of(panel: Panel) -> str:
    found = re.search(r'name="ids" value="([\d,]+)"', await listed(panel))
    assert found
    return found[1]


async def heard(customer: Customer, text: str) -> str:
    return " ".join(reply["text"] for reply in (await customer.say(text)).json()["replies"])


def keep(house: House, customer: Customer, *texts: str) -> None:
    for at, text in enumerate(texts):
        house.db.write_now(
            lambda conn, at=at, text=text: keep_unanswered(  # type: ignore[misc]
                conn, [Missed(text, words_in(text))], conversation_id=customer.conversation_id, message_id=f"m{at}",
                channel="web", language="es", now=MONDAY_TEN + timedelta(seconds=at),
            )
        )  # fmt: skip


async def test_what_a_customer_asked_is_answered_from_the_list_and_the_next_one_hears_it(
    beto: Panel, carla: Customer
) -> None:
    await carla.say(ASKED)
    assert ASKED in await listed(beto)
    form = {"ids": await ids_of(beto), "question": ASKED, "answer": "Sí, los jueves."}
    done = await beto.post(f"{PATH}/answer", data=form, headers=HTMX)
    assert done.status_code == 200 and "Deshacer" in done.text
    assert "los jueves" in await heard(carla, ASKED)
    assert ASKED not in await listed(beto)


async def test_an_answer_is_undone_with_its_question_back_on_the_list(
    ana: Panel, carla: Customer, house: House
) -> None:
    await carla.say(ASKED)
    form = {"ids": await ids_of(ana), "question": ASKED, "answer": "Sí, los jueves."}
    done = await ana.post(f"{PATH}/answer", data=form, headers=HTMX)
    fields = dict(re.findall(r'name="(ids|faq)" value="([\d,]+)"', done.text))
    back = await ana.post(f"{PATH}/reopen", data=fields, headers=HTMX)
    assert ASKED in back.text
    assert not [faq for faq in house.db.read_now(all_faqs) if faq.question == ASKED]


async def test_what_is_put_aside_leaves_the_list_and_comes_back_when_asked_for(ana: Panel, carla: Customer) -> None:
    await carla.say(ASKED)
    ids = await ids_of(ana)
    gone = await ana.post(f"{PATH}/dismiss", data={"ids": ids}, headers=HTMX)
    assert f"{PATH}/reopen" in gone.text
    assert ASKED not in await listed(ana)
    assert ASKED not in (await ana.http.get("/admin/day")).text
    assert (await ana.post(f"{PATH}/reopen", data={"ids": ids})).status_code == 303
    assert ASKED in await listed(ana)


async def test_questions_that_mean_the_same_are_one_row_whose_form_holds_each_way_of_asking(
    ana: Panel, carla: Customer, house: House
) -> None:
    keep(house, carla, "¿reparan relojes de pared?", "¿reparan relojes de pared antiguos?", "¿hacen tatuajes?")
    page = await listed(ana)
    assert page.count('<li id="asked-') == 2
    assert "¿reparan relojes de pared?\n¿reparan relojes de pared antiguos?</textarea>" in page


async def test_the_second_of_two_who_answer_the_same_is_told_and_keeps_what_they_wrote(
    ana: Panel, beto: Panel, carla: Customer, house: House
) -> None:
    await carla.say(ASKED)
    form = {"ids": await ids_of(ana), "question": ASKED, "answer": "Sí, los jueves."}
    await beto.post(f"{PATH}/answer", data=form)
    late = {**form, "question": "¿afilan tijeras?", "answer": "Los martes también."}
    told = await ana.post(f"{PATH}/answer", data=late, headers=HTMX)
    assert told.status_code == 409
    assert "Otra persona" in told.text and "Los martes también." in told.text
    assert len([faq for faq in house.db.read_now(all_faqs) if faq.answer == "Los martes también."]) == 0
    assert (await ana.post(f"{PATH}/answer", data={**late, "anyway": "1"}, headers=HTMX)).status_code == 200


async def test_an_answer_that_is_missing_is_asked_for_and_the_question_stays(ana: Panel, carla: Customer) -> None:
    await carla.say(ASKED)
    blank = {"ids": await ids_of(ana), "question": ASKED, "answer": " "}
    for headers in (HTMX, {}):
        told = await ana.post(f"{PATH}/answer", data=blank, headers=headers)
        assert told.status_code == 422 and "falta" in told.text and ASKED in told.text
    assert ASKED in await listed(ana)


async def test_ids_that_are_none_are_refused(ana: Panel) -> None:
    for ids in ("", "1,x", "-1", "9" * 40, ",".join(["1"] * 501)):
        assert (await ana.post(f"{PATH}/dismiss", data={"ids": ids})).status_code == 400


async def test_what_customers_wrote_stays_text(ana: Panel, carla: Customer, house: House) -> None:
    keep(house, carla, "<img src=x onerror=alert(1)>\"' ¿venden?")
    assert "<img src=x" not in await listed(ana)


async def test_however_many_were_asked_the_page_reads_them_in_one_query(
    ana: Panel, carla: Customer, house: House
) -> None:
    keep(house, carla, *(f"¿venden cosa{at} de lana{at}?" for at in range(40)))
    with queries(house.db) as said:
        await listed(ana)
    assert len([statement for statement in said if "FROM unanswered" in statement]) == 1
    assert len(said) <= 15
