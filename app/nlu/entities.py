"""What of a known kind a message says: money, times, days, phones, e-mails and names, with where each stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from app.nlu.analysis import Entities, Entity, Money
from app.nlu.days import days_in
from app.nlu.names import names_in
from app.nlu.normalise import Token
from app.nlu.numbers import figure, quantities
from app.nlu.times import times_in
from app.nlu.words import Language

T = TypeVar("T")

LEAST_PHONE, MOST_PHONE = 7, 15  # digits; E.164 allows 15
SIGNS = {
    "c$": "NIO", "us$": "USD", "u$s": "USD", "u$d": "USD", "rd$": "DOP", "mx$": "MXN", "r$": "BRL", "₡": "CRC", "₲": "PYG",
    "s/": "PEN", "s/.": "PEN", "€": "EUR", "£": "GBP", "$": "",
}  # fmt: skip
NAMED = {
    "cordoba": "NIO", "colon": "CRC", "colones": "CRC", "sol": "PEN", "soles": "PEN", "quetzal": "GTQ", "quetzales": "GTQ",
    "lempira": "HNL", "dolar": "USD", "dolares": "USD", "dollar": "USD", "buck": "USD", "euro": "EUR", "guarani": "PYG",
    "guaranies": "PYG", "real": "BRL", "reales": "BRL", "boliviano": "BOB", "peso": "", "pesito": "", "mango": "", "varo": "",
    "luca": "", "palo": "", "bolivar": "", "bolivares": "", "cordobita": "NIO",
}  # fmt: skip
TIMES_OVER = {"luca": 1000, "palo": 1_000_000}
_SIGNED = re.compile(
    r"(?<!\w)(?P<sign>C\$|US\$|U\$S|U\$D|RD\$|MX\$|R\$|S/\.?|[$₡₲€£])\s?(?P<number>\d[\d.,]*)(?P<thousand>\s?(?:k|mil)\b)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w$₡₲€£.,/@])(?<![$₡₲€£] )\+?\(?\d[\d\s().-]{5,22}\d(?![\w@]|[.,/]\d)")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


def entities_of(
    text: str,
    tokens: Sequence[Token],
    language: Language = "es",
    *,
    country: str = "",
    sold: frozenset[int] = frozenset(),
) -> Entities:
    """All of the run `tokens` of `text`.

    `country`: ISO code of the shop's, for phones without their prefix. `sold`: where in `tokens` products are named, so
    that 20 mangos are fruit where a shop sells them.
    """
    if not tokens:
        return Entities()
    words = [token.word for token in tokens]
    start, end = tokens[0].start, tokens[-1].end
    return Entities(
        money=_within(_money(text, tokens, language, sold), start, end),
        times=tuple(_at(tokens, *spoken) for spoken in times_in(words, language)),
        days=tuple(_at(tokens, *spoken) for spoken in days_in(words, language)),
        phones=_within(_phones(text, country), start, end),
        emails=_within(_emails(text), start, end),
        names=_within(names_in(text), start, end),
    )


def joined(parts: Sequence[Entities]) -> Entities:
    """The entities of several clauses as those of the message."""
    return Entities(
        money=tuple(one for part in parts for one in part.money),
        times=tuple(one for part in parts for one in part.times),
        days=tuple(one for part in parts for one in part.days),
        phones=tuple(one for part in parts for one in part.phones),
        emails=tuple(one for part in parts for one in part.emails),
        names=tuple(dict.fromkeys(one for part in parts for one in part.names)),  # "Lic. Flor" reaches over a full stop
    )


def _at(tokens: Sequence[Token], start: int, end: int, value: T) -> Entity[T]:
    return Entity(tokens[start].start, tokens[end - 1].end, value)


def _within(found: Sequence[Entity[T]], start: int, end: int) -> tuple[Entity[T], ...]:
    return tuple(sorted((one for one in found if one.start < end and start < one.end), key=lambda one: one.start))


def _money(text: str, tokens: Sequence[Token], language: Language, sold: frozenset[int]) -> list[Entity[Money]]:
    found = [one for match in _SIGNED.finditer(text) if (one := _signed(match)) is not None]
    words = [token.word for token in tokens]
    for quantity in quantities(words, language):
        at = quantity.end + (words[quantity.end : quantity.end + 1] == ["de"])
        if quantity.unit or at >= len(words) or at in sold:
            continue
        name = words[at] if words[at] in NAMED else words[at].removesuffix("s")
        place = _at(
            tokens, quantity.start, at + 1, Money(quantity.value * TIMES_OVER.get(name, 1), NAMED.get(name, ""))
        )
        if name in NAMED and not any(other.start < place.end and place.start < other.end for other in found):
            found.append(place)
    return found


def _signed(match: re.Match[str]) -> Entity[Money] | None:
    """ "C$ 120", "$5.50", "₡3.000", "$10k"."""
    said = match["number"].rstrip(".,")
    amount = figure(said)
    if amount is None:
        return None
    if match["thousand"]:
        amount *= 1000
    end = match.end() if match["thousand"] else match.start("number") + len(said)
    return Entity(match.start(), end, Money(Decimal(amount), SIGNS[match["sign"].lower()]))


def _phones(text: str, country: str) -> list[Entity[str]]:
    if sum(map(str.isdigit, text)) < LEAST_PHONE:
        return []
    return [
        Entity(match.start(), match.end(), number)
        for match in _PHONE.finditer(text)
        if _may_be_phone(match[0]) and (number := _valid_phone(match[0], country))
    ]


def _may_be_phone(said: str) -> bool:
    return LEAST_PHONE <= sum(map(str.isdigit, said)) <= MOST_PHONE


def _valid_phone(said: str, country: str) -> str:
    """In E.164; empty where no such number can exist. Without its prefix it is one of `country`."""
    import phonenumbers  # loaded with the first message that may hold one

    try:
        number = phonenumbers.parse(said, country or None)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if (
        phonenumbers.is_valid_number(number)
    ) else ""  # fmt: skip


def _emails(text: str) -> list[Entity[str]]:
    if "@" not in text:
        return []
    return [
        Entity(match.start(), match.end(), address)
        for match in _EMAIL.finditer(text)
        if (address := _valid_email(match[0]))
    ]


def _valid_email(said: str) -> str:
    """As it is to be kept; empty where it cannot exist. Nobody is asked whether it does (no DNS)."""
    from email_validator import EmailNotValidError, validate_email  # loaded with the first message that may hold one

    try:
        return str(validate_email(said, check_deliverability=False).normalized)
    except EmailNotValidError:
        return ""
