"""The sample shops are complete, load without a complaint, do not contradict themselves, and read as Spanish."""

from __future__ import annotations

import csv
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.catalog.service import all_products, import_menu
from app.core.db import Database
from app.core.migrate import upgrade
from app.core.text import fold
from app.knowledge.service import all_faqs, import_faqs
from app.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
SHOPS = {"tiendita": "es-NI", "food_truck": "es-MX", "ropa": "es-AR"}
GOLDEN = ROOT / "tests" / "golden"
LONGEST_ANSWER = 300
FEWEST_CONVERSATIONS = 15
WORD = re.compile(r"\w+")
ENGLISH_SLIPS = "the and is are we you your with for from this that not open closed order please price free available"
INTENTS = """greeting goodbye thanks hours location menu price availability delivery payment order modify_order
    cancel_order order_status complaint human contact faq smalltalk out_of_scope"""


@pytest.fixture(params=SHOPS)
def shop(request: pytest.FixtureRequest) -> Path:
    return ROOT / "examples" / str(request.param)


@pytest.fixture
def faq_rows(shop: Path) -> list[dict[str, str]]:
    return _rows(shop / "faqs.csv")


@pytest.fixture
def menu_rows(shop: Path) -> list[dict[str, str]]:
    return _rows(shop / "menu.csv")


@pytest.fixture
def settings(shop: Path) -> Settings:
    return load_settings(shop, environ={})


@pytest.fixture
def shop_db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def maker() -> Iterator[ModuleType]:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_sample_pdf

        yield make_sample_pdf
    finally:
        sys.path.pop(0)


def test_every_sample_is_looked_at_here() -> None:
    assert {folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir()} == set(SHOPS)


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
    assert 1 <= sum(bool(row["best_seller"]) for row in menu_rows) <= len(menu_rows) / 8
    for column in ("stock", "seasonal", "options", "synonyms", "categories"):
        assert any(row[column] for row in menu_rows), column
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


def test_every_row_of_the_menu_loads(
    shop: Path, shop_db: Database, settings: Settings, menu_rows: list[dict[str, str]]
) -> None:
    report = import_menu(shop_db, shop / "menu.csv", replace=False, currency=settings.currency)
    assert report.bad == []
    products = shop_db.read_now(all_products)
    assert {product.sku for product in products} == {row["sku"] for row in menu_rows}
    assert any(product.options for product in products)
    assert any(not product.sellable for product in products), "something must be sold out, to see how that is said"
    assert sum(product.sellable for product in products) >= 40


def test_what_the_contract_names_can_be_bought_where_it_says(shop_db: Database) -> None:
    for name in ("tiendita", "food_truck"):
        import_menu(shop_db, ROOT / "examples" / name / "menu.csv", replace=True, currency="NIO")
        products = {product.name: product for product in shop_db.read_now(all_products)}
        assert products["Nacatamal"].sellable
        assert products["Fresco de cacao"].sellable


def test_units_options_and_sold_out_are_read_from_the_menu(shop_db: Database) -> None:
    import_menu(shop_db, ROOT / "examples" / "tiendita" / "menu.csv", replace=False, currency="NIO")
    products = {product.sku: product for product in shop_db.read_now(all_products)}
    assert not products["guirila"].sellable
    assert products["queso-seco"].unit == "libra"
    queso = products["quesillo"].options[0]
    assert queso.required
    assert [(value.name, value.price_delta) for value in queso.values] == [("sencillo", 0), ("trenza", 1500)]
    assert not products["gallo-pinto"].options[0].required


def test_every_question_loads(shop: Path, shop_db: Database, faq_rows: list[dict[str, str]]) -> None:
    report = import_faqs(shop_db, shop / "faqs.csv", replace=False)
    assert report.bad == []
    faqs = shop_db.read_now(all_faqs)
    assert len(faqs) == len(faq_rows)
    assert sum(len(faq.phrasings) for faq in faqs) == sum(len(row["question"].split("|")) for row in faq_rows)


