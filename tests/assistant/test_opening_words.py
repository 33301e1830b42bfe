"""Opening hours in words: now, closing, opening, a day, the week."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.assistant.responders.opening import Opening
from app.assistant.voice import Voice
from app.shop.hours import WeekHours

MANAGUA = ZoneInfo("America/Managua")
STORE = {
    "mon_fri": "8:00-18:00",
    "sat": "9:00-14:00",
    "sun": "cerrado",
    "holidays": {"2026-12-24": "8:00-12:00", "2026-12-25": "cerrado"},
}
GRILL = {
    "mon": "cerrado",
    "tue_thu": "11:30-14:30, 20:00-00:30",
    "fri_sat": "11:30-15:00, 20:00-02:00",
    "sun": "11:00-15:00",
}
WEEKEND = {"sat": "24h", "sun": "0:00-14:00"}
MONDAY, SATURDAY, SUNDAY = "2026-11-23", "2026-11-28", "2026-11-29"
TUESDAY, CHRISTMAS_EVE, CHRISTMAS = "2026-11-24", "2026-12-24", "2026-12-25"


def opening(hours: dict[str, object], moment: str, language: str = "es", tone: str = "cercano") -> Opening:
    now = datetime.fromisoformat(moment).replace(tzinfo=MANAGUA)
    return Opening(WeekHours.parse(hours), now, Voice(language, tone=tone))


@pytest.mark.parametrize(
    ("hours", "moment", "language", "said"),
    [
        (STORE, f"{MONDAY}T10:00", "es", "Sí, estamos abiertos hasta las 18:00."),
        (STORE, f"{MONDAY}T18:00", "es", "Ahorita estamos cerrados; abrimos mañana a las 8:00."),
        (STORE, f"{MONDAY}T07:59", "es", "Ahorita estamos cerrados; abrimos hoy a las 8:00."),
        (STORE, f"{SATURDAY}T14:30", "es", "Ahorita estamos cerrados; abrimos el lunes a las 8:00."),
        (STORE, f"{CHRISTMAS_EVE}T11:59", "es", "Sí, estamos abiertos hasta las 12:00."),
        (STORE, f"{CHRISTMAS}T10:00", "es", "Ahorita estamos cerrados; abrimos mañana a las 9:00."),
        (GRILL, f"{TUESDAY}T12:30", "es", "Sí, estamos abiertos hasta las 14:30."),
        (GRILL, f"{TUESDAY}T17:00", "es", "Ahorita estamos cerrados; abrimos hoy a las 20:00."),
        (GRILL, f"{SATURDAY}T23:00", "es", "Sí, estamos abiertos hasta las 02:00."),
        (GRILL, f"{SUNDAY}T01:15", "es", "Sí, estamos abiertos hasta las 02:00."),
        (GRILL, f"{SUNDAY}T02:00", "es", "Ahorita estamos cerrados; abrimos hoy a las 11:00."),
        ({}, f"{MONDAY}T03:00", "es", "Sí, estamos abiertos las 24 horas."),
        ({"daily": "24h"}, f"{MONDAY}T03:00", "es", "Sí, estamos abiertos las 24 horas."),
        ({"daily": "cerrado"}, f"{MONDAY}T03:00", "es", "Por ahora estamos cerrados."),
        (WEEKEND, f"{SATURDAY}T10:00", "es", "Sí, estamos abiertos hasta mañana a las 14:00."),
        ({"daily": "9:00-1:30"}, f"{MONDAY}T20:00", "es", "Sí, estamos abiertos hasta la 1:30."),
        (STORE, f"{MONDAY}T10:00", "en", "Yes, we're open until 18:00."),
        (STORE, f"{SATURDAY}T14:30", "en", "We're closed right now; we open on Monday at 8:00."),
    ],
)
def test_what_is_said_about_now(hours: dict[str, object], moment: str, language: str, said: str) -> None:
    assert opening(hours, moment, language).say_now() == said


@pytest.mark.parametrize(
    ("hours", "moment", "said"),
    [
        (STORE, f"{MONDAY}T10:00", "Hoy cerramos a las 18:00."),
        (STORE, f"{MONDAY}T19:00", "Hoy ya cerramos; abrimos mañana a las 8:00."),
        (STORE, f"{MONDAY}T07:00", "Hoy abrimos de 8:00 a 18:00."),
        (STORE, f"{SUNDAY}T12:00", "Hoy no abrimos. Volvemos mañana a las 8:00."),
        (GRILL, f"{TUESDAY}T12:30", "Hoy cerramos a las 00:30; de 14:30 a 20:00 hacemos una pausa."),
        (GRILL, f"{SATURDAY}T23:00", "Hoy cerramos a las 02:00."),
        ({}, f"{MONDAY}T10:00", "No cerramos: atendemos las 24 horas."),
        (WEEKEND, f"{SATURDAY}T10:00", "Cerramos mañana a las 14:00."),
    ],
)
def test_when_it_closes(hours: dict[str, object], moment: str, said: str) -> None:
    assert opening(hours, moment).say_closing() == said


@pytest.mark.parametrize(
    ("hours", "moment", "said"),
    [
        (STORE, f"{MONDAY}T07:00", "Hoy abrimos de 8:00 a 18:00."),
        (STORE, f"{MONDAY}T10:00", "Sí, estamos abiertos hasta las 18:00."),
        (GRILL, f"{TUESDAY}T17:00", "Hoy abrimos de 11:30 a 14:30 y de 20:00 a 00:30."),
        (GRILL, f"{MONDAY}T13:00", "Hoy no abrimos. Volvemos mañana a las 11:30."),
    ],
)
def test_when_it_opens(hours: dict[str, object], moment: str, said: str) -> None:
    assert opening(hours, moment).say_opening() == said


@pytest.mark.parametrize(
    ("moment", "day", "language", "said"),
    [
        (f"{MONDAY}T10:00", TUESDAY, "es", "Mañana, martes, abrimos de 8:00 a 18:00."),
        (f"{SATURDAY}T10:00", SUNDAY, "es", "Mañana, domingo, no abrimos. Volvemos el lunes a las 8:00."),
        (f"{MONDAY}T10:00", SATURDAY, "es", "El sábado abrimos de 9:00 a 14:00."),
        (f"{MONDAY}T10:00", CHRISTMAS_EVE, "es", "El jueves 24 de diciembre abrimos de 8:00 a 12:00."),
        ("2026-12-20T10:00", CHRISTMAS_EVE, "es", "El jueves 24 de diciembre abrimos de 8:00 a 12:00."),
        (f"{CHRISTMAS_EVE}T10:00", CHRISTMAS, "es",
         "Mañana, viernes 25 de diciembre, no abrimos. Volvemos el sábado a las 9:00."),
        (f"{CHRISTMAS_EVE}T10:00", CHRISTMAS_EVE, "es", "Hoy, jueves 24 de diciembre, abrimos de 8:00 a 12:00."),
        (f"{MONDAY}T10:00", "2026-11-22", "es", "Ayer, domingo, no abrimos."),
        (f"{SATURDAY}T10:00", SUNDAY, "en", "Tomorrow, Sunday, we're closed. We open again on Monday at 8:00."),
        (f"{MONDAY}T10:00", CHRISTMAS_EVE, "en", "On Thursday, December 24, we're open from 8:00 to 12:00."),
    ],
)  # fmt: skip
def test_what_a_day_is_like(moment: str, day: str, language: str, said: str) -> None:
    assert opening(STORE, moment, language).say_day(date.fromisoformat(day)) == said


@pytest.mark.parametrize(
    ("hours", "language", "said"),
    [
        (STORE, "es", "lunes a viernes de 8:00 a 18:00, sábado de 9:00 a 14:00, domingo cerrado"),
        (STORE, "en", "Monday to Friday from 8:00 to 18:00, Saturday from 9:00 to 14:00, Sunday closed"),
        (
            GRILL, "es",
            ("lunes cerrado; martes a jueves de 11:30 a 14:30 y de 20:00 a 00:30; "
             "viernes y sábado de 11:30 a 15:00 y de 20:00 a 02:00; domingo de 11:00 a 15:00"),
        ),
        ({"daily": "8:00-18:00"}, "es", "todos los días de 8:00 a 18:00"),
        ({"daily": "8am-6pm"}, "es", "todos los días de 8am a 6pm"),
        ({}, "es", "todos los días, las 24 horas"),
    ],
)  # fmt: skip
def test_the_week_in_words(hours: dict[str, object], language: str, said: str) -> None:
    assert opening(hours, f"{MONDAY}T10:00", language).say_week() == said


def test_a_formal_shop_does_not_say_ahorita() -> None:
    assert opening(STORE, f"{MONDAY}T19:00", tone="formal").say_now() == (
        "En este momento estamos cerrados; abrimos mañana a las 8:00."
    )
