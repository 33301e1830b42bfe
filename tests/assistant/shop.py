"""A small real shop to talk to: SQLite, the real understanding, index and settings; the clock is a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.assistant import router
from app.assistant.basket import Basket
from app.assistant.mind import MindStore
from app.assistant.tools import Tools
from app.assistant.turn import Answer, Turn
from app.catalog import service as catalog
from app.chat.messages import Inbound, Sender
from app.chat.service import Conversation
from app.core.db import Database
from app.core.migrate import upgrade
from app.knowledge import service as knowledge
from app.settings import load_settings

CONFIG = """
business:
  name: "La Esquina"
  timezone: "America/Managua"
  address: "Del parque 1 c. al sur"
  phone: "+505 8888 1234"
  location: {lat: 12.1364, lon: -86.2514}
  hours: {mon_fri: "8:00-18:00", sat: "9:00-14:00", sun: "cerrado", holidays: {"2026-12-24": "8:00-12:00"}}
  currency: "NIO"
delivery:
  enabled: true
  minimum: "150.00"
  zones:
    - {name: "Cerca", areas: ["Altagracia", "Residencial Bolonia"], fee: "30.00"}
    - {name: "Lejos", areas: ["Ciudad Jardín"], fee: "0"}
payments:
  cash: {enabled: true}
  transfer: {enabled: true, instructions: "BAC 123-456"}
  methods: ["Nequi"]
"""
MENU = """sku,name,price,unit,description,available,stock,categories,best_seller,seasonal,options,synonyms
nacatamal,Nacatamal,120,,"Masa con cerdo.",,,desayunos,si,,,nacatamales
gallo-pinto,Gallo pinto,80,,,,,desayunos,,,,pinto
vigoron,Vigorón,100,,,no,,platos,,,,vigorones
baho,Baho,150,,,,3,platos,,,,
cacao,Fresco de cacao,60,,,,,bebidas,,si,"Tamaño?: medio litro|litro:+50",cacao
queso,Queso seco,98,libra,,,,lacteos,,,,queso
"""
FAQS = """question,answer,tags
¿A qué hora sale el pan caliente?|¿Desde qué hora hay pan?,El pan sale a las 3 de la tarde.,pan
¿Tienen parqueo?|¿Dónde puedo parquear?,Caben dos carros frente al portón.,local
¿Tienen wifi?,La clave está en el mostrador.,local
¿Aceptan tarjeta?|¿Pasan tarjeta?,"Sí, débito y crédito.",pagos
¿Hay nacatamal de pollo?,De pollo sólo por encargo.,encargos
"""


@dataclass
class Shop:
    """The shop and one customer's conversation with it; `say` keeps what the conversation remembers."""

    folder: Path
    config: str = CONFIG
    now: str = "2026-11-23T10:00"
    name: str = ""
    locale: str = ""
    branch: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    misses: int = 0
    menu: str = MENU
    faqs: str = FAQS
    silence: timedelta = timedelta()  # since the message before
    sent: int = 0
    last: Turn = field(init=False)

    def __post_init__(self) -> None:
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        (data / "menu.csv").write_text(self.menu, encoding="utf-8")
        (data / "faqs.csv").write_text(self.faqs, encoding="utf-8")
        (self.folder / "config.yaml").write_text(self.config, encoding="utf-8")
        self.settings = load_settings(self.folder, environ={})
        self.db = Database(f"sqlite:///{self.folder / 'db.sqlite'}", durable=False)
        upgrade(self.db)
        self._open(data)

    def _open(self, data: Path) -> None:
        now = self.moment()

        def load(conn: Any) -> None:
            catalog.sync_menu(conn, data, currency="NIO", fallback="NIO", now=now)
            knowledge.sync_faqs(conn, data, now=now)

        self.db.write_now(load)
        mind = MindStore(self.db, None, list).current
        self.mind, self.understander = mind, mind.understander

    def moment(self) -> datetime:
        return datetime.fromisoformat(self.now).replace(tzinfo=self.settings.profile(self.branch or None).timezone)

    def say(self, text: str = "", *, payload: str = "", location: tuple[float, float] | None = None) -> Answer:
        """Sends a message, or taps a choice, or sends a location; returns the answer."""
        kind = "location" if location else "button" if payload else "text"
        sender = Sender("web", "", "carla")
        self.sent += 1
        inbound = Inbound(sender, str(self.sent), kind, text, payload, location)
        usual = self.locale or self.settings.business.language
        analysis = self.understander.analyse(text, default_language=usual, country="NI")
        moment, profile = self.moment(), self.settings.profile(self.branch or None)
        thread = Conversation(
            "c1", sender, 1, self.name, "", self.branch, self.locale, "bot", "", None, None, self.misses, "", moment, moment - self.silence,
            self.state,
        )  # fmt: skip

        def work(conn: Any) -> Answer:
            tools = Tools(conn, self.mind, self.settings, profile)
            turn = Turn(
                inbound, text, analysis, thread, self.settings, profile, moment, tools,
                understand=self.understander.analyse, payload=payload,
                basket=Basket.of(thread.state.get("basket", {})).rested(self.silence),
            )  # fmt: skip
            self.last = turn
            return router.answer(turn)

        answer = self.db.write_now(work)
        self.state, self.misses, self.locale = answer.state, answer.misses, answer.language
        return answer

    def text(self, text: str = "", **more: Any) -> str:
        """What is said back."""
        return self.say(text, **more).replies[0].text

    def titles(self, answer: Answer) -> list[str]:
        return [choice.title for choice in answer.replies[0].quick_replies]
