"""Money as whole minor units with a currency: read from people's writing, written for programs and for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

# ISO 4217 digits where they are not two. The locale data of Babel differs (it rounds to what cash knows), and payment
# providers follow ISO.
DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}  # fmt: skip
MAX_DIGITS = 15
# Currencies of several countries: their separators follow the language they are shown in.
SHARED = {"EUR": {"es": "ES", "en": "IE"}, "XOF": {}, "XAF": {}, "XPF": {}, "XCD": {"es": "LC", "en": "LC"}}
DOLLAR_SIGN = "$"

_SHAPE = re.compile(
    r"(?P<sign>[-+−]?)\s*(?P<before>[^\d\s+−.,'’-][^\d+−]{0,8}?)?\s*(?P<sign2>[-+−]?)\s*"
    r"(?P<number>[0-9][0-9.,'’\s]*?|[.,][0-9]+)\s*(?P<after>[^\d\s.,+−'’-][^\d+−-]{0,8})?"
)


@dataclass(frozen=True, slots=True)
class Style:
    """How the country of a currency writes it."""

    symbol: str
    group: str
    point: str
    symbol_last: bool
    groups: tuple[int, int]


def minor_digits(currency: str) -> int:
    """Decimals of a currency by ISO 4217: 2 for NIO, 0 for CLP, 3 for KWD."""
    return DIGITS.get(currency, 2)


def parse_money(value: str | int | Decimal, currency: str, *, negative: bool = False) -> int:
    """What a person or a file wrote, as minor units: `C$ 1,240` in NIO is 124000.

    Decimals beyond the currency's are refused unless zero. The last of two different separators is the decimal point;
    one that repeats groups thousands. A single one followed by exactly three digits could be either, so the country of
    the currency decides: what it does not use for decimals groups thousands (`1,240` in NIO, `1.240` in ARS); what it
    does use is refused (`1.240` in NIO: 1240 or 1.24?) unless the three are zeros. Raises ValueError with a sentence.
    """
    if isinstance(value, float):
        raise TypeError("money is never a float")
    amount = read_amount(value, currency, negative=negative) if isinstance(value, str) else Decimal(value)
    if not amount.is_finite() or abs(amount) >= 10**MAX_DIGITS:
        raise ValueError(f"{value} es demasiado para un precio")
    if amount < 0 and not negative:
        raise ValueError(f'"{value}" es negativo: se espera 0 o más')
    minor = amount.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f'"{value}" tiene más decimales que {currency}, que lleva {minor_digits(currency)}')
    return int(minor)


def read_amount(text: str, currency: str = "", *, negative: bool = False) -> Decimal:
    """The number in `text`, by the rules of `parse_money`; without a currency any sign of one is let through."""
    shape = _SHAPE.fullmatch(text.strip()[:80])
    if shape is None or (shape["sign"] and shape["sign2"]) or (shape["before"] and shape["after"]):
        raise ValueError(f'no entiendo el precio "{text.strip()[:40]}"; escribilo como 120 o 120.50')
    _check_sign_of_currency((shape["before"] or shape["after"] or "").strip(), currency)
    amount = _number(shape["number"], currency)
    if "-" in (sign := (shape["sign"] + shape["sign2"]).replace("−", "-")) and not negative and amount:
        raise ValueError(f'"{text.strip()[:40]}" es negativo: se espera 0 o más')
    return -amount if sign == "-" else amount


def decimal_string(minor: int, currency: str) -> str:
    """Minor units as programs write them: 12000 of NIO is `120.00`, 120 of CLP is `120`."""
    digits = minor_digits(currency)
    sign, whole = ("-" if minor < 0 else ""), str(abs(minor)).rjust(digits + 1, "0")
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else sign + whole


def show(minor: int, currency: str, locale: str = "es") -> str:
    """Minor units as people of the currency's country read them, cents only where there are any.

    12400 of NIO is `C$ 124`, 12450 is `C$ 124.50`, 124050 of ARS is `$ 1.240,50`.
    """
    style = _style(currency, locale[:2])
    whole, _, cents = decimal_string(abs(minor), currency).partition(".")
    number = _grouped(whole, style) + (style.point + cents if cents.strip("0") else "")
    said = f"{number} {style.symbol}" if style.symbol_last else f"{style.symbol} {number}"
    return f"-{said}" if minor < 0 else said


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code somebody uses or used."""
    from babel.core import get_global

    return code in get_global("all_currencies")


