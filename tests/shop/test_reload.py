"""A running shop takes good edits soon and survives bad ones."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from app import settings as settings_module
from app.settings import Settings, SettingsStore, edit


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("business:\n  name: Uno\n", encoding="utf-8")
    return path


@pytest.fixture
def store(config: Path) -> SettingsStore:
    return SettingsStore(config.parent, environ={})


def test_a_good_edit_is_taken_as_a_new_snapshot(store: SettingsStore, config: Path) -> None:
    heard: list[str] = []
    store.on_change(lambda fresh: heard.append(fresh.business.name))
    before = store.current
    edit(config, {"business.name": "Dos"})
    assert store.reload_if_changed()
    assert (before.business.name, store.current.business.name) == ("Uno", "Dos")
    assert (before.version, store.current.version, heard) == (1, 2, ["Dos"])
    assert not store.reload_if_changed()


def test_an_edit_of_the_same_size_and_hour_is_noticed(store: SettingsStore, config: Path) -> None:
    stamp = config.stat()
    config.write_text("business:\n  name: Dos\n", encoding="utf-8")
    os.utime(config, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert store.reload_if_changed()


def test_a_file_touched_but_the_same_is_not_news(store: SettingsStore, config: Path) -> None:
    os.utime(config, (1, 1))
    assert not store.reload_if_changed()


def test_after_a_bad_edit_the_good_one_clears_the_problem(store: SettingsStore, config: Path) -> None:
    config.write_text("business:\n  nam: Dos\n", encoding="utf-8")
    assert not store.reload_if_changed()
    assert store.problem == 'config.yaml:2: business.nam: no conozco esta clave; ¿quisiste decir "name"?'
    assert store.current.business.name == "Uno"
    config.write_text("business:\n  name: Uno\n", encoding="utf-8")
    store.reload_if_changed()
    assert store.problem is None


def test_a_file_that_goes_away_leaves_the_last_one_in_force(store: SettingsStore, config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    config.unlink()
    assert not store.reload_if_changed()
    assert store.current.business.name == "Uno"
    assert "ya no está" in (store.problem or "")
    config.write_text(text, encoding="utf-8")
    store.reload_if_changed()
    assert store.problem is None


def test_a_file_that_comes_later_is_taken(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path, environ={})
    assert not store.reload_if_changed()
    (tmp_path / "config.yaml").write_text("business: {name: Nuevo}\n", encoding="utf-8")
    assert store.reload_if_changed()
    assert store.current.business.name == "Nuevo"


def test_a_folder_in_place_of_the_file_is_only_a_problem(store: SettingsStore, config: Path) -> None:
    config.unlink()
    config.mkdir()
    assert not store.reload_if_changed()
    assert store.problem


def test_secrets_wait_for_a_restart(store: SettingsStore, config: Path) -> None:
    (config.parent / ".env").write_text("ADMIN_PASSWORD=corta\n", encoding="utf-8")
    edit(config, {"business.name": "Dos"})
    assert store.reload_if_changed()
    assert store.current.env.admin_password == ""


def test_a_listener_that_fails_does_not_stop_the_others(store: SettingsStore, config: Path) -> None:
    heard: list[int] = []

    def fails(fresh: Settings) -> None:
        raise RuntimeError("no")

    store.on_change(fails)
    store.on_change(lambda fresh: heard.append(fresh.version))
    edit(config, {"business.name": "Dos"})
    assert store.reload_if_changed()
    assert heard == [2]


async def test_the_watch_takes_an_edit_by_itself_and_never_half_a_file(
    store: SettingsStore, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_module, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(settings_module, "SETTLE_SECONDS", 0.05)
    taken = asyncio.Event()
    store.on_change(lambda fresh: store_loop.call_soon_threadsafe(taken.set))
    store_loop = asyncio.get_running_loop()
    watch = asyncio.create_task(store.watch())
    for name in "abcdefgh":  # an editor writing bit by bit
        config.write_text(f"business:\n  name: {name}\n", encoding="utf-8")
        await asyncio.sleep(0.01)
    config.write_text("business:\n  name: Final\n", encoding="utf-8")
    await asyncio.wait_for(taken.wait(), 5)
    watch.cancel()
    assert (store.current.business.name, store.current.version) == ("Final", 2)


def test_readers_during_edits_always_see_a_whole_snapshot(store: SettingsStore, config: Path) -> None:
    """TRUST R-18: what one turn quotes comes from one snapshot, whatever is edited meanwhile."""
    done = threading.Event()
    torn: list[tuple[str, str]] = []

    def read() -> None:
        while not done.is_set():
            snapshot = store.current
            if snapshot.business.phone and snapshot.business.phone != snapshot.business.address:
                torn.append((snapshot.business.phone, snapshot.business.address))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(8):
        edit(config, {"business.phone": str(turn), "business.address": str(turn)})
        assert store.reload_if_changed()
    done.set()
    for reader in readers:
        reader.join()
    assert torn == []
    assert store.current.business.phone == "7"
