"""`.env`: secrets stay secret, mistakes are named, and the first start makes a key."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.settings import Env, SettingsError, ensure_secret_key, load_env, load_settings, set_env_value


def env_of(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Env:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    return load_env(tmp_path, environ or {})


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("VERIFY_TOKEN=abc", "abc"),
        ("export VERIFY_TOKEN=abc", "abc"),
        ("  VERIFY_TOKEN = abc  ", "abc"),
        ('VERIFY_TOKEN="a b # c"', "a b # c"),
        ("VERIFY_TOKEN='a \"b\"'  # nota", 'a "b"'),
        ('VERIFY_TOKEN="a \\"b\\""', 'a "b"'),
        ("VERIFY_TOKEN=abc # nota", "abc"),
        ("VERIFY_TOKEN=a#b=c", "a#b=c"),
        ("VERIFY_TOKEN=", ""),
        ("VERIFY_TOKEN=# nota", ""),
        ("VERIFY_TOKEN=uno\nVERIFY_TOKEN=dos", "dos"),
        ("\ufeffVERIFY_TOKEN=abc\r\n", "abc"),
        ("# VERIFY_TOKEN=abc", ""),
    ],
)
def test_lines_are_read_as_people_write_them(line: str, value: str, tmp_path: Path) -> None:
    assert env_of(tmp_path, line).verify_token == value


def test_the_environment_wins_even_when_it_says_nothing(tmp_path: Path) -> None:
    env = env_of(
        tmp_path, "VERIFY_TOKEN=archivo\nOPENAI_API_KEY=k\n", {"VERIFY_TOKEN": "entorno", "OPENAI_API_KEY": ""}
    )
    assert (env.verify_token, env.openai_api_key) == ("entorno", "")


@pytest.mark.parametrize("value", ["whatsapp:+1XXXXXXXXXX", "XXX", "sk-XXXX"])
def test_the_examples_x_count_as_empty(value: str, tmp_path: Path) -> None:
    assert env_of(tmp_path, f"TWILIO_WHATSAPP_FROM={value}\n").twilio_whatsapp_from == ""


def test_a_value_with_an_x_or_two_is_a_value(tmp_path: Path) -> None:
    assert env_of(tmp_path, "TWILIO_AUTH_TOKEN=aXXb\n").twilio_auth_token == "aXXb"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nADMIN_PASSWORD=corta\n", ".env:2: ADMIN_PASSWORD: tiene que tener 8 caracteres o más"),
        ("hola\n", ".env:1: se espera NOMBRE=valor"),
        ('VERIFY_TOKEN="abierta\n', ".env:1: VERIFY_TOKEN: se abrió una comilla"),
        ("PUBLIC_URL=mitiendita.com\n", ".env:1: PUBLIC_URL: se espera una dirección como https://mitiendita.com"),
        ("DATABASE_URL=mysql://x\n", ".env:1: DATABASE_URL: se espera una dirección como postgresql://"),
        ("REDIS_URL=servidor:6379\n", ".env:1: REDIS_URL: se espera una dirección como redis://"),
        ("SMTP_URL=smtp.gmail.com:587\n", ".env:1: SMTP_URL: se espera una dirección como smtp://"),
        ("OPENAI_BASE_URL=ftp://x\n", ".env:1: OPENAI_BASE_URL: se espera una dirección"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_never_its_value(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        env_of(tmp_path, text)
    assert str(caught.value).startswith(said)
    value = text.strip().partition("=")[2].strip('"')
    assert not value or value not in str(caught.value).replace(said, "")


def test_a_mistake_in_the_environment_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="variable de entorno: ADMIN_PASSWORD"):
        env_of(tmp_path, "", {"ADMIN_PASSWORD": "corta"})


def test_a_name_that_is_almost_ours_is_warned_about_and_a_strange_one_is_not(tmp_path: Path) -> None:
    env = env_of(tmp_path, "TWILO_AUTH_TOKEN=x\nEDITOR=vim\n")
    assert env.warnings == ('.env:1: TWILO_AUTH_TOKEN: no conozco esta variable; ¿quisiste decir "TWILIO_AUTH_TOKEN"?',)


def test_addresses_are_tidied(tmp_path: Path) -> None:
    env = env_of(
        tmp_path, "PUBLIC_URL=https://a.com/\nOLLAMA_HOST=localhost:11434\nTWILIO_API_BASE=http://127.0.0.1:9/\n"
    )
    assert (env.public_url, env.ollama_host, env.twilio_api_base) == (
        "https://a.com", "http://localhost:11434", "http://127.0.0.1:9",
    )  # fmt: skip


def test_no_secret_shows_in_a_repr_and_all_are_named_for_the_log(tmp_path: Path) -> None:
    text = (
        "ADMIN_PASSWORD=canario-uno\nTELEGRAM_BOT_TOKEN=canario-dos\nDATABASE_URL=postgresql://u:canario%40tres@h/d\n"
        "SMTP_URL=smtp://u:canario-cuatro@h:587\nWHATSAPP_APP_SECRET=canario-cinco\nTWILIO_ACCOUNT_SID=canario-seis\n"
    )
    env = env_of(tmp_path, text)
    settings = load_settings(tmp_path, environ={})
    assert "canario" not in repr(env) + str(env) + repr(settings) + f"{settings.env}"
    assert {
        "canario-uno",
        "canario-dos",
        "canario@tres",
        "canario%40tres",
        "canario-cuatro",
        "canario-cinco",
        "canario-seis",
    } <= set(env.secret_values())
    assert "" not in Env().secret_values()


def test_the_first_start_makes_a_key_and_keeps_every_other_line(tmp_path: Path) -> None:
    before = "# mis llaves\nOPENAI_API_KEY=k  # la de prueba\n\nSECRET_KEY=\nOTRA=1\n"
    (tmp_path / ".env").write_text(before)
    key = ensure_secret_key(tmp_path, {})
    assert len(key) >= 64
    assert (tmp_path / ".env").read_text() == before.replace("SECRET_KEY=", f"SECRET_KEY={key}")
    assert ensure_secret_key(tmp_path, {}) == key == load_env(tmp_path, {}).secret_key


def test_a_new_env_file_is_for_its_owner_only(tmp_path: Path) -> None:
    ensure_secret_key(tmp_path, {})
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_a_key_of_the_environment_writes_nothing(tmp_path: Path) -> None:
    assert ensure_secret_key(tmp_path, {"SECRET_KEY": "del entorno"}) == "del entorno"
    assert not (tmp_path / ".env").exists()


def test_two_starts_at_once_end_with_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(ensure_secret_key(tmp_path, {}))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert set(keys) == {load_env(tmp_path, {}).secret_key}


@pytest.mark.parametrize(
    "value", ["simple", "con espacio", 'con "comillas" y \\', "con # numeral", "ñandú", "$(rm)", ""]
)
def test_a_value_written_is_the_value_read(value: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\r\nVERIFY_TOKEN=viejo # nota\r\nB=2\r\n", newline="")
    set_env_value(path, "VERIFY_TOKEN", value)
    assert load_env(tmp_path, {}).verify_token == value
    assert path.read_bytes().startswith(b"A=1\r\nVERIFY_TOKEN=")
    assert path.read_bytes().endswith(b"\r\nB=2\r\n")


def test_a_value_of_two_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        set_env_value(tmp_path / ".env", "VERIFY_TOKEN", "a\nADMIN_PASSWORD=otra-clave")
