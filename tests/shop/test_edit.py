"""The panel's pen: it changes what it was asked to and leaves the owner's hand everywhere else."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.settings import SettingsError, edit, load_settings
from app.shop.edit import edited
from app.shop.history import KEEP
from app.shop.yamltree import read_tree
from tests.sizes import size

ROOT = Path(__file__).parents[2]
REFERENCE = re.sub(r"(?m)^# ?", "", (ROOT / "config_example.yaml").read_text(encoding="utf-8"))
SMALL = """\
# La ficha
business:
  name: Tienda   # así nos dicen
  timezone: 'UTC'  # la de acá

  # los horarios
  hours:
    mon_fri: "8:00-18:00"   # de corrido
    sat: "9:00-14:00"
delivery:
  zones:     # gana la más barata
    # el centro
    - {name: Centro, fee: 10}   # caminando
    - name: Lejos   # en moto
      fee: "20"
# fin
"""


def changed(text: str, changes: dict[str, Any]) -> str:
    return edited(text.encode(), changes, "config.yaml").decode()


def differing(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(one, two) for one, two in pairs if one != two]


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("business.name", "Casa", "  name: Casa     # así nos dicen"),
        ("business.name", "Don: # Chepe", '  name: "Don: # Chepe"  # así nos dicen'),
        ("business.name", "true", '  name: "true"   # así nos dicen'),
        ("business.timezone", "America/Managua", "  timezone: 'America/Managua'  # la de acá"),
        ("business.hours.mon_fri", "24h", '    mon_fri: "24h"          # de corrido'),
        ("delivery.zones[1].fee", "15.50", '    - {name: Centro, fee: "15.50"}   # caminando'),
        ("delivery.zones[1].fee", Decimal("15.50"), "    - {name: Centro, fee: 15.50}   # caminando"),
        ("delivery.zones[2].name", "Muy Lejos", "    - name: Muy Lejos  # en moto"),
    ],
)
def test_one_value_changes_one_line_in_its_own_quotes(key: str, value: Any, line: str) -> None:
    ((_, after),) = differing(SMALL, changed(SMALL, {key: value}))
    assert after == line


@pytest.mark.parametrize(
    "changes",
    [
        {"business.name": None},
        {"business.hours": None},
        {"business.hours": {"daily": "24h"}},
        {"business.hours": {}},
        {"business": {"name": "x"}},
        {"delivery.zones": []},
        {"delivery.zones": [{"name": "A"}, {"name": "B"}]},
        {"delivery.zones": [{"name": "A", "fee": "1"}]},
        {"delivery": None},
        {"delivery.zones[2].fee": None},
        {"business.currency": "NIO", "ai.mode": "api_llm", "branches": [{"slug": "a", "hours": {"mon": "24h"}}]},
        {"flows.pedir": {"steps": [{"ask": "¿Tu nombre?", "var": "name"}, {"confirm": "{name}?"}]}},
        {"responses.templates.hours": "{horario}\n«hoy» y mañana\t#1"},
    ],
)
def test_whatever_changes_every_comment_stays(changes: dict[str, Any]) -> None:
    after = changed(SMALL, changes)
    for comment in re.findall(r"#[^\n]*", SMALL):
        assert comment in after, after


def test_a_mapping_that_loses_a_key_keeps_the_lines_of_the_others() -> None:
    after = changed(SMALL, {"business.hours": {"mon_fri": "8:00-18:00"}})
    assert after == SMALL.replace('    sat: "9:00-14:00"\n', "")


def test_a_new_key_goes_to_its_section_and_a_new_section_to_the_end() -> None:
    after = changed(SMALL, {"business.phone": "+505 8888", "ai.temperature": 0.5, "orders": {"enable": False}})
    assert '    sat: "9:00-14:00"\n  phone: "+505 8888"\ndelivery:\n' in after
    assert read_tree(after, "c").data["ai"] == {"temperature": "0.5"}
    assert read_tree(after, "c").data["orders"] == {"enable": "false"}


@pytest.mark.parametrize(
    "start", ["", "# sólo una nota\n", "business:\n", "business: {}\n", "business: ~ # nada", "\ufeff"]
)
def test_a_file_that_says_little_can_be_written_to(start: str) -> None:
    after = changed(start, {"business.name": "Chepe", "business.hours.daily": "24h"})
    assert read_tree(after.removeprefix("\ufeff"), "c").data == {
        "business": {"name": "Chepe", "hours": {"daily": "24h"}}
    }
    assert after.startswith("\ufeff") is start.startswith("\ufeff")
    assert re.findall("#.*", start) == re.findall("#.*", after)


def test_windows_lines_stay_windows_lines() -> None:
    before = SMALL.replace("\n", "\r\n")
    after = changed(before, {"business.name": None, "business.phone": "1", "delivery.zones": [{"name": "X"}]})
    assert after.count("\r\n") == after.count("\n")
    assert load_after(after).delivery.zones[0].name == "X"


def load_after(text: str) -> Any:
    from app.shop.reading import read_config

    return read_config(text.encode(), "config.yaml")[0]


def test_writing_what_is_already_there_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")
    edit(path, {"business.name": "Tienda", "business.hours": {"mon_fri": "8:00-18:00", "sat": "9:00-14:00"}})
    assert path.read_text(encoding="utf-8") == SMALL
    assert not (tmp_path / "var" / "config_history").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"business.timezone": "Marte"}, {"business.nombre": "x"}, {"orders.hold_minutes": "mucho"},
        {"delivery.zones[9].fee": "1"}, {"business.name.corto": "x"}, {"responses.templates.hours": "{hora}"},
        {"business.name": "Bien", "business.language": "fr"},
    ],
)  # fmt: skip
def test_a_bad_change_is_refused_and_the_file_untouched(changes: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(SettingsError):
        edit(path, changes)
    assert path.read_text(encoding="utf-8") == SMALL
    assert [one.name for one in tmp_path.iterdir() if one.name != "var"] == ["config.yaml"]


def test_a_value_others_refer_to_is_not_pulled_from_under_them() -> None:
    text = "business:\n  hours: &h {mon: 24h}\nbranches:\n  - {slug: a, hours: *h}\n"
    with pytest.raises(SettingsError):
        changed(text, {"business.hours": None})
    with pytest.raises(SettingsError):
        changed(text, {"branches[1].hours.tue": "24h"})


def test_the_version_before_is_kept_and_only_the_last_fifty(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")
    path.chmod(0o640)
    for turn in range(KEEP + 3):
        edit(path, {"limits.upload_mb": turn + 1})
    history = sorted((tmp_path / "var" / "config_history").iterdir())
    assert len(history) == KEEP
    assert f"upload_mb: {KEEP + 2}\n" in history[-1].read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o640


def test_edits_at_the_same_time_all_arrive(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")
    changes = [
        {f"limits.{key}": 7} for key in ("customer_per_minute", "channel_per_minute", "new_chats_per_hour", "upload_mb")
    ]
    changes += [{"business.phone": "1"}, {"orders.hold_minutes": 7}]
    threads = [threading.Thread(target=edit, args=(path, change)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settings = load_settings(tmp_path, environ={})
    assert set(settings.limits.model_dump().values()) == {7, 2.0}
    assert (settings.business.phone, settings.orders.hold_minutes) == ("1", 7)


KEYS = st.sampled_from(
    ["business.name", "business.address", "business.hours", "business.hours.sun", "business.location", "ai.personality",
     "responses.fallback", "responses.quick_replies", "orders.discounts", "flows", "flows.quick_order",
     "flows.reservar_mesa.steps", "flows.reservar_mesa.steps[2].choices", "channels.web", "channels.web.allowed_sites",
     "payments.methods", "payments", "delivery.zones", "delivery.zones[1].areas", "delivery", "branches",
     "branches[1].address", "privacy.consent", "responses.templates"]
)  # fmt: skip
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
VALUES = st.one_of(
    st.none(), TEXT, st.lists(TEXT, max_size=3), st.just({}), st.just([{"name": "a", "slug": "b"}]),
    st.dictionaries(st.sampled_from(["hours", "mon", "enabled"]), TEXT, max_size=2),
)  # fmt: skip


@settings(max_examples=size(25, 1_000), deadline=None)
@given(st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=3))
def test_after_any_edit_that_is_taken_all_comments_are_there(changes: list[tuple[str, Any]]) -> None:
    text = REFERENCE
    for key, value in changes:
        try:
            text = changed(text, {key: value})
        except SettingsError:
            continue
    for comment in re.findall(r"(?m)(?:^|\s)(#[^\n]*?)\s*$", REFERENCE):
        assert comment in text


@settings(max_examples=size(30, 1_000), deadline=None)
@given(TEXT)
def test_a_text_written_is_the_text_read(value: str) -> None:
    for text in (SMALL, SMALL.replace("Tienda", "'Tienda'"), SMALL.replace("Tienda", '"Tienda"')):
        assert load_after(changed(text, {"business.name": value})).business.name == value
