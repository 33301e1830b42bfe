"""What is said about mistakes in the owner's files, in the Spanish of the command line."""

from __future__ import annotations

UNKNOWN_KEY = "no conozco esta clave"
MEANT = '; ¿quisiste decir "{meant}"?'
GOES_IN = '; va dentro de "{section}"'
MISSING = "falta esta clave"
SECTION_EXPECTED = 'se espera una sección, con sus claves debajo y dos espacios más adentro; dice "{value}"'
LIST_EXPECTED = 'se espera una lista, como [uno, dos]; dice "{value}"'
TEXT_EXPECTED = "se espera un texto{like}"
TEXT_NEEDS_QUOTES = 'se espera un texto; si querés decir "{value}", ponelo entre comillas'
LIKE = ", como {like}"
SAYS = '; dice "{value}"'
WHOLE_EXPECTED = 'se espera un número entero de {low} a {high}, como {like}; dice "{value}"'
NUMBER_EXPECTED = 'se espera un número de {low} a {high}, como {like}; dice "{value}"'
FLAG_EXPECTED = 'se espera true o false; dice "{value}"'
CHOICE_EXPECTED = 'se espera uno de {choices}; dice "{value}"'
SHAPE_EXPECTED = 'se espera {expected}, como {like}; dice "{value}"'
AMOUNT_EXPECTED = 'se espera un precio, como "150.00"; {why}'
CURRENCY_EXPECTED = 'se espera el código de una moneda, como "NIO"; dice "{value}"'
NO_SUCH_ZONE = 'no existe la zona horaria "{value}"; se espera una como "America/Managua"'
NO_SUCH_VARIABLE = "no conozco la variable {{{name}}}"
THERE_ARE = "; las que hay: {names}"
HOURS_EXPECTED = 'no entiendo este horario; se espera uno como "8:00-18:00", "cerrado" o "24h"; dice "{value}"'
HOURS_NO_SUCH_TIME = 'no existe esa hora: "{value}"; se espera una como "8:00-18:00"'
HOURS_CROSS = '"{first}" y "{second}" se pisan; escribí los turnos en orden, como "8:00-12:00, 14:00-18:00"'
HOURS_TWICE = '"{other}" dice otra cosa para {day}; agregá una línea "{day}:" con la hora buena'
HOLIDAYS_EXPECTED = 'se espera fecha y horario, como {"2026-12-25": "cerrado"}'
NO_SUCH_DATE = 'se espera una fecha como "2026-12-25"; dice "{value}"'
NOT_UNIQUE = '"{value}" ya está en otro lado: tiene que ser único'
KEYS_NEEDED = "hay llaves de {providers} en .env: decí cuál usar, como provider: {first}"

STEP_SHAPE = "cada paso lleva uno (y sólo uno) de ask, say, confirm o do"
STEP_ASK_NEEDS_VAR = 'a esta pregunta le falta "var": el nombre de lo que se pregunta, como var: name'
STEP_ONLY_IN_ASK = 'sólo sirve junto a "ask"'
STEP_ONLY_IN_CONFIRM = 'sólo sirve junto a "confirm"'
STEP_CHOICES_NEEDED = 'type: choice necesita "choices", como choices: ["Adentro", "Afuera"]'
STEP_CHOICES_OF_OTHER = 'sólo sirve con type: choice (o sin "type")'
STEP_RANGE_OF_OTHER = "sólo sirve con type: quantity"
STEP_RANGE = "se esperan dos números, el menor primero, como [1, 12]"
STEP_LATER = '"{name}" todavía no se preguntó en este paso'
STEP_NO_CHOICE = 'en "{name}" no existe la opción "{value}"'
STEPS_NEEDED = "se espera al menos un paso"
START_INTENT = "después de intent: va un nombre en minúsculas, como intent:order"

