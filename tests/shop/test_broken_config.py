"""TRUST R-17: whatever is wrong with config.yaml is said with its line, in plain words, and never as a traceback."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from app.settings import SettingsError, SettingsStore, load_settings
from app.shop.mistakes import Mistake

FLOW = """\
flows:
  pedir:
    steps:
      - ask: "¿Tu nombre?"
        var: name
      - ask: "¿Adentro o afuera?"
        var: place
        choices: ["Adentro", "Afuera"]
      - confirm: "{name} en {place}?"
"""

# (text, line, words that must be said)
BROKEN: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "section misspelt": ("busines:\n  name: x\n", 1, ("busines", '"business"')),
    "key misspelt": ("business:\n  name: x\n  timezon: UTC\n", 3, ("business.timezon", "no conozco", '"timezone"')),
    "key in Spanish": ("business:\n  zona_horaria: UTC\n", 2, ('"timezone"',)),
    "key of another section": ("timezone: UTC\n", 1, ("no conozco", '"business"')),
    "key in the wrong section": ("ai:\n  top_k: 3\n", 2, ("ai.top_k", '"retrieval"')),
    "key nobody knows": ("business:\n  zzzzzz: 1\n", 2, ("business.zzzzzz: no conozco esta clave",)),
    "enabled for enable": ("orders:\n  enabled: true\n", 2, ('"enable"',)),
    "deep key misspelt": ("channels:\n  web: {enabld: true}\n", 2, ("channels.web.enabld", '"enabled"')),
    "key of a list's item": ("delivery:\n  zones:\n    - name: X\n      fe: 1\n", 4, ("delivery.zones[1].fe", '"fee"')),
    "key of the second item": (
        "branches:\n  - slug: a\n  - slug: b\n    phon: 1\n", 4, ("branches[2].phon", '"phone"'),
    ),
    "section is a number": ("business: 5\n", 1, ("se espera una sección", '"5"')),
    "section is a list": ("business: [a]\n", 1, ("se espera una sección",)),
    "flows as a list": ("flows:\n  - a\n", 1, ("flows", "se espera una sección")),
    "text where a list goes": ("responses:\n  quick_replies: Menú\n", 2, ("se espera una lista", "Menú")),
    "list where a text goes": ("business:\n  name: [a, b]\n", 2, ("business.name", "se espera un texto")),
    "mapping where a text goes": ("business:\n  name:\n    es: x\n", 2, ("se espera un texto",)),
    "switch where a text goes": ("business:\n  name: true\n", 2, ("comillas",)),
    "word where a number goes": ("retrieval:\n  top_k: cuatro\n", 2, ("número entero de 1 a 50", '"cuatro"')),
    "decimals where a whole goes": ("retrieval:\n  top_k: 4.5\n", 2, ("número entero",)),
    "number out of its range": ("retrieval:\n  min_score: 1.5\n", 2, ("de 0 a 1", "0.5")),
    "number with a comma": ("ai:\n  temperature: 0,2\n", 2, ("número", '"0,2"')),
    "not a number": ("ai:\n  temperature: .nan\n", 2, ("número",)),
    "negative minutes": ("orders:\n  hold_minutes: -5\n", 2, ("número entero",)),
    "yes in Spanish": ("orders:\n  enable: sí\n", 2, ("true o false", '"true"')),
    "auto where it is not": ("orders:\n  enable: auto\n", 2, ("true o false",)),
    "switch misspelt": ("channels:\n  twilio: {enabled: atuo}\n", 2, ("auto, true, false", '"auto"')),
    "choice misspelt": ("ai:\n  mode: rag-only\n", 2, ("api_llm, local_llm", '"rag_only"')),
    "language unknown": ("business:\n  language: fr\n", 2, ("es, en",)),
    "tone unknown": ("responses:\n  tone: sercano\n", 2, ('"cercano"',)),
    "time zone misspelt": ("business:\n  timezone: America/Managa\n", 2, ('"America/Managua"',)),
    "time zone by city": ("business:\n  timezone: Managua\n", 2, ("America/Managua",)),
    "time zone out of its folder": ("business:\n  timezone: ../../etc/passwd\n", 2, ("no existe la zona",)),
    "currency in lower case": ("business:\n  currency: nio\n", 2, ('"NIO"',)),
    "currency that is none": ("business:\n  currency: CORDOBAS\n", 2, ("código de una moneda",)),
    "slug with spaces": ("business:\n  slug: Don Chepe\n", 2, ("don-chepe",)),
    "location off the map": ("business:\n  location: {lat: 200, lon: 0}\n", 2, ("business.location.lat", "-90 a 90")),
    "location without lon": ("business:\n  location:\n    lat: 12\n", 2, ("business.location.lon", "falta")),
    "day misspelt": ("business:\n  hours:\n    mond: 8:00-18:00\n", 3, ("business.hours.mond", '"mon"')),
    "days in Spanish": ("business:\n  hours:\n    lun_vie: 8:00-18:00\n", 3, ('"mon_fri"',)),
    "days with a hyphen": ("business:\n  hours:\n    mon-fri: 8:00-18:00\n", 3, ('"mon_fri"',)),
    "hours not understood": ("business:\n  hours:\n    mon: de ocho a seis\n", 3, ("business.hours.mon", "8:00-18:00")),
    "hour that does not exist": ("business:\n  hours:\n    mon: 8:00-25:00\n", 3, ("no existe esa hora",)),
    "spans that cross": ("business:\n  hours:\n    mon: 8:00-12:00, 11:00-14:00\n", 3, ("se pisan",)),
    "ranges that disagree": (
        "business:\n  hours:\n    mon_wed: 8:00-12:00\n    wed_fri: 9:00-12:00\n", 4, ("business.hours.wed_fri", "wed"),
    ),
    "holiday that does not exist": (
        "business:\n  hours:\n    holidays:\n      2026-02-30: cerrado\n", 4, ("2026-02-30", "2026-12-25"),
    ),
    "holidays as a text": ("business:\n  hours:\n    holidays: cerrado\n", 3, ("business.hours.holidays",)),
    "e-mail without a host": ("orders:\n  notify_email: pedidos\n", 2, ("correo", "@latiendita.com")),
    "WhatsApp without a plus": ("orders:\n  notify_whatsapp: 88880000\n", 2, ("whatsapp:+50588880000",)),
    "price not understood": ("delivery:\n  minimum: mucho\n", 2, ("delivery.minimum", "150.00")),
    "price below zero": ("delivery:\n  minimum: -5\n", 2, ("negativo",)),
    "price that could be two": ("delivery:\n  minimum: 1.240\n", 2, ("más decimales",)),
    "discount over a hundred": (
        "orders:\n  discounts:\n    - {code: A, percent: 110}\n", 3, ("orders.discounts[1].percent", "0 a 100"),
    ),
    "discount without a code": ("orders:\n  discounts:\n    - {percent: 10}\n", 3, ("code: falta esta clave",)),
    "discount day unknown": (
        "orders:\n  discounts:\n    - {code: A, percent: 1, days: [martes]}\n", 3, ("days[1]", "mon, tue"),
    ),
    "the same code twice": (
        "orders:\n  discounts:\n    - {code: A, percent: 1}\n    - {code: a, percent: 2}\n", 4, ("único",),
    ),
    "the same slug twice": ("business: {slug: x}\nbranches:\n  - slug: x\n", 3, ("branches[1].slug", "único")),
    "template variable misspelt": (
        'responses:\n  templates:\n    hours: "{abierto} {horaro}"\n', 3, ("responses.templates.hours", '"{horario}"'),
    ),
    "template variable unknown": (
        'responses:\n  templates:\n    hours: "{qqqq}"\n', 3, ("no conozco la variable {qqqq}", "metodos_pago"),
    ),
    "template with code": ('responses:\n  templates:\n    hours: "{horario.__class__}"\n', 3, ("no conozco la variable",)),
    "template unknown": ('responses:\n  templates:\n    hour: "x"\n', 3, ('"hours"',)),
    "site with a path": ("channels:\n  web: {allowed_sites: [https://a.com/x]}\n", 2, ("https://mitiendita.com",)),
    "site that would break a header": (
        "channels:\n  web:\n    allowed_sites:\n      - \"https://a.com; script-src *\"\n", 4, ("dirección de un sitio",),
    ),
    "flow without steps": ("flows:\n  pedir:\n    start: [hola]\n", 2, ("flows.pedir.steps", "falta")),
    "flow's name with spaces": ("flows:\n  Mi Flujo:\n    steps: [{say: hola}]\n", 2, ("reservar_mesa",)),
    "question without a variable": ("flows:\n  pedir:\n    steps:\n      - ask: hola\n", 4, ("var: name",)),
    "step of two kinds": ("flows:\n  pedir:\n    steps:\n      - {say: a, confirm: b}\n", 4, ("ask, say, confirm o do",)),
    "step key misspelt": (FLOW.replace("var: name", "var: name\n        tipe: text"), 6, ("steps[1].tipe", '"type"')),
    "type unknown": (FLOW.replace("var: name", "var: name\n        type: texto"), 6, ("steps[1].type", '"text"')),
    "action unknown": (FLOW + "      - do: place_oder\n", 10, ("steps[4].do", '"place_order"')),
    "flow variable unknown": (FLOW.replace("{name}", "{nam}"), 9, ("steps[3].confirm", '"{name}"')),
    "flow variable too early": (FLOW.replace("¿Tu nombre?", "¿{place}?"), 4, ("todavía no se preguntó",)),
    "on_no to nowhere": (FLOW + "        on_no: plac\n", 10, ("steps[3].on_no", '"place"')),
    "when of nobody": (FLOW + "        when: {plase: Afuera}\n", 10, ("when.plase", '"place"')),
    "when of no choice": (FLOW + "        when: {place: Afera}\n", 10, ("when.place", '"Afuera"')),
    "range upside down": (
        "flows:\n  a:\n    steps:\n      - {ask: x, var: qty, range: [5, 1]}\n", 4, ("range", "el menor primero"),
    ),
    "range of a text": ("flows:\n  a:\n    steps:\n      - {ask: x, var: name, range: [1, 5]}\n", 4, ("type: quantity",)),
    "choice without choices": ("flows:\n  a:\n    steps:\n      - {ask: x, var: b, type: choice}\n", 4, ('"choices"',)),
    "branch with bad hours": ("branches:\n  - slug: a\n    hours: {mon: x}\n", 3, ("branches[1].hours.mon",)),
    "branch without a slug": ("branches:\n  - name: a\n", 2, ("branches[1].slug", "falta")),
    "the same key twice": ("business:\n  name: a\n  name: b\n", 3, ("business.name", "línea 2")),
    "the same section twice": ("business:\n  name: a\nbusiness:\n  phone: b\n", 3, ("business", "línea 1")),
    "tab at the beginning": ("business:\n\tname: x\n", 2, ("tabulación", "espacios")),
    "tab before the value": ("business:\n  name:\tx\n", 2, ("tabulación",)),
    "quote left open": ('business:\n  name: "x\n  phone: y\n', 2, ("comilla",)),
    "quote left open above another": ('business:\n  name: "x\n  phone: "y"\n', 2, ("comilla",)),
    "bracket left open": ("responses:\n  quick_replies: [a, b\n  csat: true\n", 2, ("no se cerró",)),
    "colon within a text": ("business:\n  name: La tienda: Chepe\n", 2, ("dos puntos de más",)),
    "no colon": ('business:\n  name "x"\n  phone: y\n', 2, ("dos puntos y un espacio",)),
    "no space after the colon": ('business:\n  name:"x"\n  phone: y\n', 2, ("dos puntos y un espacio",)),
    "one space too many": ("business:\n  name: x\n   phone: y\n", 3, ("espacios del comienzo",)),
    "one space too few": ("business:\n   name: x\n  phone: y\n", 3, ("espacios del comienzo",)),
    "text that begins with @": ("business:\n  name: @chepe\n", 2, ("comillas",)),
    "text that begins with *": ("business:\n  name: *chepe\n", 2, ("comillas",)),
    "a path in double quotes": ('business:\n  name: "C:\\dir"\n', 2, ("\\\\",)),
    "a Python object": ("business:\n  name: !!python/object/apply:os.system [ls]\n", 2, ("!!python/object",)),
    "a tag of its own": ("business:\n  name: !secreto x\n", 2, ("!secreto",)),
    "a value within itself": ("business: &a\n  hours: *a\n", 2, ("sí mismo",)),
    "two documents": ("business:\n  name: x\n---\nai: {}\n", 3, ("---",)),
    "a list at the top": ("- business\n", 1, ("secciones",)),
    "a word at the top": ("hola\n", 1, ("secciones",)),
    "a key that is a list": ("? [a]\n: b\n", 1, ("nombre simple",)),
    "a bell": ('business:\n  name: "\x07"\n', 2, ("no es texto",)),
    "a thousand levels": ("business: " + "[" * 1000 + "]" * 1000, 1, ("niveles",)),
    "two providers": ("ai:\n  mode: api_llm\n  provider: opena\n", 3, ('"openai"',)),
}  # fmt: skip


def mistakes_of(tmp_path: Path, raw: bytes) -> tuple[Mistake, ...]:
    (tmp_path / "config.yaml").write_bytes(raw)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, environ={})
    for mistake, line in zip(caught.value.mistakes, str(caught.value).splitlines(), strict=True):
        assert str(mistake) == line
    return caught.value.mistakes


def test_at_least_sixty_broken_files_are_tried() -> None:
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_said_with_its_line_and_the_mend(name: str, tmp_path: Path) -> None:
    text, line, said = BROKEN[name]
    mistakes = mistakes_of(tmp_path, text.encode())
    here = [str(mistake) for mistake in mistakes if mistake.line == line]
    assert here, f"said only: {[str(mistake) for mistake in mistakes]}"
    assert any(all(word in one for word in said) for one in here), here
    assert all(one.startswith(f"config.yaml:{line}: ") for one in here)


@pytest.mark.parametrize("name", BROKEN)
def test_a_running_shop_keeps_its_settings_when_the_file_breaks(name: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("business:\n  name: Antes\n", encoding="utf-8")
    store = SettingsStore(tmp_path, environ={})
    path.write_text(BROKEN[name][0], encoding="utf-8")
    assert not store.reload_if_changed()
    assert store.current.business.name == "Antes"
    assert store.problem and f"config.yaml:{BROKEN[name][1]}: " in store.problem


def test_the_contracts_own_example_is_said_to_the_letter(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, b"business:\n  name: x\n  timezon: UTC\n")
    assert str(mistake) == 'config.yaml:3: business.timezon: no conozco esta clave; ¿quisiste decir "timezone"?'


def test_every_mistake_of_both_files_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ADMIN_PASSWORD=corta\n")
    mistakes = mistakes_of(tmp_path, b"busines: {}\nai:\n  mode: x\n  temperature: y\norders:\n  enable: z\n")
    assert [(one.file, one.line) for one in mistakes] == [
        (".env", 1), ("config.yaml", 1), ("config.yaml", 3), ("config.yaml", 4), ("config.yaml", 6),
    ]  # fmt: skip


def test_a_file_of_ten_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, b"# relleno\n" * 1_000_000)
    assert "10 MB" in mistake.text


def test_a_bomb_of_references_is_refused_quickly(tmp_path: Path) -> None:
    levels = "".join(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefghi"))
    (mistake,) = mistakes_of(tmp_path, f"a: &a [x, x, x, x, x, x, x, x, x]\n{levels}".encode())
    assert "enorme" in mistake.text


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, "business:\n  name: Peña\n".encode("cp1252"))
    assert (mistake.line, "UTF-8" in mistake.text) == (2, True)
    assert "UTF-8" in mistakes_of(tmp_path, "business: {}\n".encode("utf-16"))[0].text


@pytest.mark.parametrize("raw", [b"", b"\n", b"# nada\n", b"---\n", b"\xef\xbb\xbf", b"business:\nai: ~\n"])
def test_a_file_that_says_nothing_is_all_defaults(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(raw)
    assert load_settings(tmp_path, environ={}).business.timezone == "UTC"


def test_a_mark_of_byte_order_and_windows_lines_are_read(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes("\ufeffbusiness:\r\n  name: Ñandú\r\n  phone: '1'\r\n".encode())
    business = load_settings(tmp_path, environ={}).business
    assert (business.name, business.phone) == ("Ñandú", "1")


def test_with_windows_lines_the_line_is_still_right(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, b"business:\r\n  name: x\r\n  phon: y\r\n")
    assert mistake.line == 3


def test_a_file_given_by_name_is_called_so(tmp_path: Path) -> None:
    config = tmp_path / "otra.yaml"
    config.write_text("busines: {}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, config=config, environ={})
    assert str(caught.value).startswith(f"{config}:1: busines: ")


def test_a_file_given_by_name_has_to_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no existe"):
        load_settings(tmp_path, config=tmp_path / "no.yaml", environ={})


def test_a_reference_within_the_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "business:\n  hours: &h {mon: 8:00-18:00}\nbranches:\n  - {slug: a, hours: *h}\n"
    )
    settings = load_settings(tmp_path, environ={})
    assert settings.profile("a").hours == settings.profile().hours
