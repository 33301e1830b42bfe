"""Clock, ids, logs, texts and secrets."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from app.core import log as logs
from app.core import security
from app.core.clock import Clock
from app.core.errors import UserError
from app.core.i18n import Texts, fill
from app.core.ids import LENGTH, new_id
from app.core.security import digest, hash_password, same, verify_password
from tests.parts import OWN_HASHER
from tests.sizes import size


def test_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {len(id_) for id_ in ids} == {LENGTH}


def test_an_id_follows_one_made_by_a_machine_whose_clock_is_ahead() -> None:
    ahead = "7" + "0" * 25  # the year 10889 by that clock
    assert new_id(ahead) > ahead


def test_a_set_clock_starts_there_and_runs_on() -> None:
    clock = Clock("2026-11-23T10:00:00-06:00")
    assert timedelta(0) <= clock.now() - datetime(2026, 11, 23, 16, tzinfo=UTC) < timedelta(seconds=5)
    assert clock.is_set and not Clock("").is_set


def test_a_clock_file_is_read_at_every_use(tmp_path: Path) -> None:
    path = tmp_path / "now"
    path.write_text("2026-11-23T10:00:00-06:00\n")
    clock = Clock(f"@{path}")
    first = clock.now()
    path.write_text("2026-11-24T10:00:00-06:00")
    assert clock.now() - first == timedelta(days=1)


@pytest.mark.parametrize("spec", ["mañana", "2026-11-23", "2026-11-23T10:00:00", "@/no/such/file"])
def test_a_clock_that_says_nothing_is_refused_in_words(spec: str) -> None:
    with pytest.raises(UserError, match="TENDERO_CLOCK"):
        Clock(spec)


def test_no_secret_and_no_full_phone_number_reaches_a_log_line(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    logs.setup(json=True, secrets=["sk_live_abcdef", ""])
    try:
        raise ValueError("bad key sk_live_abcdef")
    except ValueError:
        logs.get_logger("test").exception("oops", phone="+505 8888 1234", text="soy el 88887777, llave sk_live_abcdef")
    line = json.loads(out.getvalue())
    assert "sk_live_abcdef" not in out.getvalue()
    assert (line["phone"], line["text"]) == ("•••234", "soy el •••777, llave •••")
    assert line["level"] == "error" and "ValueError" in line["exception"]
    monkeypatch.undo()
    logs.setup(json=True)


def test_a_closed_stderr_does_not_stop_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    logs.get_logger("test").warning("nobody reads this")
    assert closed.closed


def test_templates_are_filled_by_name_and_run_nothing() -> None:
    assert fill("{saludo}, {nombre}", {"saludo": "Hola", "nombre": "{saludo} {{7*7}}"}) == "Hola, {saludo} {{7*7}}"
    assert fill("{0.__class__} {x!r} {a.b}", {}) == "{0.__class__} {x!r} {a.b}"
    with pytest.raises(KeyError):
        fill("{otro}", {"saludo": "Hola"})


def test_a_text_is_chosen_by_language_treatment_and_tone() -> None:
    texts = Texts({
        "es": {"hi": {"vos": "¿Qué querés?", "tu": "¿Qué quieres?", "usted": {"formal": "¿Qué desea?", "cercano": "¿Qué quiere?"}}},
        "en": {"hi": ["Hi {name}", "Hello {name}"]},
    })  # fmt: skip
    assert texts.say("hi", "es") == "¿Qué querés?"
    assert texts.say("hi", "es", treat="tu") == "¿Qué quieres?"
    assert texts.say("hi", "es", treat="usted", tone="formal") == "¿Qué desea?"
    assert texts.say("hi", "es", treat="usted", tone="neutro") == "¿Qué desea?"
    assert [texts.say("hi", "en", pick=n, name="Ana") for n in (0, 1, 2)] == ["Hi Ana", "Hello Ana", "Hi Ana"]


def test_passwords_are_argon2id_and_only_theirs_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "_hasher", OWN_HASHER)
    stored = hash_password("clave-larga")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, low memory
    assert verify_password(stored, "clave-larga")
    assert not verify_password(stored, "clave-corta")
    assert not verify_password("rubbish", "clave-larga")


def test_a_comparison_takes_as_long_wherever_two_secrets_differ() -> None:
    """TRUST S-27. Long texts, so that one that stopped at the first difference would be a thousand times sooner."""
    secret = "a" * 100_000
    early, late = "b" + secret[1:], secret[:-1] + "b"

    def took(other: str) -> float:
        began = perf_counter()
        assert not same(secret, other)
        return perf_counter() - began

    pairs = [(took(early), took(late)) for _ in range(size(200, 20_000))]
    first, last = (median(times) for times in zip(*pairs, strict=True))
    assert abs(first / last - 1) < 0.2


def test_comparison_takes_any_text() -> None:
    assert same("ñandú \ud800", "ñandú \ud800") and not same("a", "b") and not same("", "a")
    assert digest("a") != digest("b")
