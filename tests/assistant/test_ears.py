"""What a message answers: some things are heard wherever they are said, others only where they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assistant.heard import resolve, things_asked
from app.assistant.responders.ears import Told, listen, says_back, says_cancel
from app.assistant.responders.ways_to_pay import ways_offered
from app.assistant.tools import Tools
from app.assistant.turn import Turn
from app.chat.messages import Inbound, Sender
from app.chat.service import Conversation
from app.flows.service import order_flow
from app.shop.flowspec import Step
from tests.assistant.shop import Shop

Hear = Callable[..., Told]


@pytest.fixture(scope="module")
def hear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hear]:
    """Listens to one message as to the order's questions, or to `steps`; `awaited`: those just asked."""
    shop = Shop(tmp_path_factory.mktemp("ears") / "shop")

    def listening(
        text: str, *awaited: str, steps: Sequence[Step] = (), known: dict[str, Any] | None = None,
        location: tuple[float, float] | None = None,
    ) -> Told:  # fmt: skip
        sender, now = Sender("web", "", "carla"), shop.moment()
        inbound = Inbound(sender, "1", "location" if location else "text", text, location=location)
        analysis = shop.understander.analyse(text, default_language="es", country="NI")
        thread = Conversation("c1", sender, 1, "", "", "", "", "bot", "", None, None, 0, "", now, now, {})
        profile = shop.settings.profile(None)

        def work(conn: Any) -> Told:
            turn = Turn(inbound, text, analysis, thread, shop.settings, profile, now, Tools(conn, shop.mind, shop.settings, profile),
                        understand=shop.understander.analyse)  # fmt: skip
            resolve(turn)
            mine = steps or order_flow({"payment": tuple(ways_offered(turn))}).steps
            return listen(turn, things_asked(turn), mine, awaited, known or {})

        return shop.db.read_now(work)

    yield listening
    shop.db.close()


def ask(var: str, text: str = "¿?", **more: Any) -> Step:
    return Step(ask=text, var=var, **more)


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("paso por ellas en un rato", "pickup"), ("yo lo retiro", "pickup"), ("dos nacatamales para llevar", "pickup"),
        ("lo paso a buscar", "pickup"), ("voy a pasar a traerlo", "pickup"), ("I'll pick it up", "pickup"), ("to go please", "pickup"),
        ("a domicilio porfa", "delivery"), ("me lo mandan", "delivery"), ("que me lo traigan a la casa", "delivery"),
        ("con envío", "delivery"), ("can you deliver it?", "delivery"), ("no, a domicilio no: yo paso", "pickup"),
        ("no voy a pasar, mejor a domicilio", "delivery"), ("¿me lo pueden mandar?", "delivery"),
    ],
)  # fmt: skip
def test_how_it_is_handed_over_is_heard_wherever_it_is_said(hear: Hear, said: str, way: str) -> None:
    assert hear(said).values.get("fulfilment") == way


@pytest.mark.parametrize(
    ("said", "way"), [("retiro", "pickup"), ("yo paso", "pickup"), ("mandámelo", "delivery"), ("a la casa", "delivery")]
)
def test_a_bare_verb_answers_which_of_both(hear: Hear, said: str, way: str) -> None:
    assert hear(said, "fulfilment").values == {"fulfilment": way}


@pytest.mark.parametrize("said", ["¿hacen delivery?", "¿cuánto cobran el envío?", "¿se puede pasar a retirar?"])
def test_a_question_tells_nothing(hear: Hear, said: str) -> None:
    assert hear(said, "fulfilment", "address").values == {}


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("pago en efectivo", "cash"), ("2 nacatamales, te pago con Nequi", "Nequi"), ("por transferencia", "transfer"),
        ("te transfiero", "transfer"), ("al recibir", "cash"), ("I'll pay cash", "cash"),
    ],
)  # fmt: skip
def test_how_it_is_paid_is_heard_wherever_it_is_said(hear: Hear, said: str, way: str) -> None:
    assert hear(said).values.get("payment") == way


def test_a_way_to_pay_that_the_shop_does_not_take_is_a_wrong_answer(hear: Hear) -> None:
    told = hear("con bitcoin", "payment")
    assert (told.values, told.wrong) == ({}, {"payment"})


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Ana Lilian Rivas", "Ana Lilian Rivas"), ("ana", "Ana"), ("soy Pedro", "Pedro"), ("a nombre de luis mora porfa", "Luis Mora"),
        ("para Juan Pérez", "Juan Pérez"), ("es Rosa", "Rosa"), ("name is Bob", "Bob"), ("MARIA JOSE", "Maria Jose"),
        ("soy el Beto", "Beto"), ("ah bueno, entonces Luisa Morales", "Luisa Morales"), ("sí mae, Karla", "Karla"),
    ],
)  # fmt: skip
def test_a_bare_name_answers_where_one_was_asked_for(hear: Hear, said: str, name: str) -> None:
    assert hear(said, "name").values == {"name": name}


