"""The whole of config.yaml, typed: every key, what it may hold, and its value where the file is silent (CONTRACT 2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, PrivateAttr, model_validator

from app.shop.flowspec import NAME, Flow
from app.shop.hours import WeekHours
from app.shop.kinds import (
    Amount,
    Currency,
    Day,
    Flag,
    Hours,
    Number,
    OneOf,
    Shape,
    Site,
    Template,
    Text,
    Whole,
    Zone,
    frozen,
    is_placeholder,
    nothing,
)
from app.shop.mistakes import refuse_repeats
from app.shop.section import Section

MODES = ("rag_only", "api_llm", "local_llm")
PROVIDERS = ("openai", "groq", "gemini")
MINUTES = Whole(0, 43200, 30)
PER_TIME = Whole(0, 1_000_000, 60)
EMAIL = Shape(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+", "una dirección de correo", "pedidos@latiendita.com")
WHATSAPP = Shape(r"(whatsapp:)?\+[0-9X][0-9X -]{5,20}", "un número de WhatsApp", "whatsapp:+50588880000")
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
EMBEDDER = r"builtin|lexical|(sentence-transformers|openai|ollama)/[\w./:-]+"

Switch = Annotated[Literal["auto"] | bool, Flag(auto=True)]
YesNo = Annotated[bool, Flag()]
Money = Annotated[Decimal, Amount()]


class Place(Section):
    lat: Annotated[float, Number("-90", "90", "12.1364", to=float)]
    lon: Annotated[float, Number("-180", "180", "-86.2514", to=float)]


class Business(Section):
    name: Annotated[str, Text("La Tiendita Don Chepe")] = ""
    timezone: Annotated[str, Zone()] = "UTC"
    language: Annotated[Literal["es", "en"], OneOf(("es", "en"))] = "es"
    address: Annotated[str, Text("Del parque 1 c. al sur")] = ""
    hours: Annotated[WeekHours, Hours()] = WeekHours()
    currency: Annotated[str, Currency()] = ""
    slug: Annotated[str, Shape(SLUG, "un nombre corto en minúsculas, con guiones", "don-chepe")] = ""
    phone: Annotated[str, Text('"+505 8888 0000"')] = ""
    location: Place | None = None
    waiting: Annotated[str, Text("15 a 20 minutos")] = ""


class Ai(Section):
    mode: Annotated[Literal["rag_only", "api_llm", "local_llm"], OneOf(MODES)] = "rag_only"
    model_name: Annotated[str, Text("gpt-4o-mini")] = "gpt-4o-mini"
    temperature: Annotated[float, Number("0", "2", "0.2", to=float)] = 0.2
    provider: Annotated[Literal["", "openai", "groq", "gemini"], OneOf(("", *PROVIDERS))] = ""
    personality: Annotated[str, Text("Vendés como Don Chepe: atento y breve.")] = ""
    daily_budget_usd: Annotated[Decimal, Number("0", "1000000", "1.00")] = Decimal("1.00")


class Retrieval(Section):
    top_k: Annotated[int, Whole(1, 50, 4)] = 4
    min_score: Annotated[float, Number("0", "1", "0.5", to=float)] = 0.5
    embedder: Annotated[
        str, Shape(EMBEDDER, "builtin, lexical o PROVEEDOR/NOMBRE", "sentence-transformers/all-MiniLM-L6-v2")
    ] = "builtin"


class Templates(Section):
    """Empty: the factory's own, from the catalogue of texts."""

    hours: Annotated[str, Template()] = ""
    location: Annotated[str, Template()] = ""
    delivery: Annotated[str, Template()] = ""
    payment: Annotated[str, Template()] = ""
    waiting: Annotated[str, Template()] = ""


class Responses(Section):
    tone: Annotated[Literal["cercano", "neutro", "formal"], OneOf(("cercano", "neutro", "formal"))] = "cercano"
    fallback: Annotated[str, Text("¿Me lo repetís?")] = "Perdóname, no te entendí bien. ¿Me lo repetís?"
    escalate: Annotated[str, Text("Ya te atienden.")] = "Te paso con alguien del equipo en un momento."
    quick_replies: tuple[Annotated[str, Text("Ver menú")], ...] = ("Ver menú", "Ubicación", "Horarios", "Hacer pedido")
    treat_as: Annotated[Literal["vos", "tu", "usted"], OneOf(("vos", "tu", "usted"))] = "vos"
    templates: Templates = Templates()
    misses_to_person: Annotated[int, Whole(1, 10, 3)] = 3
    handback_minutes: Annotated[int, Whole(1, 43200, 120)] = 120
    csat: YesNo = True

    def is_written(self, key: str) -> bool:
        """Whether the owner wrote this text; what the factory says comes in the customer's language."""
        return key in self.model_fields_set


