"""`.env.example` and `config_example.yaml`: the brief's text first, byte for byte; the rest can be uncommented."""

from __future__ import annotations

import re
from pathlib import Path

from app.settings import load_settings
from app.shop.config import Config
from app.shop.env import KEYS, parse_env
from app.shop.yamltree import read_tree

ROOT = Path(__file__).parents[2]

BRIEF_ENV = """\
# Opcionales según canal
TWILIO_ACCOUNT_SID=
TWILIO_AUTH_TOKEN=
TWILIO_WHATSAPP_FROM=whatsapp:+1XXXXXXXXXX

WHATSAPP_TOKEN=
PHONE_NUMBER_ID=
VERIFY_TOKEN=

TELEGRAM_BOT_TOKEN=
OPENAI_API_KEY=
GROQ_API_KEY=
GEMINI_API_KEY=
OLLAMA_HOST=http://localhost:11434
"""

BRIEF_CONFIG = """\
business:
  name: "La Tiendita Don Chepe"
  timezone: "America/Managua"
  language: "es"
  address: "Barrio X, frente a..."
  hours:
    mon_fri: "8:00-18:00"
    sat: "9:00-14:00"
    sun: "cerrado"

ai:
  mode: "rag_only" # rag_only | api_llm | local_llm
  model_name: "gpt-4o-mini"
  temperature: 0.2

retrieval:
  top_k: 4
  min_score: 0.5

responses:
  tone: "cercano"
  fallback: "Perdóname, no te entendí bien. ¿Me lo repetís?"
  escalate: "Te paso con alguien del equipo en un momento."
  quick_replies: ["Ver menú", "Ubicación", "Horarios", "Hacer pedido"]

orders:
  enable: true
  notify_email: "pedidos@latiendita.com"
  notify_whatsapp: "whatsapp:+505XXXXXXXX"
"""


def example(name: str) -> str:
    return (ROOT / name).read_bytes().decode("utf-8")


def test_both_begin_with_the_briefs_text() -> None:
    assert example("config_example.yaml").startswith(BRIEF_CONFIG)
    assert example(".env.example").startswith(BRIEF_ENV)


def test_copied_as_they_are_they_open_a_shop_with_every_edge_off(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(example(".env.example"), encoding="utf-8")
    (tmp_path / "config.yaml").write_text(example("config_example.yaml"), encoding="utf-8")
    settings = load_settings(tmp_path, environ={})
    assert settings.business.name == "La Tiendita Don Chepe"
    assert settings.env.twilio_whatsapp_from == ""
    assert not settings.channel_is_on("twilio")
    assert settings.warnings == ()


def test_the_sections_below_load_once_uncommented(tmp_path: Path) -> None:
    uncommented = re.sub(r"(?m)^# ?", "", example("config_example.yaml"))
    (tmp_path / "config.yaml").write_text(uncommented, encoding="utf-8")
    settings = load_settings(tmp_path, environ={})
    assert set(settings.flows) == {"quick_order", "reservar_mesa"}
    assert settings.branches[0].slug == "masaya"
    assert settings.delivery.zones[1].fee == 50
    assert settings.payments.paypal.currency == "USD"


def test_the_keys_for_the_sections_above_load_once_uncommented(tmp_path: Path) -> None:
    marked = [line[3:] for line in example("config_example.yaml").splitlines() if line.startswith("## ")]
    first, last = marked.index("business:"), next(i for i, line in enumerate(marked) if line.startswith("2. "))
    (tmp_path / "config.yaml").write_text("\n".join(marked[first:last]), encoding="utf-8")
    settings = load_settings(tmp_path, environ={})
    assert settings.business.slug == "don-chepe"
    assert settings.orders.discounts[0].code == "MARTES"
    assert settings.responses.templates.hours == "{abierto_ahora} Atendemos {horario}."


def test_between_them_they_show_every_key_there_is() -> None:
    text = re.sub(r"(?m)^##? ?", "", example("config_example.yaml"))
    shown = set(re.findall(r"([a-z_]+):", text))
    for section, field in Config.model_fields.items():
        assert section in shown
        for key in getattr(field.annotation, "model_fields", {}):
            assert key in shown, f"{section}.{key}"
    variables = {one.name for one in parse_env(re.sub(r"(?m)^# (?=[A-Z_]+=)", "", example(".env.example")))[0]}
    assert variables == set(KEYS)


def test_the_brief_parses_as_the_contract_reads_it() -> None:
    tree = read_tree(BRIEF_CONFIG, "config.yaml")
    assert tree.line(("orders", "notify_whatsapp")) == BRIEF_CONFIG.count("\n")
