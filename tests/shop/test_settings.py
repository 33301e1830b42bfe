"""The whole of config.yaml: defaults where it is silent, every key of the contract where it speaks."""

from __future__ import annotations

import dataclasses
import time
from decimal import Decimal
from pathlib import Path

import pydantic
import pytest

from app.settings import Settings, SettingsError, load_settings


def settings_of(tmp_path: Path, text: str = "", env: str = "", mode: str | None = None) -> Settings:
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    (tmp_path / ".env").write_text(env, encoding="utf-8")
    return load_settings(tmp_path, mode=mode, environ={})


def test_a_silent_shop_has_the_contracts_defaults(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, environ={})
    business, orders, responses = settings.business, settings.orders, settings.responses
    assert (business.timezone, business.language, business.name, business.currency) == ("UTC", "es", "", "")
    assert business.hours.always_open
    assert (settings.ai.mode, settings.ai.model_name, settings.ai.temperature) == ("rag_only", "gpt-4o-mini", 0.2)
    assert (settings.ai.provider, settings.ai.personality, settings.ai.daily_budget_usd) == ("", "", Decimal("1.00"))
    assert (settings.retrieval.top_k, settings.retrieval.min_score, settings.retrieval.embedder) == (4, 0.5, "builtin")
    assert (responses.tone, responses.treat_as, responses.handback_minutes, responses.csat) == (
        "cercano",
        "vos",
        120,
        True,
    )
    assert responses.quick_replies == ("Ver menú", "Ubicación", "Horarios", "Hacer pedido")
    assert responses.fallback == "Perdóname, no te entendí bien. ¿Me lo repetís?"
    assert responses.escalate == "Te paso con alguien del equipo en un momento."
    assert not any(responses.templates.model_dump().values())
    assert (orders.enable, orders.notify_email, orders.notify_whatsapp, orders.notify_telegram) == (True, "", "", "")
    assert (orders.hold_minutes, orders.cancel_minutes, orders.last_order_minutes) == (30, 5, 15)
    assert (orders.when_closed, orders.tax.percent, orders.tax.included) == ("preorder", 0, True)
    assert (orders.discounts, dict(settings.flows), settings.branches) == ((), {}, ())
    assert (settings.channels.paused, settings.channels.web.enabled, settings.channels.web.allowed_sites) == (
        False,
        True,
        (),
    )
    assert settings.channels.whatsapp.api_version == "v26.0"
    assert settings.channels.telegram.mode == "webhook"
    assert (settings.payments.cash.enabled, settings.payments.transfer.enabled) == (True, False)
    assert (settings.payments.methods, settings.payments.transfer.ask_proof) == ((), True)
    assert (settings.payments.stripe.enabled, settings.payments.stripe.test) == ("auto", True)
    assert (settings.payments.paypal.currency, settings.payments.paypal.rate) == ("", None)
    delivery, limits = settings.delivery, settings.limits
    assert (delivery.enabled, delivery.pickup, delivery.minimum, delivery.eta, delivery.zones) == (
        False,
        True,
        0,
        "",
        (),
    )
    assert (limits.customer_per_minute, limits.channel_per_minute, limits.new_chats_per_hour) == (20, 600, 60)
    assert (limits.burst_seconds, limits.upload_mb) == (2, 10)
    assert (settings.privacy.keep_days, settings.privacy.consent) == (365, "")