def known_currencies() -> list[str]:
    from babel.core import get_global

    return sorted(get_global("all_currencies"))


def _number(written: str, currency: str) -> Decimal:
    number = re.sub(r"\s+", " ", written)
    point = _decimal_point(number, currency)
    whole, _, cents = number.rpartition(point) if point else (number, "", "")
    groups = re.split(r"[^0-9]", whole) if whole else ["0"]
    well_grouped = len(groups) == 1 or (len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))
    if not well_grouped or len(set(_marks(whole))) > 1 or (point and point in whole):
        raise ValueError(f'no entiendo el número "{written}"; escribilo como 1240.50')
    if len("".join(groups)) > MAX_DIGITS:
        raise ValueError(f"{written} es demasiado para un precio")
    return Decimal(f"{''.join(groups)}.{cents or '0'}")


def _decimal_point(number: str, currency: str) -> str:
    """The separator that begins the decimals, or nothing."""
    marks = _marks(number)
    if not marks or marks[-1] not in ".," or (len(marks) > 1 and len(set(marks)) == 1):
        return ""
    before, mark, after = number.rpartition(marks[-1])
    if len(marks) > 1 or len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return mark
    if mark != (_style(currency, "es").point if currency else "."):
        return ""
    if minor_digits(currency) != 3 and after != "000":
        raise ValueError(
            f'"{number}" tiene más decimales que {currency or "la moneda"}; si son miles, escribilo {before}{after}'
        )
    return mark


def _marks(number: str) -> list[str]:
    return [char for char in number if char not in "0123456789"]


def _check_sign_of_currency(sign: str, currency: str) -> None:
    """Refuses `€ 10` and `US$ 10` in a shop that sells in córdobas: a price is never quietly of another money."""
    if not sign or not currency or sign in {DOLLAR_SIGN, currency, currency.lower()}:
        return
    own = {_style(currency, "es").symbol, *_symbols(currency)}
    if sign.rstrip(".").casefold() not in {symbol.rstrip(".").casefold() for symbol in own}:
        raise ValueError(f'"{sign}" no es la moneda de la tienda ({currency})')


@cache
def _symbols(currency: str) -> frozenset[str]:
    from babel.numbers import get_currency_name, get_currency_symbol

    extra = {"PEN": {"S/", "S/."}, "USD": {"US$", "U$S"}, "NIO": {"córdobas", "cordobas"}, "PYG": {"Gs", "₲"}}
    signs = {get_currency_symbol(currency, locale) for locale in ("es", "en", "en_US")}
    names = {get_currency_name(currency, count=count, locale=language) for count in (1, 2) for language in ("es", "en")}
    plain = {name.split()[0] for name in names}
    return frozenset(signs | names | plain | extra.get(currency, set()))


@cache
def _style(currency: str, language: str) -> Style:
    from babel import Locale, UnknownLocaleError
    from babel.languages import get_official_languages

    country = SHARED.get(currency, {}).get(language) or currency[:2]
    official = get_official_languages(country, regional=True, de_facto=True)
    spoken = (*(tongue for tongue in ("es", language) if tongue in official), *official, "en")
    for candidate in (*(f"{tongue}_{country}" for tongue in spoken), language, "es"):
        try:
            locale = Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
        if locale.number_symbols.get("latn"):
            return _style_of(locale, currency)
    raise AssertionError("Babel knows Spanish")


def _style_of(locale: object, currency: str) -> Style:
    from babel import Locale
    from babel.numbers import get_currency_symbol

    assert isinstance(locale, Locale)
    signs = locale.number_symbols["latn"]
    pattern = locale.currency_formats["standard"].pattern.replace("\u200f", "")
    grouping = locale.decimal_formats[None].grouping
    return Style(
        symbol=get_currency_symbol(currency, locale).replace("\u200f", ""),
        group=signs["group"],
        point=signs["decimal"],
        symbol_last=pattern.split(";")[0].rstrip().endswith("¤"),
        groups=(grouping[0], grouping[1]),
    )


def _grouped(whole: str, style: Style) -> str:
    first, others = style.groups
    head, groups = whole[:-first], [whole[-first:]]
    while head:
        head, group = head[:-others], head[-others:]
        groups.insert(0, group)
    return style.group.join(groups)
