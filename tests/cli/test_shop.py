"""`init`, `doctor`, `index`, `import`, `export`, `backup`, `restore`, `set-password` on a real shop."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from app.accounts import service as accounts
from app.core.clock import Clock
from app.core.db import Database
from tests.cli.conftest import Cli

CHECKS = {
    "config",
    "database",
    "data",
    "index",
    "embedder",
    "web",
    "twilio",
    "whatsapp",
    "telegram",
    "messenger",
    "stripe",
    "paypal",
    "mercadopago",
    "notices",
    "llm",
}


@pytest.fixture
def shop(tendero: Cli, tmp_path: Path) -> Path:
    """A shop made by `init`."""
    folder = tmp_path / "tienda"
    assert tendero("init", "--example", "tiendita", home=folder).status == 0
    return folder


def database(shop: Path) -> Database:
    return Database(f"sqlite:///{shop / 'var' / 'db.sqlite'}")


def test_init_writes_a_shop_and_never_over_another(tendero: Cli, shop: Path) -> None:
    assert {path.name for path in shop.iterdir()} == {".env", "config.yaml", "data"}
    assert (shop / ".env").stat().st_mode & 0o077 == 0
    before = (shop / "config.yaml").read_bytes()
    ended = tendero("init", home=shop)
    assert ended.status == 1
    assert "ya hay una tienda" in ended.err
    assert (shop / "config.yaml").read_bytes() == before
    ended = tendero("init", "--example", "zapateria", home=shop / "otra")
    assert ended.status == 1
    assert "tiendita" in ended.err
    assert not (shop / "otra").exists()


def test_doctor_looks_at_everything_and_touches_nothing(tendero: Cli, shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    ended = tendero("doctor", "--json", home=shop)
    findings = json.loads(ended.out)
    assert ended.status == 0
    assert {finding["check"] for finding in findings} == CHECKS
    assert all(set(finding) == {"check", "status", "detail", "fix"} for finding in findings)
    assert {finding["status"] for finding in findings} == {"ok", "off"}
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before
    assert len(tendero("doctor", home=shop).out.splitlines()) >= len(CHECKS)


def test_doctor_names_the_line_of_a_mistake(tendero: Cli, shop: Path) -> None:
    config = shop / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("timezone:", "timezome:", 1)
    config.write_text(text, encoding="utf-8")
    line = 1 + text[: text.index("timezome")].count("\n")
    ended = tendero("doctor", home=shop)
    assert ended.status == 1
    assert f"config.yaml:{line}:" in ended.out
    assert "timezone" in ended.out


def test_doctor_tells_of_rows_and_documents_that_could_not_be_read_at_an_earlier_start(
    tendero: Cli, shop: Path
) -> None:
    (shop / "data" / "docs" / "malo.pdf").write_bytes(b"%PDF-1.7 a medio copiar")
    with (shop / "data" / "faqs.csv").open("a", encoding="utf-8") as file:
        file.write(",sin pregunta,\n")
    assert tendero("index", home=shop).status == 0
    ended = tendero("doctor", "--json", home=shop)
    data = next(finding for finding in json.loads(ended.out) if finding["check"] == "data")
    assert data["status"] == "warn"
    assert "2 cosas" in data["detail"]
    assert "docs/malo.pdf: está dañado" in data["detail"]


def test_doctor_sees_what_is_on_and_cannot_work(tendero: Cli, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENDERO_CLOCK", "2026-11-23T10:00:00-06:00")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1234567:abc")
    monkeypatch.setenv("WHATSAPP_TOKEN", "solo-una-de-cuatro")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    (shop / "data" / "faqs.csv").write_text("question,answer,tags\n¿una?,sí,\n,sin pregunta,\n", encoding="utf-8")
    (shop / "var").mkdir()
    (shop / "var" / "db.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    ended = tendero("doctor", "--json", home=shop)
    found = {finding["check"]: finding for finding in json.loads(ended.out)}
    assert ended.status == 1
    assert found["clock"]["status"] == "warn"
    assert found["database"]["status"] == "fail"
    assert found["redis"]["status"] == "fail"
    assert found["telegram"]["status"] == "warn"
    assert "WHATSAPP_APP_SECRET" in found["whatsapp"]["detail"]
    assert all(finding["fix"] for finding in found.values() if finding["status"] in {"warn", "fail"})
    assert "abc" not in ended.out


def test_doctor_says_why_the_owner_is_not_told(tendero: Cli, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = tendero("doctor", home=shop)
    assert "los avisos no salen: falta SMTP_URL" in ended.out and "SMTP_URL=smtp://" in ended.out
    config = shop / "config.yaml"
    told = config.read_text(encoding="utf-8").replace("whatsapp:+505XXXXXXXX", "whatsapp:+50588880000")
    config.write_text(told, encoding="utf-8")
    monkeypatch.setenv("SMTP_URL", "smtp://ana:clave-secreta@127.0.0.1:9")
    ended = tendero("doctor", "--json", home=shop)
    found = {finding["check"]: finding for finding in json.loads(ended.out)}
    assert (ended.status, found["notices"]["status"]) == (1, "fail")
    assert (found["notices_whatsapp"]["status"], "0 avisos esperan" in found["notices_whatsapp"]["detail"]) == (
        "warn",
        True,
    )
    assert "clave-secreta" not in ended.out


def test_index_says_how_many(tendero: Cli, shop: Path) -> None:
    first, full = tendero("index", home=shop), tendero("index", "--full", home=shop)
    assert (first.status, full.status) == (0, 0)
    assert first.out == full.out
    assert "Índice al día" in first.out


def test_menu_goes_out_and_comes_in_the_same(tendero: Cli, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "menu.csv"
    assert tendero("export", "menu", "-o", file, home=shop).status == 0
    tendero("index", home=shop)
    assert tendero("export", "menu", "-o", file, home=shop).status == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    ended = tendero("import", "menu", file, home=shop)
    assert (ended.status, ended.out) == (0, "Listo: 0 nuevas, 0 cambiadas, 0 quitadas.\n")
    for form in ("json", "xlsx"):
        other = tmp_path / f"menu.{form}"
        assert tendero("export", "menu", "-o", other, home=shop).status == 0
        assert tendero("import", "menu", other, home=shop).out == "Listo: 0 nuevas, 0 cambiadas, 0 quitadas.\n"


def test_bad_rows_are_told_and_good_ones_loaded(tendero: Cli, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "nuevo.csv"
    file.write_text("nombre;precio\nAtol;25\nSin precio;mucho\n", encoding="cp1252")
    ended = tendero("import", "menu", file, home=shop)
    assert ended.status == 0
    assert "1 nuevas" in ended.out
    assert "nuevo.csv:3:" in ended.err
    ended = tendero("import", "menu", tmp_path / "no-hay.csv", home=shop)
    assert ended.status == 1
    assert "No encuentro" in ended.err


def test_orders_have_their_columns_and_conversations_their_messages(tendero: Cli, shop: Path) -> None:
    header = (
        "number,created_at,status,customer_name,phone,channel,fulfilment,address,items,subtotal,delivery_fee,discount,total,"
        "currency,payment_method,payment_status"
    )
    assert tendero("export", "orders", home=shop).out.lstrip("\ufeff").splitlines() == [header]
    from app.chat import service as chat
    from app.chat.messages import Reply, Said, Sender

    with closing(database(shop)) as db:
        now = Clock().now()

        def talk(conn) -> None:  # type: ignore[no-untyped-def]
            for customer in range(3):
                thread = chat.start_conversation(conn, Sender("web", "", f"c{customer}"), now=now, name="Carla")
                chat.record(conn, thread, [Said("customer", Reply(f"=hola {n}")) for n in range(130)], now=now)

        db.write_now(talk)
    rows = list(csv.DictReader(io.StringIO(tendero("export", "conversations", home=shop).out.lstrip("\ufeff"))))
    assert len(rows) == 390
    assert rows[0]["text"] == "'=hola 0"
    assert (rows[0]["from"], rows[0]["name"]) == ("customer", "Carla")
    everything = json.loads(tendero("export", "conversations", "--format", "json", home=shop).out)
    assert [row["text"] for row in everything[:2]] == ["=hola 0", "=hola 1"]


def test_a_backup_comes_back(tendero: Cli, shop: Path, tmp_path: Path) -> None:
    file, config = tmp_path / "copia.zip", shop / "config.yaml"
    before = config.read_bytes()
    ended = tendero("backup", file, home=shop)
    assert ended.status == 0
    assert str(file) in ended.out
    assert zipfile.ZipFile(file).testzip() is None
    config.write_text("business:\n  name: Otra\n", encoding="utf-8")
    ended = tendero("restore", file, home=shop)
    assert ended.status == 0
    assert config.read_bytes() == before
    assert "antes-de-restaurar" in ended.out
    ended = tendero("restore", tmp_path / "no-hay.zip", home=shop)
    assert ended.status == 1
    assert ended.err.count("\n") == 1


def test_a_backup_without_a_name_has_its_date(tendero: Cli, shop: Path) -> None:
    assert tendero("backup", home=shop).status == 0
    [made] = (shop / "var" / "backups").iterdir()
    assert made.name.startswith("tendero-2")


def test_the_keys_to_set_again_are_listed(tendero: Cli, shop: Path, tmp_path: Path) -> None:
    with (shop / ".env").open("a", encoding="utf-8") as env:
        env.write("\nGROQ_API_KEY=gsk_canario_1234\n")
    tendero("backup", tmp_path / "c.zip", home=shop)
    ended = tendero("restore", tmp_path / "c.zip", home=tmp_path / "otra")
    assert ended.status == 0
    assert "GROQ_API_KEY" in ended.err
    assert "canario" not in ended.out + ended.err


def test_the_password_changes_and_ends_the_sessions(tendero: Cli, shop: Path) -> None:
    ended = tendero("set-password", home=shop, stdin="clave-nueva-77\n")
    assert ended.status == 0
    assert "clave-nueva-77" not in ended.out + ended.err
    for bad in ("", "corta\n"):
        ended = tendero("set-password", home=shop, stdin=bad)
        assert ended.status == 1
        assert ended.err.count("\n") == 1
    with closing(database(shop)) as db:
        assert db.read_now(accounts.has_owner)
