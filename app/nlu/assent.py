"""Yes or no: whether a short reply accepts, refuses, or says something else."""

from __future__ import annotations

from app.nlu.normalise import normalise
from app.nlu.words import Language

LEADING = frozenset("pues ah oh eh ay uy ideay idiay pos bueno well so".split())
LONGEST = 8  # words; a longer text is never a bare yes or no

_YES = {
    "es": """si|claro|por supuesto|dale|va|vale|ok|bueno|listo|perfecto|exacto|correcto|de una|de acuerdo|sale|sale y vale|
    esta bien|esta bueno|asi es|asi mero|eso es|eso mismo|eso|confirmo|confirmar|confirmado|confirmalo|acepto|afirmativo|obvio|
    por favor|hagale|hagamosle|hagamoslo|hazlo|hacelo|mandalo|todo bien|todo correcto|tal cual|simon|cheque|chivo|tuani|dale pues|ta bien|
    cabal|orale|jalo|arre|de ley|genial|excelente|me parece|me parece bien|me sirve|seguro|yes|sip|ya|ya pues|va pues|bien|
    con gusto|procede|adelante|esta correcto|lo confirmo|si quiero|de acuerdo|cierto|efectivamente|
    positivo|que si|creo que si|sale pues|al tiro|cachai|bacan|bacano|joya|barbaro|buenisimo|super|
    fijo|hecho|proceder|confirma|confirme|confirmen|confirmemos|confirmamelo|confirmado todo|dele|denle|ahora si|asi si|sipi|sipo|
    con eso|ya con eso|eso nomas|avisele|avisale|avisenle|aviseles|avisa|mandelo|mandenlo|haganlo|hagalo|apartalo|apartemelo|guardamelo|
    sale vale|tuanis|aja|ajam|ujum|mjm|macizo|de una vez|de una confirmo|va que va|pongale|ponle|echale|esta perfecto|quedo|
    asi queda|asi esta|correctisimo|vamos|venga|a darle|exactamente|asi|asi mismo|ahi esta bien|va va""",
    "en": """yes|yeah|sure|ok|of course|absolutely|definitely|certainly|correct|right|that is right|exactly|go ahead|please|please do|
    yes please|sounds good|looks good|all good|perfect|great|fine|that is fine|that is correct|confirm|confirmed|i confirm|do it|
    deal|agreed|confirm it|i will take it|let us do it|do that|go for it|yep|yup|ya|indeed|alright|all right|why not|good|
    cool|si|dale|very well|i do|it is|yes i do|yes it is|affirmative""",
}
_NO = {
    "es": """no|no gracias|nel|nel pastel|nones|nunca|jamas|para nada|de ninguna manera|ni modo|mejor no|ahora no|todavia no|aun no|
    no quiero|ya no|ya no quiero|nada|nada mas|no es|no es asi|no esta bien|incorrecto|negativo|cancelar|cancela|cancelalo|cancelado|
    por ahora no|asi no|no asi|creo que no|olvidalo|dejalo|dejalo asi|no importa|nop|
    esta mal|no esta correcto|mal|paso|no lo quiero|no me interesa|ninguno|ninguna|tampoco|equivocado|no deseo|no confirmo|que no|
    no acepto|no necesito|no necesario|no correcto|no ahora|claro no|supuesto no|no hace falta|no hay necesidad|
    no lo necesito|no por favor|ni loco|ni en pedo|na|nanai|no todavia|no mejor""",
    "en": """no|not now|not yet|never|no thanks|no thank you|not really|of course not|i do not|it is not|do not|wrong|incorrect|cancel|
    cancel it|never mind|nevermind|forget it|no way|that is wrong|that is not right|not at all|nothing|nothing else|leave it|stop|
    i do not want it|negative|not correct|i changed my mind""",
}
_FILLER = {
    "es": frozenset(
        "pues por favor gracias muchas amigo amiga señor senor don dona che vos nada mas eh ey ah oh mae bro parce hermano "
        "jaja todo pedido orden entonces porfa ya asi mismo esta bien senorita jefe mami la verdad muy amable ahi eso es lo "
        "quiero que ideay va vea ve pedile confirmo confirmado confirma correcto dale dele esta asi nomas".split()
    ),
    "en": frozenset("please thanks thank you man bro sir then that is it well so very much oh ah haha it just".split()),
}
_PHRASES: dict[tuple[str, bool], frozenset[str]] = {
    (language, yes): frozenset(" ".join(phrase.split()) for phrase in said.split("|"))
    for yes, table in ((True, _YES), (False, _NO))
    for language, said in table.items()
}


def affirmation(text: str, language: Language = "es") -> bool | None:
    """True for a yes, False for a no, None for anything else ("sí, pero sin cebolla" is anything else)."""
    words = normalise(text[:200], language).tokens
    if not words or len(words) > LONGEST or "?" in text:
        return None
    if ":no:" in words or ":yes:" in words:
        return _of_emoji(words, language)
    said = " ".join(words)
    for yes in (False, True):
        if said in _PHRASES[language, yes]:
            return yes
    return _by_opening(words, language)


def _of_emoji(words: tuple[str, ...], language: Language) -> bool | None:
    spoken = " ".join(word for word in words if not word.startswith(":"))
    meant = affirmation(spoken, language) if spoken else None
    if spoken and meant is None and not set(spoken.split()) <= _FILLER[language]:
        return None
    return meant if meant is not None else ":no:" not in words


def _by_opening(words: tuple[str, ...], language: Language) -> bool | None:
    """ "no, muchas gracias", "sí dale porfa": an opening that decides, followed by nothing of weight."""
    while len(words) > 1 and words[0] in LEADING:
        words = words[1:]
    for yes in (False, True):
        phrases, small = _PHRASES[language, yes], _FILLER[language]
        for size in range(min(4, len(words)), 0, -1):
            if " ".join(words[:size]) in phrases and _weightless(words[size:], phrases, small):
                return yes
    rest = tuple(word for word in words if word not in _FILLER[language])
    if rest and rest != words and len(rest) < len(words):
        said = " ".join(rest)
        return next((yes for yes in (False, True) if said in _PHRASES[language, yes]), None)
    return None


def _weightless(rest: tuple[str, ...], phrases: frozenset[str], small: frozenset[str]) -> bool:
    if all(word in small or word in phrases for word in rest):
        return True
    return " ".join(rest) in phrases
