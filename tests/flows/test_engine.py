"""Flows move as declared: nothing known is asked, answers can be corrected, and every walk ends or waits."""

from __future__ import annotations

from datetime import timedelta

from app.flows.service import (
    MOST_TRIES,
    Heard,
    Run,
    advance,
    begin,
    expired,
    missing,
    order_flow,
    remind_at,
    reminded,
    reminder_due,
)
from app.shop.flowspec import Flow, Step
from tests.flows.declared import NOW, Walk, flows


def test_the_quick_order_of_the_brief_runs_as_written_and_places_the_order_at_its_yes() -> None:
    walk = Walk("quick_order")
    assert walk.asked == "name"
    walk.hear(name="Ana")
    assert walk.asked == "product"
    walk.hear(product="Nacatamal")
    assert walk.asked == "qty"
    walk.hear(qty=2)
    assert walk.asked == "confirm"
    moved = walk.hear(yes=True)
    assert (moved.run, moved.ended, [step.do for step in moved.do]) == (None, "done", ["place_order"])
    assert moved.values == {"name": "Ana", "product": "Nacatamal", "qty": 2}


def test_what_is_known_is_not_asked() -> None:
    assert Walk("quick_order", name="Ana", phone="+50588881111").asked == "product"
    assert Walk("quick_order", name="").asked == "name"


def test_one_message_may_answer_several_questions_in_any_order() -> None:
    walk = Walk("quick_order")
    walk.hear(qty=2, product="Nacatamal")
    assert walk.asked == "name"
    walk.hear(name="Ana")
    assert walk.asked == "confirm"


def test_a_no_without_on_no_cancels_and_places_nothing() -> None:
    walk = Walk("quick_order", name="Ana")
    walk.hear(product="Nacatamal", qty=1)
    moved = walk.hear(yes=False)
    assert (moved.run, moved.ended, moved.do) == (None, "cancelled", ())


def test_a_no_goes_back_to_the_question_it_leads_to() -> None:
    walk = Walk("reservar_mesa")
    walk.hear(people=4, place="Adentro")
    moved = walk.hear(yes=False)
    assert (walk.asked, moved.ended, dict(walk.run.values)) == ("people", "", {"place": "Adentro"})
    moved = walk.hear(people=6)
    assert walk.asked == "confirm"
    assert [step.do for step in walk.hear(yes=True).do] == ["notify_owner"]


def test_a_branch_is_told_only_under_its_answer() -> None:
    walk = Walk("reservar_mesa", people=4)
    assert [step.say for step in walk.hear(place="Afuera").says] == ["Afuera, sólo hasta las 20:00."]
    walk = Walk("reservar_mesa", people=4)
    assert walk.hear(place="Adentro").says == ()


def test_a_correction_reconsiders_the_branches_and_takes_back_the_yes() -> None:
    walk = Walk("reservar_mesa", people=4)
    walk.hear(place="Adentro")
    moved = walk.hear(place="Afuera")
    assert (moved.changed, walk.asked) == ({"place"}, "confirm")
    assert [step.say for step in moved.says] == ["Afuera, sólo hasta las 20:00."]
    moved = walk.hear(people=5, yes=True)  # "sí, pero para 5"
    assert (walk.asked, moved.says, moved.values["people"]) == ("confirm", (), 5)


def test_the_answers_of_a_branch_not_taken_are_left_out_and_kept_for_a_way_back() -> None:
    walk = Walk("encargo")
    walk.hear(how="Me lo mandan")
    assert walk.asked == "address"
    walk.hear(address="Altagracia", card="no")
    assert walk.asked == "confirm"
    assert "address" not in walk.hear(how="Lo llevo").values
    assert walk.hear(how="Me lo mandan").values["address"] == "Altagracia"
    assert walk.asked == "confirm"


def test_what_was_done_is_not_done_again_after_a_correction() -> None:
    walk = Walk("encargo")
    moved = walk.hear(how="Lo llevo", card="no")
    assert [step.do for step in moved.do] == ["save_contact"]
    assert walk.hear(card="sí").do == ()
    assert walk.asked == "words"
    assert walk.hear(words="Felicidades").do == ()
    ended = walk.hear(yes=True)
    assert [step.do or step.say for step in ended.steps] == ["notify_owner", "Listo."]


def test_a_yes_in_another_language_is_the_same_answer() -> None:
    walk = Walk("encargo")
    walk.hear(how="Lo llevo", card="yes")
    assert walk.asked == "words"


def test_going_back_asks_the_question_before_again() -> None:
    walk = Walk("reservar_mesa")
    walk.hear(people=4)
    walk.hear(place="Adentro")
    walk.say(Heard(back=True))
    assert walk.asked == "place"
    walk.say(Heard(back=True))
    assert (walk.asked, dict(walk.moved.values)) == ("people", {})
    assert walk.say(Heard(back=True)).again
    assert walk.asked == "people"


def test_going_back_leaves_alone_what_was_never_asked() -> None:
    walk = Walk("quick_order", name="Ana")
    walk.hear(product="Nacatamal", qty=2)
    walk.say(Heard(back=True))
    assert (walk.asked, walk.run.values["name"]) == ("product", "Ana")


def test_cancelling_ends_it() -> None:
    moved = Walk("reservar_mesa", people=4).say(Heard(cancel=True))
    assert (moved.run, moved.ended, moved.steps) == (None, "cancelled", ())