def test_only_cash_and_the_web_are_on_without_keys(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert [
        kind for kind in ("web", "twilio", "whatsapp", "telegram", "messenger") if settings.channel_is_on(kind)
    ] == ["web"]
    assert [kind for kind in settings.payments.order if settings.payment_is_on(kind)] == ["cash"]


def test_auto_is_on_when_its_keys_are_there_and_false_is_off_all_the_same(tmp_path: Path) -> None:
    env = "TELEGRAM_BOT_TOKEN=1:a\nWHATSAPP_TOKEN=w\nSTRIPE_SECRET_KEY=sk_x\n"
    settings = settings_of(tmp_path, env=env)
    assert settings.channel_is_on("telegram")
    assert not settings.channel_is_on("whatsapp")  # half of its keys
    assert settings.payment_is_on("stripe")
    off = settings_of(tmp_path, "channels:\n  telegram: {enabled: false}\n", env)
    assert not off.channel_is_on("telegram")


def test_nothing_in_a_snapshot_can_be_changed(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "flows:\n  a:\n    steps: [{say: hola}]\n")
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.version = 2  # type: ignore[misc]
    with pytest.raises(pydantic.ValidationError):
        settings.business.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.flows["b"] = settings.flows["a"]  # type: ignore[index]


def test_money_is_exact_whether_quoted_or_not(tmp_path: Path) -> None:
    text = 'delivery:\n  minimum: 150.10\n  zones: [{name: a, fee: "C$ 1,240.05", minimum: "1.240,50"}]\n'
    delivery = settings_of(tmp_path, text + "ai: {daily_budget_usd: 0.30}\n").delivery
    assert (delivery.minimum, delivery.zones[0].fee) == (Decimal("150.10"), Decimal("1240.05"))
    assert delivery.zones[0].minimum == Decimal("1240.50")


def test_bare_times_dates_and_numbers_stay_what_was_written(tmp_path: Path) -> None:
    text = "business:\n  name: 1900\n  phone: +505 8888\n  hours:\n    mon: 8:00-18:00\n    holidays: {2026-12-25: cerrado}\n"
    business = settings_of(tmp_path, text).business
    assert (business.name, business.phone) == ("1900", "+505 8888")
    assert business.hours.groups[0].said == "8:00-18:00"


def test_payments_are_offered_in_the_order_they_are_written(tmp_path: Path) -> None:
    text = "payments:\n  transfer: {enabled: true}\n  methods: [Nequi]\n  cash: {enabled: true}\n"
    settings = settings_of(tmp_path, text)
    assert [kind for kind in settings.payments.order if settings.payment_is_on(kind)] == ["transfer", "methods", "cash"]


def test_a_branch_takes_from_above_what_it_does_not_say(tmp_path: Path) -> None:
    text = """\
business: {name: Chepe, slug: chepe, timezone: America/Managua, address: Aquí, phone: "1", hours: {mon: 8:00-9:00}}
delivery: {zones: [{name: Centro}]}
branches:
  - {slug: masaya, phone: "2", hours: {daily: cerrado}, unavailable: [nacatamal], zones: []}
"""
    settings = settings_of(tmp_path, text)
    masaya, shop = settings.profile("masaya"), settings.profile()
    assert (masaya.name, masaya.address, masaya.phone) == ("Chepe", "Aquí", "2")
    assert (masaya.hours.always_open, masaya.zones, masaya.unavailable) == (False, (), {"nacatamal"})
    assert [zone.name for zone in shop.zones] == ["Centro"]
    assert str(masaya.timezone) == "America/Managua"
    assert settings.profile("MiTiendita") is settings.profile("chepe") is shop
    assert settings.profile("Masaya") is masaya


def test_nothing_is_sent_while_the_examples_x_stand_there(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "orders: {notify_whatsapp: whatsapp:+505XXXXXXXX}\n").orders.whatsapp_to == ""
    orders = settings_of(tmp_path, "orders: {notify_whatsapp: +505 8888 0000}\n").orders
    assert orders.whatsapp_to == "whatsapp:+50588880000"
    twilio = settings_of(tmp_path, "channels: {twilio: {templates: {order_update: HXXXXXXXX}}}\n").channels.twilio
    assert twilio.template("order_update") == ""


def test_an_owners_text_is_told_from_the_factorys(tmp_path: Path) -> None:
    responses = settings_of(tmp_path, "responses: {fallback: ¿Cómo?}\n").responses
    assert responses.is_written("fallback")
    assert not responses.is_written("escalate")


def test_flow_variables_have_types_by_their_names(tmp_path: Path) -> None:
    names = ("name", "product", "qty", "phone", "email", "address", "zone", "date", "otra")
    steps = "".join(f"      - {{ask: x, var: {name}}}\n" for name in names)
    flow = settings_of(tmp_path, f"flows:\n  a:\n    steps:\n{steps}").flows["a"]
    assert [step.kind for step in flow.steps] == [
        "text", "product", "quantity", "phone", "email", "address", "zone", "datetime", "text",
    ]  # fmt: skip
    assert (flow.variables, flow.remind_minutes, flow.expire_minutes) == (names, 10, 30)


def test_the_mode_of_the_command_line_beats_the_files(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "ai: {mode: api_llm}\n", mode="local_llm").ai.mode == "local_llm"
    with pytest.raises(SettingsError, match=r"--mode.*rag_only"):
        settings_of(tmp_path, mode="rag")


def test_mode_b_without_a_key_answers_as_mode_a_and_says_so(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "ai: {mode: api_llm}\n")
    assert (settings.mode, settings.provider) == ("rag_only", "")
    assert "OPENAI_API_KEY" in settings.warnings[0]
    chosen = settings_of(tmp_path, "ai: {mode: api_llm, provider: groq}\n", "OPENAI_API_KEY=k\n")
    assert chosen.mode == "rag_only"
    assert "GROQ_API_KEY" in chosen.warnings[0]


def test_the_only_key_says_the_provider_and_two_have_to_be_chosen_from(tmp_path: Path) -> None:
    one = settings_of(tmp_path, "ai: {mode: api_llm}\n", "GROQ_API_KEY=k\n")
    assert (one.mode, one.provider, one.warnings) == ("api_llm", "groq", ())
    with pytest.raises(SettingsError, match=r"config.yaml:1: ai.provider: .*openai, groq"):
        settings_of(tmp_path, "ai: {mode: api_llm}\n", "GROQ_API_KEY=k\nOPENAI_API_KEY=k\n")
    two = settings_of(tmp_path, "ai: {mode: api_llm, provider: groq}\n", "GROQ_API_KEY=k\nOPENAI_API_KEY=k\n")
    assert two.provider == "groq"


def test_a_typical_configuration_is_read_in_a_blink(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "config_example.yaml"
    (tmp_path / "config.yaml").write_bytes(example.read_bytes())
    load_settings(tmp_path, environ={})
    began = time.process_time()
    load_settings(tmp_path, environ={})
    assert time.process_time() - began < 0.06
