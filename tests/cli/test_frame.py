"""Every command explains itself, ends with the right status, and says one readable line when it cannot go on."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app import cli
from app.commands import COMMANDS, export_data
from app.core.errors import Unavailable
from tests.cli.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "app" / "locales"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_spanish(tendero: Cli, command: str) -> None:
    ended = tendero(command, "--help")
    assert ended.status == 0
    assert ended.out.startswith("uso: ")
    assert len(ended.out) > 200
    assert "show this help" not in ended.out


def test_the_general_help_lists_the_commands(tendero: Cli) -> None:
    ended = tendero("--help")
    assert ended.status == 0
    assert all(f"    {command}" in ended.out for command in COMMANDS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nada"], "No conozco el comando «nada»"),
        ([], "Falta COMMAND"),
        (["ask", "--xyz"], "No conozco esto: --xyz"),
        (["restore"], "Falta FILE"),
        (["serve", "--port", "ocho"], "--port no puede ser 'ocho'"),
        (["import", "ventas", "x.csv"], "no puede ser 'ventas'"),
        (["ask", "--now"], "--now le falta su valor"),
        (["ask", "--now", "mañana", "hola"], "No entiendo la hora «mañana»"),
        (["ask", "--jsonl", "hola"], "No conozco esto: hola"),
        (["ask"], "No me preguntaste nada"),
        (["doctor", "sobra"], "No conozco esto: sobra"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(tendero: Cli, words: list[str], said: str) -> None:
    ended = tendero(*words)
    assert ended.status == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert ended.out == ""


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom app.cli import main\n"
        "try: main(['ask', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'numpy', 'fastapi', 'structlog', 'pydantic', 'uvicorn', 'ruamel'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_nobody_foresaw_is_one_line_and_its_details_a_file(
    tendero: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise KeyError("una sorpresa\ncon dos líneas")

    monkeypatch.setattr(export_data, "run", fail)
    ended = tendero("export", "menu", home=home)
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    assert str(home / cli.ERROR_LOG) in ended.err
    assert "Traceback" in (home / cli.ERROR_LOG).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("disk full"), "disk full"),
        (PermissionError(13, "denied", "x"), "denied"),
        (KeyboardInterrupt(), "interrumpiste"),
    ],
)
def test_known_troubles_say_what_to_do(
    tendero: Cli, home: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, said: str
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(export_data, "run", fail)
    ended = tendero("export", "menu", home=home)
    assert ended.status == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("words", [["export", "faqs"], ["backup"], ["index"], ["set-password"], ["worker"]])
def test_a_folder_without_a_shop_is_told_and_left_empty(tendero: Cli, tmp_path: Path, words: list[str]) -> None:
    empty = tmp_path / "vacia"
    empty.mkdir()
    ended = tendero(*words, home=empty, stdin="clave-larga-1\n")
    assert ended.status == 1
    assert "no hay ninguna tienda" in ended.err
    assert list(empty.iterdir()) == []


def test_both_languages_say_the_same_things() -> None:
    def names(language: str) -> set[str]:
        return set(flat("", tomllib.loads((LOCALES / language / "cli.toml").read_text(encoding="utf-8"))))

    assert names("es") == names("en")


def flat(prefix: str, table: dict[str, object]) -> list[str]:
    found = []
    for key, value in table.items():
        found += flat(f"{prefix}{key}.", value) if isinstance(value, dict) else [prefix + key]
    return found


def test_the_module_answers_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "--home", str(tmp_path), "doctor"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "python -m app init" in done.stdout
    assert list(tmp_path.iterdir()) == []
