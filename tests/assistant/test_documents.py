"""An answer from a document: the fact as written, then where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.assistant.responders.documents import document_part
from app.assistant.turn import Asked, Part
from app.knowledge.service import DocPassage, Hit, doc_entries
from app.nlu.service import normalise
from tests.assistant.shop import CONFIG, Shop

TEXT = "Kevin espera hasta 10 minutos en el portón. Si no sale nadie, regresa con el pedido.\n- El empaque no se cobra"


def part(tmp_path: Path, question: str, *, page: int | None = 2, heading: str = "Envíos", config: str = CONFIG) -> Part:
    shop = Shop(tmp_path, config=config)
    shop.say(question)
    entry = doc_entries([DocPassage("politica#3", "Política de la casa", heading, page, TEXT)])[0]
    hit = Hit("doc", entry.id, entry.title, 0.71239, entry)
    said = " ".join(normalise(question).tokens)
    asked = Asked(0, shop.last.analysis.clauses[0], said, (hit,))
    return document_part(shop.last, asked, hit, intent="faq", score=0.7)


def test_the_fact_comes_first_and_then_its_source(tmp_path: Path) -> None:
    made = part(tmp_path, "¿cuánto espera Kevin en el portón?")
    assert made.text == ("Kevin espera hasta 10 minutos en el portón. (Lo dice «Política de la casa»: Envíos, pág. 2.)")
    assert made.source == "doc"
    assert [source.as_json() for source in made.used] == [
        {"type": "doc", "id": "politica#3", "title": "Política de la casa", "score": 0.7124, "used": True}
    ]


def test_a_bullet_gets_its_full_stop_and_a_document_without_pages_its_heading(tmp_path: Path) -> None:
    made = part(tmp_path, "¿el empaque se cobra?", page=None)
    assert made.text == "El empaque no se cobra. (Lo dice «Política de la casa»: Envíos.)"


def test_a_document_without_pages_and_headings_is_cited_by_its_title(tmp_path: Path) -> None:
    assert part(tmp_path, "¿el empaque se cobra?", page=None, heading="").text.endswith(
        "(Lo dice «Política de la casa».)"
    )


@pytest.mark.parametrize("treat", ["vos", "tu", "usted"])
def test_the_source_is_said_alike_in_every_form_of_address(tmp_path: Path, treat: str) -> None:
    config = f'{CONFIG}responses:\n  treat_as: "{treat}"\n'
    assert "(Lo dice «Política de la casa»" in part(tmp_path, "¿el empaque se cobra?", config=config).text


def test_a_customer_in_english_gets_the_text_as_written_with_a_note(tmp_path: Path) -> None:
    made = part(tmp_path, "how long does Kevin wait at the gate, please?")
    assert "Kevin espera hasta 10 minutos en el portón." in made.text
    assert "From “Política de la casa”" in made.text
    assert made.text.endswith("(in Spanish)")