@pytest.mark.parametrize(
    "said",
    [
        "sí",
        "ok",
        "jaja",
        "hola",
        "¿a qué hora cierran?",
        "a que hora abren",
        "no sé",
        "quiero un fresco de cacao",
        "espere un momento",
    ],
)
def test_what_is_no_name_is_none(hear: Hear, said: str) -> None:
    assert "name" not in hear(said, "name").values


def test_a_bare_name_that_nobody_asked_for_is_nothing(hear: Hear) -> None:
    assert hear("Ana Lilian Rivas").values == {}
    assert hear("a nombre de Ana Lilian Rivas").values == {"name": "Ana Lilian Rivas"}


def test_a_phone_is_one_that_can_exist_and_not_the_shops_own(hear: Hear) -> None:
    assert hear("8888 7777", "phone").values == {"phone": "+50588887777"}
    assert hear("8888 77", "phone").wrong == {"phone"}
    assert hear("8888 1234", "phone").wrong == {"phone"}
    assert hear("no tengo", "phone") == Told()


def test_an_email_is_one_that_can_exist(hear: Hear) -> None:
    steps = [ask("email")]
    assert hear("es ana@correo.com", "email", steps=steps).values == {"email": "ana@correo.com"}
    assert hear("ana@", "email", steps=steps).wrong == {"email"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("del parque central 2 cuadras al sur, casa azul", "del parque central 2 cuadras al sur, casa azul"),
        ("de donde fue el cine 1c abajo", "de donde fue el cine 1c abajo"), ("calle 50 #23-45 apto 301", "calle 50 #23-45 apto 301"),
        ("Av. Rivadavia 1234, 3ro B", "Av. Rivadavia 1234, 3ro B"), ("Altagracia", "Altagracia"), ("12 Main St", "12 Main St"),
        ("Col. Centro, Av. Juárez 12", "Col. Centro, Av. Juárez 12"),
        ("mi dirección es Residencial Bolonia, casa 4", "Residencial Bolonia, casa 4"),
        ("en Altagracia, frente a la iglesia", "Altagracia, frente a la iglesia"),
    ],
)  # fmt: skip
def test_an_address_is_what_tells_a_place(hear: Hear, said: str, told: str) -> None:
    assert hear(said, "address").values == {"address": told}


@pytest.mark.parametrize("said", ["mi casa", "ok", "sí", "gracias", "¿hasta dónde llegan?", "ya"])
def test_what_tells_no_place_is_no_address(hear: Hear, said: str) -> None:
    assert "address" not in hear(said, "address").values


def test_an_address_with_the_words_that_give_it_is_heard_anywhere(hear: Hear) -> None:
    told = hear("quiero 2 nacatamales a domicilio a Altagracia, pago en efectivo, a nombre de Ana Rivas")
    assert told.values == {"fulfilment": "delivery", "address": "Altagracia", "payment": "cash", "name": "Ana Rivas"}
    assert hear("me lo mandan al barrio Altagracia").values == {
        "fulfilment": "delivery",
        "address": "barrio Altagracia",
    }


@pytest.mark.parametrize(
    "said",
    [
        "Del parque 1c al sur, Ana Rivas, 8888 7777", "Ana Rivas, del parque 1c al sur, tel 8888-7777",
        "Ana Rivas\n8888 7777\nDel parque 1c al sur", "a nombre de Ana Rivas, mi cel es 8888 7777, del parque 1c al sur",
        "ah bueno, entonces del parque 1c al sur. Ana Rivas, 8888 7777",
    ],
)  # fmt: skip
def test_an_address_a_name_and_a_phone_may_come_together_in_any_order(hear: Hear, said: str) -> None:
    told = hear(said, "address", "name", "phone").values
    assert (told["name"], told["phone"]) == ("Ana Rivas", "+50588887777")
    assert told["address"].lower() == "del parque 1c al sur"


def test_a_point_sent_is_an_address_and_tells_its_zone(hear: Hear) -> None:
    assert hear("", "address", location=(12.136400, -86.251400)).values == {"address": "12.136400, -86.251400"}


def test_the_zone_is_the_one_whose_place_is_named(hear: Hear) -> None:
    steps = [ask("zone")]
    assert hear("estoy por residencial bolonia", "zone", steps=steps).values == {"zone": "Cerca"}
    assert hear("en la luna", "zone", steps=steps) == Told()


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("mañana a las 4 de la tarde", "2026-11-24T16:00"), ("el viernes a las 5", "2026-11-27T17:00"), ("el 24 de diciembre", "2026-12-24"),
        ("hoy a las 9 de la noche", "2026-11-23T21:00"), ("al mediodía", "2026-11-23T12:00"), ("el sábado", "2026-11-28"),
        ("a las 9 de la mañana", "2026-11-24T09:00"),
    ],
)  # fmt: skip
def test_a_day_and_a_time_become_a_moment_of_the_shops(hear: Hear, said: str, moment: str) -> None:
    assert hear(said, "date", steps=[ask("date")]).values == {"date": moment}


