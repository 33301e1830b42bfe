"""The sample shop is complete, loads without a complaint, does not contradict itself, and reads as Spanish."""

from __future__ import annotations

import csv
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.catalog.service import all_products, import_menu
from app.core.db import Database
from app.core.migrate import upgrade
from app.core.text import fold
from app.knowledge.service import all_faqs, import_faqs
from app.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "examples" / "tiendita"
GOLDEN = ROOT / "tests" / "golden"
PDF = SHOP / "docs" / "encargos-y-eventos.pdf"
POLICY = SHOP / "docs" / "politica-de-la-casa.md"
LONGEST_ANSWER = 300
MOST_BEST_SELLERS = 3
WORD = re.compile(r"\w+")
ENGLISH_SLIPS = "the and is are we you your with for from this that not open closed order please price free available"
INTENTS = """greeting goodbye thanks hours location menu price availability delivery payment order modify_order
    cancel_order order_status complaint human contact faq smalltalk out_of_scope"""


@pytest.fixture(scope="module")
def faq_rows() -> list[dict[str, str]]:
    return _rows(SHOP / "faqs.csv")


@pytest.fixture(scope="module")
def menu_rows() -> list[dict[str, str]]:
    return _rows(SHOP / "menu.csv")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHOP, environ={})


@pytest.fixture
def shop_db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False)
    upgrade(database)
    yield database
    database.close()


def test_there_are_forty_questions_each_asked_in_several_ways(faq_rows: list[dict[str, str]]) -> None:
    assert len(faq_rows) >= 40
    thin = [row["question"] for row in faq_rows if len(row["question"].split("|")) < 2]
    assert thin == []


def test_no_question_is_asked_twice(faq_rows: list[dict[str, str]]) -> None:
    asked = Counter(fold(way).strip("¿?") for row in faq_rows for way in row["question"].split("|"))
    assert [way for way, times in asked.items() if times > 1] == []


def test_answers_are_short_and_in_spanish(faq_rows: list[dict[str, str]]) -> None:
    assert [row["answer"] for row in faq_rows if not 20 <= len(row["answer"]) <= LONGEST_ANSWER] == []
    assert [row["answer"] for row in faq_rows if _english(row["answer"])] == []


def test_the_menu_has_forty_products_of_every_kind(menu_rows: list[dict[str, str]]) -> None:
    assert len(menu_rows) >= 40
    assert {"nacatamal": "Nacatamal", "fresco-cacao": "Fresco de cacao"}.items() <= {
        row["sku"]: row["name"] for row in menu_rows
    }.items()
    assert 1 <= sum(bool(row["best_seller"]) for row in menu_rows) <= MOST_BEST_SELLERS
    assert {row["unit"] for row in menu_rows} >= {"", "libra", "docena", "litro"}
    for column in ("stock", "seasonal", "options", "extras", "synonyms"):
        assert any(row[column] for row in menu_rows), column
    assert sum(row["stock"] == "0" for row in menu_rows) >= 2
    assert [row["name"] for row in menu_rows if _english(row["name"] + " " + row["description"])] == []


def test_products_are_told_apart_by_sku_and_by_every_name(menu_rows: list[dict[str, str]]) -> None:
    skus = Counter(row["sku"] for row in menu_rows)
    assert [sku for sku, times in skus.items() if times > 1] == []
    owners: dict[str, set[str]] = {}
    for row in menu_rows:
        for name in [row["name"], *row["synonyms"].split("|")]:
            owners.setdefault(fold(name), set()).add(row["sku"])
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}


def test_prices_are_positive(menu_rows: list[dict[str, str]]) -> None:
    assert [row["name"] for row in menu_rows if Decimal(row["price"]) <= 0] == []


