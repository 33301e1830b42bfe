"""A restore asked for in the panel is done once, before the shop opens again, and what came of it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.backup import asked, shelf
from app.backup import service as backups
from app.core.errors import UserError
from app.wiring import House

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def kept(house: House) -> Path:
    """A backup in the shop's folder, of a shop called otherwise."""
    path = backups.default_path(house.home, NOW)
    backups.make(house.home, house.db, path, now=NOW, keys=("OPENAI_API_KEY",))
    config = house.home / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("Don Chepe", "Doña Chepa"), "utf-8")
    return path


def url(house: House) -> str:
    return backups.database_url(house.home, house.settings.current.env)


def test_it_is_done_once_and_the_shop_as_it_was_is_kept(house: House) -> None:
    asked.ask(house.home, kept(house))
    house.close()
    told = asked.restore_asked(house.home, url(house), NOW)
    assert told is not None and (told.state, told.keys) == ("done", ("OPENAI_API_KEY",))
    assert "Don Chepe" in (house.home / "config.yaml").read_text("utf-8")
    assert told == asked.told(house.home)
    safety = shelf.path_of(house.home, told.safety)
    assert safety is not None and shelf.look(house.home, safety).counts["products"] > 0
    assert asked.restore_asked(house.home, url(house), NOW) is None
    asked.forget_told(house.home)
    assert asked.told(house.home) is None


def test_one_that_was_damaged_meanwhile_leaves_all_as_it_was_and_says_so(house: House) -> None:
    path = kept(house)
    asked.ask(house.home, path)
    house.close()
    path.write_bytes(path.read_bytes()[:-200])
    told = asked.restore_asked(house.home, url(house), NOW)
    assert told is not None and told.state == "failed" and path.name in told.why
    assert "Doña Chepa" in (house.home / "config.yaml").read_text("utf-8")
    assert asked.restore_asked(house.home, url(house), NOW) is None, "it must not keep the shop from opening"


def test_one_cut_short_is_told_and_not_begun_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked.ask(house.home, kept(house))
    house.close()

    class PowerCut(BaseException): ...

    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    monkeypatch.setattr(backups, "restore", cut)
    with pytest.raises(PowerCut):
        asked.restore_asked(house.home, url(house), NOW)
    told = asked.told(house.home)
    assert told is not None and told.state == "begun"
    assert asked.restore_asked(house.home, url(house), NOW) is None


@pytest.mark.parametrize(
    "name",
    ["../config.yaml", "tendero-2026-11-23-160000.zip/../x", "otro.zip", "", "tendero-2026-11-23-160000.zip.aparte"],
)
def test_only_a_backup_of_the_folder_has_a_path(house: House, name: str) -> None:
    kept(house)
    assert shelf.path_of(house.home, name) is None


def test_what_is_put_up_is_read_through_first(house: House, tmp_path: Path) -> None:
    good = kept(house)
    assert shelf.put(house.home, good, NOW).name.startswith("subido-")
    bad = tmp_path / "x.zip"
    bad.write_bytes(good.read_bytes()[:-300])
    before = shelf.lying(house.home)
    with pytest.raises(UserError, match="No toqué nada"):
        shelf.put(house.home, bad, NOW)
    assert shelf.lying(house.home) == before


def test_one_put_aside_comes_back_and_the_list_is_the_newest_first(house: House) -> None:
    path = kept(house)
    shelf.put_aside(path)
    assert shelf.lying(house.home) == [] and shelf.path_of(house.home, path.name) is None
    assert shelf.bring_back(house.home, path.name) and not shelf.bring_back(house.home, path.name)
    (only,) = shelf.lying(house.home)
    assert (only.name, only.kind, only.size) == (path.name, "tendero", path.stat().st_size)