def test_what_is_past_cannot_be(hear: Hear) -> None:
    assert hear("ayer", "date", steps=[ask("date")]).wrong == {"date"}
    assert hear("hoy a las 8 de la mañana", "date", steps=[ask("date")]).wrong == {"date"}


def test_a_moment_is_corrected_in_part(hear: Hear) -> None:
    steps, known = (
        [ask("date"), ask("place", choices=("Adentro", "Afuera"))],
        {"date": "2026-11-27T17:00", "place": "Adentro"},
    )
    assert hear("mejor a las 6 de la tarde", steps=steps, known=known).values == {"date": "2026-11-27T18:00"}
    assert hear("mejor el jueves", steps=steps, known=known).values == {"date": "2026-11-26T17:00"}
    assert hear("a las 6 de la tarde", steps=steps) == Told()


PEOPLE = ask("people", "¿Para cuántas personas?", type="quantity", range=["1", "12"])


@pytest.mark.parametrize(
    ("said", "count"),
    [("4", 4), ("somos cuatro", 4), ("para 4 personas", 4), ("una docena", 12), ("un par", 2), ("sólo una", 1)],
)
def test_a_number_is_heard_in_words_and_figures(hear: Hear, said: str, count: int) -> None:
    assert hear(said, "people", steps=[PEOPLE]).values == {"people": count}


def test_a_number_out_of_its_range_is_a_wrong_answer(hear: Hear) -> None:
    for said in ("20", "0", "somos trece"):
        assert hear(said, "people", steps=[PEOPLE]).wrong == {"people"}
    assert hear("muchos", "people", steps=[PEOPLE]) == Told()


def test_a_number_is_heard_unasked_beside_the_questions_own_word_or_as_a_correction(hear: Hear) -> None:
    assert hear("vamos 4 personas", steps=[PEOPLE]).values == {"people": 4}
    assert hear("mejor 6", steps=[PEOPLE], known={"people": 4}).values == {"people": 6}
    assert hear("llegamos a las 6", steps=[PEOPLE], known={"people": 4}) == Told()
    assert hear("6 nacatamales", "people", steps=[PEOPLE]) == Told()


PLACE = ask("place", choices=("En la terraza", "Adentro"))


@pytest.mark.parametrize(
    "said",
    ["en la terraza", "la terraza", "1", "la primera", "en la terrasa", "adentro no, en la terraza", "¿en la terraza?"],
)
def test_a_choice_is_heard_by_its_title_number_place_part_or_misspelt(hear: Hear, said: str) -> None:
    assert hear(said, "place", steps=[PLACE]).values == {"place": "En la terraza"}


def test_a_choice_is_heard_unasked_by_its_title_only(hear: Hear) -> None:
    assert hear("somos 4, adentro", steps=[PLACE]).values == {"place": "Adentro"}
    assert hear("1", steps=[PLACE]) == Told()


@pytest.mark.parametrize(
    ("said", "answer"),
    [("sí", "sí"), ("dale", "sí"), ("claro que sí", "sí"), ("no", "no"), ("no gracias", "no"), ("sí, con moño", "sí")],
)
def test_a_yes_and_a_no_are_heard_however_they_are_said(hear: Hear, said: str, answer: str) -> None:
    assert hear(said, "gift", steps=[ask("gift", type="yes_no")]).values == {"gift": answer}


def test_a_free_text_is_anything_but_a_question_or_a_courtesy(hear: Hear) -> None:
    steps = [ask("detail", "¿Qué pasó?")]
    assert hear("llegó frío y faltaba un nacatamal", "detail", steps=steps).values == {
        "detail": "llegó frío y faltaba un nacatamal"
    }
    assert hear("¿a qué hora cierran?", "detail", steps=steps) == Told()


@pytest.mark.parametrize("said", ["atrás", "volver atrás", "la anterior por favor", "go back"])
def test_going_back_is_a_word_alone(said: str) -> None:
    assert says_back(said)
    assert not says_back(f"{said} del parque")


@pytest.mark.parametrize(
    "said", ["cancelar", "Cancelá todo", "ya no quiero nada, gracias", "olvidalo", "never mind", "mejor no"]
)
def test_cancelling_is_a_word_alone(said: str) -> None:
    assert says_cancel(said)
    assert not says_cancel(f"{said} la cebolla")


@given(text=st.text(max_size=60) | st.text(alphabet="aáñ 0129:/.,-#@+$?¿!\n", max_size=40))
def test_it_never_fails_whatever_is_said(hear: Hear, text: str) -> None:
    steps = [
        PEOPLE,
        PLACE,
        ask("date"),
        ask("email"),
        ask("phone"),
        ask("address"),
        ask("name"),
        ask("gift", type="yes_no"),
        ask("zone"),
    ]
    hear(text, *(step.var for step in steps), steps=steps)
    hear(text, "address", "name", "phone", "payment", "fulfilment")
    says_back(text)
    says_cancel(text)
