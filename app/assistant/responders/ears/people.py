"""Who somebody is and how to reach them: names, phones, e-mails."""

from __future__ import annotations

import re

from app.assistant.responders.ears.cues import cue, is_only, plain, without_head, words
from app.assistant.responders.ears.sound import WRONG, Sound, Span, Wrong
from app.assistant.responders.hears import number_said
from app.core.text import fold
from app.nlu.service import name_alone

DIGITS = re.compile(r"\+?\(?\d[\d\s().-]{4,}\d")
LEAST_DIGITS = 5


def phone_said(sound: Sound) -> str:
    """A phone number that can exist, not the shop's own; in E.164."""
    own = _digits(sound.own_phone)
    return next((one.value for one in sound.said("phones") if _digits(one.value) != own), "")


def phone_answered(sound: Sound) -> str | Wrong:
    """The same; figures that are no number that can exist are a wrong answer."""
    figures = DIGITS.findall(sound.text)
    said = phone_said(sound) or next((number for one in figures if (number := _of_abroad(one))), "")
    return said or (WRONG if any(len(_digits(one)) >= LEAST_DIGITS for one in figures) else "")


def _of_abroad(said: str) -> str:
    """A number of any country, its prefix said without the plus: "1 202 456 1111"; in E.164."""
    import phonenumbers  # loaded with the first number that is none of the shop's country

    try:
        number = phonenumbers.parse(f"+{_digits(said)}")
    except phonenumbers.NumberParseException:
        return ""
    e164 = phonenumbers.PhoneNumberFormat.E164
    return str(phonenumbers.format_number(number, e164)) if phonenumbers.is_valid_number(number) else ""


def email_said(sound: Sound) -> str:
    return next((one.value for one in sound.said("emails")), "")


def email_answered(sound: Sound) -> str | Wrong:
    """An e-mail address; what has an @ and cannot be one is a wrong answer."""
    return email_said(sound) or (WRONG if "@" in sound.text else "")


def name_said(sound: Sound) -> str:
    """A name with the words that give it: "a nombre de Ana", "soy Carla"."""
    return next((one.value for one in sound.said("names")), "")


def name_answered(sound: Sound, pieces: list[str]) -> str:
    """A bare name among the pieces of the message: the one that looks most like a name."""
    named = [piece for piece in pieces if name_of(piece)]
    return name_said(sound) or name_of(max(named, key=_capitals, default=""))


def name_of(piece: str) -> str:
    """The name that a piece is, what gives it taken off; empty where it is none."""
    bare = without_head(piece, "person", "names")
    folded = fold(bare).strip(" .!")
    if folded in words("person", "nobody") or is_only("flow", "polite", folded):
        return ""
    if any(number_said(word) for word in folded.split()):
        return ""  # "son seis"
    return name_alone(bare)


def _capitals(piece: str) -> int:
    return sum(word[0].isupper() for word in piece.split())


def contact_spans(sound: Sound) -> list[Span]:
    """Where names, phones and e-mails stand, with the words before them that say what they are."""
    return [
        (_label_start(sound.text, one.start, kind), one.end)
        for kind in ("phones", "emails", "names")
        for one in sound.said(kind)
    ]


def _label_start(text: str, start: int, kind: str) -> int:
    before = plain(text[:start])
    ends = [match.start() for match in cue("person", "names" if kind == "names" else "labels").finditer(before)
            if not before[match.end():].strip(" :.,=")]  # fmt: skip
    return min(ends, default=start)


def _digits(said: str) -> str:
    return "".join(filter(str.isdigit, said))