class Tax(Section):
    percent: Annotated[Decimal, Number("0", "100", "15")] = Decimal(0)
    included: YesNo = True


class Discount(Section):
    code: Annotated[str, Shape(r"\S{1,40}", "un código sin espacios", "MARTES", empty=False)]
    percent: Annotated[Decimal, Number("0", "100", "10")]
    days: tuple[Annotated[str, Day()], ...] = ()
    minimum: Money = Decimal(0)
    uses: Annotated[int | None, Whole(0, 1_000_000, 100)] = None


class Orders(Section):
    enable: YesNo = True
    notify_email: Annotated[str, EMAIL] = ""
    notify_whatsapp: Annotated[str, WHATSAPP] = ""
    notify_telegram: Annotated[str, Shape(r"-?\d{1,20}|@\w+", "el número de un chat", "123456789")] = ""
    hold_minutes: Annotated[int, Whole(1, 43200, 30)] = 30
    cancel_minutes: Annotated[int, MINUTES] = 5
    last_order_minutes: Annotated[int, Whole(0, 1440, 15)] = 15
    when_closed: Annotated[Literal["preorder", "refuse"], OneOf(("preorder", "refuse"))] = "preorder"
    tax: Tax = Tax()
    discounts: tuple[Discount, ...] = ()

    @property
    def whatsapp_to(self) -> str:
        """Where notices go, as `whatsapp:+…`; empty while the example's X stand there."""
        if not self.notify_whatsapp or is_placeholder(self.notify_whatsapp):
            return ""
        return "whatsapp:+" + "".join(char for char in self.notify_whatsapp if char.isdigit())

    @model_validator(mode="after")
    def _codes_differ(self) -> Orders:
        refuse_repeats([(("discounts", index, "code"), one.code) for index, one in enumerate(self.discounts)])
        return self


class Web(Section):
    enabled: Switch = True
    allowed_sites: tuple[Annotated[str, Site()], ...] = ()


class Twilio(Section):
    enabled: Switch = "auto"
    templates: Annotated[Mapping[str, Annotated[str, Text("HXXXXXXXX")]], AfterValidator(frozen)] = Field(
        default_factory=nothing
    )

    def template(self, event: str) -> str:
        """The content id for an event; empty while the example's X stand there."""
        written = self.templates.get(event, "")
        return "" if is_placeholder(written) else written


class WhatsappTemplate(Section):
    name: Annotated[str, Shape(r"[a-z0-9_]+", "el nombre de una plantilla", "aviso", empty=False)]
    language: Annotated[str, Shape(r"[a-z]{2,3}(_[A-Z]{2})?", "el idioma de una plantilla", "es")] = "es"


class Whatsapp(Section):
    enabled: Switch = "auto"
    api_version: Annotated[str, Shape(r"v\d+\.\d+", "una versión", "v26.0", empty=False)] = "v26.0"
    templates: Annotated[Mapping[str, WhatsappTemplate], AfterValidator(frozen)] = Field(default_factory=nothing)


class Telegram(Section):
    enabled: Switch = "auto"
    mode: Annotated[Literal["webhook", "polling"], OneOf(("webhook", "polling"))] = "webhook"


class Messenger(Section):
    enabled: Switch = "auto"


class Channels(Section):
    paused: YesNo = False
    web: Web = Web()
    twilio: Twilio = Twilio()
    whatsapp: Whatsapp = Whatsapp()
    telegram: Telegram = Telegram()
    messenger: Messenger = Messenger()


class Cash(Section):
    enabled: YesNo = True


class Transfer(Section):
    enabled: YesNo = False
    instructions: Annotated[str, Text("BAC 123-456, a nombre de José Pérez")] = ""
    ask_proof: YesNo = True


class Gateway(Section):
    enabled: Switch = "auto"
    test: YesNo = True