@pytest.mark.parametrize(
    ("name", "slug", "timezone", "currency", "treat_as"),
    [
        ("tiendita", "don-chepe", "America/Managua", "NIO", "vos"),
        ("food_truck", "la-consentida", "America/Mexico_City", "MXN", "tu"),
        ("ropa", "la-percha", "America/Argentina/Cordoba", "ARS", "vos"),
    ],
)
def test_the_shop_sheet_is_accepted_as_it_stands(
    name: str, slug: str, timezone: str, currency: str, treat_as: str
) -> None:
    settings = load_settings(ROOT / "examples" / name, environ={})
    profile = settings.profile()
    assert (profile.slug, str(profile.timezone)) == (slug, timezone)
    assert (settings.currency, settings.responses.treat_as) == (currency, treat_as)
    assert profile.name
    assert profile.hours
    assert len(profile.zones) >= 3


def test_answers_leave_address_and_fees_to_the_sheet(faq_rows: list[dict[str, str]], settings: Settings) -> None:
    profile = settings.profile()
    fees = "|".join(f"{Decimal(str(zone.fee)):.0f}" for zone in profile.zones)
    fee = re.compile(rf"\$ ?({fees})\b")
    for row in faq_rows:
        answer = row["answer"]
        assert profile.address not in answer
        assert profile.phone not in answer
        if {"delivery", "envíos"} & set(row["tags"].split("|")):
            assert not fee.search(answer.replace(".", "").replace(",", "")), answer


def test_prices_in_the_documents_are_those_of_the_menu() -> None:
    price = {row["sku"]: row["price"] for row in _rows(ROOT / "examples" / "tiendita" / "menu.csv")}
    text = (ROOT / "tools" / "encargos-y-eventos.txt").read_text(encoding="utf-8")
    assert f"De 1 a 11 nacatamales: C$ {price['nacatamal']} cada uno" in text
    assert f"su bolsita: C$ {price['paquete-purisima']}." in text


def test_examples_of_intents_use_intents_the_bot_knows(shop: Path) -> None:
    rows = _rows(shop / "intents.csv")
    assert rows
    assert {row["intent"] for row in rows} <= set(INTENTS.split())


def test_each_shop_has_one_pdf_and_one_text_that_can_be_read(shop: Path) -> None:
    pages, texts = sorted((shop / "docs").glob("*.pdf")), sorted((shop / "docs").glob("*.md"))
    assert (len(pages), len(texts)) == (1, 1)
    text = texts[0].read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert text.count("\n## ") >= 5
    assert not _english(text)
    assert len(text.split()) > 250


def test_the_pdfs_are_made_from_their_texts(maker: ModuleType) -> None:
    made_for = {sample.target.parents[1].name: sample.lang for sample in maker.SAMPLES}
    assert made_for == SHOPS
    for sample in maker.SAMPLES:
        kept = sample.target.read_bytes()
        made = maker.pdf_of(sample.source.read_text(encoding="utf-8"), sample.lang)
        assert kept.startswith(b"%PDF-")
        assert f"/Lang ({sample.lang})".encode() in kept
        assert _streams(kept) == _streams(made), "run: python tools/make_sample_pdf.py"


def test_the_pdfs_have_a_text_layer(shop: Path, maker: ModuleType) -> None:
    sample = next(sample for sample in maker.SAMPLES if shop in sample.target.parents)
    drawn = "".join(_streams(sample.target.read_bytes()))
    headings = re.findall(r"^##? (.+)$", sample.source.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(headings) >= 5
    assert [heading for heading in headings if heading not in drawn] == []


def test_golden_conversations_are_many_and_each_has_its_name() -> None:
    tests = _golden()
    names = Counter(test["name"] for test in tests)
    assert len(tests) >= 100
    assert [name for name, times in names.items() if times > 1] == []
    assert all("bot" in turn or "wait" in turn for test in tests for turn in test["turns"])


def test_every_shop_has_its_golden_conversations(shop: Path) -> None:
    about = [test for test in _golden() if Path(test["data"]).name == shop.name]
    assert len(about) >= FEWEST_CONVERSATIONS


def _golden() -> list[dict[str, Any]]:
    reader = YAML(typ="safe")
    return [test for file in sorted(GOLDEN.glob("*.yaml")) for test in reader.load(file.read_text(encoding="utf-8"))]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _english(text: str) -> set[str]:
    return set(ENGLISH_SLIPS.split()) & {word.lower() for word in WORD.findall(text)}


def _streams(pdf: bytes) -> list[str]:
    """What the pages draw, uncompressed, without the file's dates and producer."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(stream).decode("latin-1") for stream in packed]