EMPTY_KEY = "falta el nombre de la clave antes de los dos puntos"
PLAIN_KEY_EXPECTED = "se espera un nombre simple antes de los dos puntos"
DUPLICATE_KEY = "esta clave ya está en la línea {line}; dejá una sola"
NOT_A_MAPPING = "se esperan secciones, como business: y sus claves debajo"
TAG = "no se usan etiquetas como {tag}; escribí sólo el valor"
ALIAS_UNKNOWN = "un texto que empieza con * va entre comillas"
ALIAS_OF_ITSELF = "el valor se contiene a sí mismo"
TOO_DEEP = "hay demasiados niveles, uno dentro de otro"
TOO_MUCH = "el archivo es demasiado largo, o se repite a sí mismo hasta hacerse enorme"
TOO_BIG = "el archivo es demasiado grande ({size} MB); una configuración no llega a 1 MB"
NOT_UTF8 = "el archivo no está en UTF-8; guardalo con esa codificación"
NOT_TEXT = "hay un carácter que no es texto; borralo y volvé a escribir la línea"
MANY_DOCUMENTS = 'sobra esta línea "---": el archivo lleva una sola configuración'
TABS = "hay una tabulación; usá espacios"
QUOTE_OPEN = "se abrió una comilla y no se cerró"
BRACKET_OPEN = "se abrió [ o {{ y no se cerró bien: falta una coma o el cierre"
NO_COLON = 'falta ": " (dos puntos y un espacio) entre la clave y su valor'
INDENT_OR_COLON = (
    "no entiendo esta línea: los espacios del comienzo no son los de la línea de arriba, "
    "o hay dos puntos de más (poné el texto entre comillas)"
)
INDENT = "no entiendo esta línea: los espacios del comienzo no son los de las claves de su sección"
BACKSLASH = "dentro de comillas dobles, \\ se escribe \\\\ (o usá comillas simples)"
NEEDS_QUOTES = "un texto que empieza así va entre comillas"
NOT_UNDERSTOOD = "no entiendo esta línea; revisá comillas, dos puntos y espacios del comienzo"
NO_SUCH_FILE = "no existe este archivo"
CANNOT_READ = "no puedo leer este archivo: {why}"
CANNOT_WRITE = "no puedo escribir este archivo: {why}"
FILE_GONE = "el archivo ya no está; sigo con lo último que leí"
KEPT_LAST = "sigo con la configuración anterior"

ENV_EXPECTED = "se espera NOMBRE=valor"
ENV_QUOTE_OPEN = "se abrió una comilla y no se cerró en la misma línea"
ENV_TOO_SHORT = "tiene que tener 8 caracteres o más"
ENV_URL = "se espera una dirección como {like}"
ENV_WEAK = "es muy corta para ser segura (menos de 16 caracteres); borrala y se genera una"
ENV_UNKNOWN = "no conozco esta variable"
ENVIRONMENT = "variable de entorno"

NO_LLM_KEY = 'ai.mode es "api_llm" pero falta {key} en .env: contesta el Modo A'
NO_LLM_KEYS = 'ai.mode es "api_llm" pero no hay ninguna llave en .env ({keys}): contesta el Modo A'
NO_EMBEDDER_KEY = 'retrieval.embedder es "{name}" pero falta OPENAI_API_KEY en .env: se busca sólo por las palabras'
EDIT_LOST = "no pude cambiar {path} sin tocar otra cosa; editá el archivo a mano"
EDIT_NO_PLACE = "no se puede cambiar {path}: arriba de esa clave no hay una sección"
EDIT_NO_ITEM = "no existe {path}: esa lista no tiene tantos"

# Spanish names owners try first, and what they are called here.
IN_ENGLISH = {
    "nombre": "name", "zona_horaria": "timezone", "huso": "timezone", "idioma": "language", "direccion": "address",
    "horario": "hours", "horarios": "hours", "moneda": "currency", "telefono": "phone", "ubicacion": "location",
    "espera": "waiting", "negocio": "business", "respuestas": "responses", "pedidos": "orders", "flujos": "flows",
    "canales": "channels", "pagos": "payments", "envios": "delivery", "sucursales": "branches", "limites": "limits",
    "privacidad": "privacy", "modo": "mode", "modelo": "model_name", "temperatura": "temperature", "tono": "tone",
    "feriados": "holidays", "zonas": "zones", "minimo": "minimum", "efectivo": "cash", "transferencia": "transfer",
    "plantillas": "templates", "trato": "treat_as", "pasos": "steps", "enabled": "enable", "enable": "enabled",
}  # fmt: skip


def unknown_key(meant: str) -> str:
    return UNKNOWN_KEY + (MEANT.format(meant=meant) if meant else "")


def shown(value: object) -> str:
    """A value as it is quoted back: one line, not long."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"