def test_every_row_of_the_menu_loads(shop_db: Database, menu_rows: list[dict[str, str]]) -> None:
    report = import_menu(shop_db, SHOP / "menu.csv", replace=False, currency="NIO")
    assert report.bad == []
    products = {product.sku: product for product in shop_db.read_now(all_products)}
    assert set(products) == {row["sku"] for row in menu_rows}
    assert products["nacatamal"].sellable
    assert products["fresco-cacao"].sellable
    assert not products["guirila"].sellable
    assert products["queso-seco"].unit == "libra"
    queso = products["quesillo"].options[0]
    assert queso.required
    assert [(value.name, value.price_delta) for value in queso.values] == [("sencillo", 0), ("trenza", 1500)]
    assert not products["gallo-pinto"].options[0].required


def test_every_question_loads(shop_db: Database, faq_rows: list[dict[str, str]]) -> None:
    report = import_faqs(shop_db, SHOP / "faqs.csv", replace=False)
    assert report.bad == []
    faqs = shop_db.read_now(all_faqs)
    assert len(faqs) == len(faq_rows)
    assert sum(len(faq.phrasings) for faq in faqs) == sum(len(row["question"].split("|")) for row in faq_rows)


def test_the_shop_sheet_is_accepted_as_it_stands(settings: Settings) -> None:
    profile = settings.profile()
    assert profile.slug == "don-chepe"
    assert profile.name == "La Tiendita Don Chepe"
    assert str(profile.timezone) == "America/Managua"
    assert settings.currency == "NIO"
    assert settings.responses.treat_as == "vos"
    assert len(profile.zones) == 3


def test_answers_leave_address_and_fees_to_the_sheet(faq_rows: list[dict[str, str]], settings: Settings) -> None:
    profile = settings.profile()
    fees = {f"C$ {Decimal(str(zone.fee)):.0f}" for zone in profile.zones}
    for row in faq_rows:
        answer = row["answer"]
        assert profile.address not in answer
        assert profile.phone not in answer
        if "delivery" in row["tags"]:
            assert not any(re.search(re.escape(fee) + r"\b", answer) for fee in fees), answer


def test_prices_in_the_documents_are_those_of_the_menu(menu_rows: list[dict[str, str]]) -> None:
    price = {row["sku"]: row["price"] for row in menu_rows}
    text = (ROOT / "tools" / "encargos-y-eventos.txt").read_text(encoding="utf-8")
    assert f"De 1 a 11 nacatamales: C$ {price['nacatamal']} cada uno" in text
    assert f"su bolsita: C$ {price['paquete-purisima']}." in text


def test_examples_of_intents_use_intents_the_bot_knows() -> None:
    rows = _rows(SHOP / "intents.csv")
    assert rows
    assert {row["intent"] for row in rows} <= set(INTENTS.split())


def test_the_pdf_is_made_from_its_text() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from make_sample_pdf import SOURCE, pdf_of
    finally:
        sys.path.pop(0)
    kept, made = PDF.read_bytes(), pdf_of(SOURCE.read_text(encoding="utf-8"))
    assert kept.startswith(b"%PDF-")
    assert _streams(kept) == _streams(made), "run: python tools/make_sample_pdf.py"


def test_the_pdf_has_a_text_layer() -> None:
    page = "".join(_streams(PDF.read_bytes()))
    for words in ("nacatamales", "Adelanto", "Doña Meche", "Purísima", "C$ 90"):
        assert words in page


def test_the_policy_can_be_read() -> None:
    text = POLICY.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert not _english(text)
    assert len(text.split()) > 250


def test_golden_conversations_are_many_and_each_has_its_name() -> None:
    reader = YAML(typ="safe")
    tests = [test for file in sorted(GOLDEN.glob("*.yaml")) for test in reader.load(file.read_text(encoding="utf-8"))]
    names = Counter(test["name"] for test in tests)
    assert len(tests) >= 40
    assert [name for name, times in names.items() if times > 1] == []
    assert all("bot" in turn or "wait" in turn for test in tests for turn in test["turns"])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _english(text: str) -> set[str]:
    return set(ENGLISH_SLIPS.split()) & {word.lower() for word in WORD.findall(text)}


def _streams(pdf: bytes) -> list[str]:
    """What the pages draw, uncompressed, without the file's dates and producer."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(stream).decode("latin-1") for stream in packed]