class Paypal(Gateway):
    """`rate` is how much of the shop's money one unit of `currency` is, where PayPal does not take the shop's."""

    currency: Annotated[str, Currency()] = ""
    rate: Annotated[Decimal | None, Number("0.000001", "1000000000", "36.62")] = None


class Payments(Section):
    methods: tuple[Annotated[str, Text("Nequi")], ...] = ()
    cash: Cash = Cash()
    transfer: Transfer = Transfer()
    stripe: Gateway = Gateway()
    paypal: Paypal = Paypal()
    mercadopago: Gateway = Gateway()
    _order: tuple[str, ...] = PrivateAttr(())

    @property
    def order(self) -> tuple[str, ...]:
        """The keys of this section in the order they are offered in: as written, then the rest."""
        return tuple(dict.fromkeys((*self._order, *type(self).model_fields)))

    @model_validator(mode="wrap")
    @classmethod
    def _keep_order(cls, data: Any, handler: ModelWrapValidatorHandler[Payments]) -> Payments:
        payments = handler(data)
        if isinstance(data, dict):
            payments._order = tuple(data)
        return payments


class DeliveryZone(Section):
    """Matches by `areas` or by distance from the shop; with neither, by its own name. `minimum` None: the shop's."""

    name: Annotated[str, Text("Centro")]
    areas: tuple[Annotated[str, Text("Altagracia")], ...] = ()
    radius_km: Annotated[Decimal | None, Number("0.01", "20000", "5")] = None
    fee: Money = Decimal(0)
    minimum: Annotated[Decimal | None, Amount(absent=None)] = None


class Delivery(Section):
    enabled: YesNo = False
    pickup: YesNo = True
    minimum: Money = Decimal(0)
    eta: Annotated[str, Text("25 a 35 minutos")] = ""
    zones: tuple[DeliveryZone, ...] = ()


class Branch(Section):
    """A branch; what it does not say (None) it takes from above."""

    slug: Annotated[str, Shape(SLUG, "un nombre corto en minúsculas, con guiones", "masaya", empty=False)]
    name: Annotated[str | None, Text("Don Chepe Masaya")] = None
    timezone: Annotated[str | None, Zone()] = None
    address: Annotated[str | None, Text("Del parque 1 c. al sur")] = None
    hours: Annotated[WeekHours | None, Hours()] = None
    phone: Annotated[str | None, Text('"+505 8888 1111"')] = None
    location: Place | None = None
    waiting: Annotated[str | None, Text("15 a 20 minutos")] = None
    unavailable: tuple[Annotated[str, Text("nacatamal")], ...] = ()
    zones: tuple[DeliveryZone, ...] | None = None


class Limits(Section):
    """0 is no limit."""

    customer_per_minute: Annotated[int, PER_TIME] = 20
    channel_per_minute: Annotated[int, PER_TIME] = 600
    new_chats_per_hour: Annotated[int, PER_TIME] = 60
    burst_seconds: Annotated[float, Number("0", "60", "2", to=float)] = 2.0
    upload_mb: Annotated[int, Whole(0, 1000, 10)] = 10


class Privacy(Section):
    keep_days: Annotated[int, Whole(1, 36500, 365)] = 365
    consent: Annotated[str, Text("Guardamos tu nombre sólo para tu pedido.")] = ""


FlowName = Annotated[str, Shape(NAME, "un nombre en minúsculas, sin espacios ni acentos", "reservar_mesa", empty=False)]


class Config(Section):
    """The root of the file."""

    business: Business = Business()
    ai: Ai = Ai()
    retrieval: Retrieval = Retrieval()
    responses: Responses = Responses()
    orders: Orders = Orders()
    flows: Annotated[Mapping[FlowName, Flow], AfterValidator(frozen)] = Field(default_factory=nothing)
    channels: Channels = Channels()
    payments: Payments = Payments()
    delivery: Delivery = Delivery()
    branches: tuple[Branch, ...] = ()
    limits: Limits = Limits()
    privacy: Privacy = Privacy()

    @model_validator(mode="after")
    def _slugs_differ(self) -> Config:
        own = [(("business", "slug"), self.business.slug)] if self.business.slug else []
        refuse_repeats([*own, *((("branches", at, "slug"), one.slug) for at, one in enumerate(self.branches))])
        return self
