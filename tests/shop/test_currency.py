"""Which money a shop charges in."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import currency_of, load_settings
from app.shop.currency import country_currency


@pytest.mark.parametrize(
    ("zone", "currency"),
    [
        ("America/Managua", "NIO"), ("America/Argentina/Buenos_Aires", "ARS"), ("America/Buenos_Aires", "ARS"),
        ("America/Mexico_City", "MXN"), ("America/Bogota", "COP"), ("America/Guayaquil", "USD"),
        ("America/Santiago", "CLP"), ("Europe/Madrid", "EUR"), ("Asia/Tokyo", "JPY"), ("UTC", "USD"),
        ("Etc/GMT+6", "USD"),
    ],
)  # fmt: skip
def test_a_time_zones_country_has_its_money(zone: str, currency: str) -> None:
    assert country_currency(zone) == currency


def test_the_file_beats_the_menu_and_the_menu_beats_the_country(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("business: {timezone: America/Managua}\n")
    settings = load_settings(tmp_path, environ={})
    assert currency_of(settings) == "NIO"
    assert currency_of(settings, "USD") == "USD"
    (tmp_path / "config.yaml").write_text("business: {timezone: America/Managua, currency: EUR}\n")
    assert currency_of(load_settings(tmp_path, environ={}), "USD") == "EUR"