def test_what_fills_nothing_leaves_the_run_and_counts_a_try() -> None:
    walk = Walk("reservar_mesa")
    for tries in range(1, MOST_TRIES + 1):
        moved = walk.say(Heard(wrong=True))
        assert (moved.again, moved.wrong, walk.run.tries, walk.asked) == (True, True, tries, "people")
        assert moved.stuck == (tries == MOST_TRIES)
    assert moved.ask is not None
    assert moved.ask.error == "Decime un número del 1 al 12."
    assert not walk.hear(people=3).stuck
    assert walk.run.tries == 0


def test_a_digression_counts_no_try() -> None:
    walk = Walk("reservar_mesa", people=4)
    moved = walk.say(Heard(aside=True))
    assert (moved.again, moved.stuck, walk.run.tries, walk.asked) == (True, False, 0, "place")


def test_a_flow_of_goods_with_its_own_action_places_once() -> None:
    declared = flows()["quick_order"]
    own = declared.model_copy(update={"steps": (*declared.steps, Step(do="place_order"))})
    moved = begin("q", own, {"name": "a", "product": "b", "qty": 1}, now=NOW)
    assert moved.run is not None
    assert [step.do for step in advance("q", own, moved.run, Heard(yes=True), now=NOW).do] == ["place_order"]


def test_nothing_is_asked_after_a_person_has_it() -> None:
    flow = Flow(
        steps=(
            Step(do="handoff"),
            Step(say="Ya te atienden."),
            Step(ask="¿Algo más?", var="more"),
            Step(do="save_contact"),
        )
    )
    moved = begin("f", flow, {}, now=NOW)
    assert (moved.ended, [step.do or step.say for step in moved.steps]) == (
        "done",
        ["handoff", "Ya te atienden.", "save_contact"],
    )


def test_a_flow_the_owner_changed_meanwhile_asks_its_confirmation_anew() -> None:
    walk = Walk("reservar_mesa", people=4)
    walk.hear(place="Adentro")
    changed = walk.flow.model_copy(
        update={"steps": (*walk.flow.steps[:-2], Step(confirm="¿Pagás el anticipo?"), *walk.flow.steps[-1:])}
    )
    moved = advance("reservar_mesa", changed, walk.run, Heard(yes=True), now=NOW)
    assert moved.ask is not None
    assert (moved.ask.text, moved.do) == ("¿Pagás el anticipo?", ())


def test_it_reminds_once_and_then_gives_up() -> None:
    walk = Walk("reservar_mesa")
    assert not reminder_due(walk.run, walk.flow, NOW + timedelta(minutes=9))
    assert reminder_due(walk.run, walk.flow, NOW + timedelta(minutes=10))
    assert remind_at(reminded(walk.run), walk.flow) is None
    assert not expired(walk.run, walk.flow, NOW + timedelta(minutes=29))
    assert expired(walk.run, walk.flow, NOW + timedelta(minutes=30))
    assert not reminder_due(walk.run, walk.flow, NOW + timedelta(minutes=30))


def test_a_message_starts_the_waiting_anew() -> None:
    walk = Walk("reservar_mesa")
    walk.say(Heard(aside=True), now=NOW + timedelta(minutes=8))
    assert not reminder_due(walk.run, walk.flow, NOW + timedelta(minutes=12))
    assert not expired(walk.run, walk.flow, NOW + timedelta(minutes=35))


def test_a_flow_that_wants_no_reminder_gets_none() -> None:
    walk = Walk("reservar_mesa")
    for minutes in (0, 30, 31):
        assert remind_at(walk.run, walk.flow.model_copy(update={"remind_minutes": minutes})) is None


def test_a_run_comes_back_from_json_as_it_was() -> None:
    walk = Walk("encargo")
    moved = walk.hear(how="Lo llevo")
    assert moved.run is not None
    assert Run.of(moved.run.as_json()) == moved.run


def test_the_order_asks_only_what_is_missing_and_together_what_fits_together() -> None:
    flow, cart = order_flow(), {"cart": 1}
    assert missing(flow, {}) == ("cart",)
    assert missing(flow, cart) == ("fulfilment", "name")
    assert missing(flow, {**cart, "fulfilment": "delivery"}) == ("address", "name", "phone", "payment")
    assert missing(flow, {**cart, "fulfilment": "delivery", "address": "Altagracia"}) == ("name", "phone", "payment")
    assert missing(flow, {**cart, "fulfilment": "pickup", "phone": ""}) == ("name", "payment")
    assert missing(flow, {**cart, "fulfilment": "pickup", "name": "Ana"}) == ("payment",)
    assert missing(flow, {**cart, "fulfilment": "pickup", "name": "Ana", "payment": "cash"}) == ()


def test_the_order_offers_the_ways_to_pay_of_the_shop() -> None:
    steps = order_flow({"payment": ("cash", "Nequi")}).steps
    assert next(step.choices for step in steps if step.var == "payment") == ("cash", "Nequi")


def test_an_owners_flow_asks_one_thing_at_a_time() -> None:
    assert Walk("quick_order").moved.together == ()
    moved = begin("order", order_flow(), {"cart": 1}, now=NOW)
    assert [step.var for step in moved.asks] == ["fulfilment", "name"]
