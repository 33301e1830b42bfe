"""The channels a shop may have, each with its keys of `.env`: what the settings, the doctor and the panel know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Use = Literal["send", "receive", "extra"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of `.env`: without those to `send` nothing goes out, without those to `receive` no message is let in."""

    name: str
    use: Use = "send"
    like: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredChannel:
    """A section `channels.KIND` of config.yaml. `got_at`: the page where its keys are; `verify`: the word its platform is told."""

    kind: str
    icon: str
    keys: tuple[Key, ...] = ()
    got_at: str = ""
    verify: str = ""

    @property
    def webhook(self) -> str:
        """Where its platform sends messages; empty for a channel without one."""
        return f"/webhook/{self.kind}" if self.keys else ""

    @property
    def sends_with(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys if key.use == "send")

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys without which it cannot be used."""
        return tuple(key.name for key in self.keys if key.use != "extra")


CHANNELS = (
    DeclaredChannel("web", "globe"),
    DeclaredChannel(
        "whatsapp",
        "message-circle-more",
        (
            Key("WHATSAPP_TOKEN"),
            Key("PHONE_NUMBER_ID", like="112233445566778"),
            Key("VERIFY_TOKEN", "receive"),
            Key("WHATSAPP_APP_SECRET", "receive"),
            Key("WHATSAPP_APP_ID", "extra"),
        ),
        "https://developers.facebook.com/apps",
        "VERIFY_TOKEN",
    ),
    DeclaredChannel(
        "twilio",
        "phone",
        (
            Key("TWILIO_ACCOUNT_SID"),
            Key("TWILIO_AUTH_TOKEN"),
            Key("TWILIO_WHATSAPP_FROM", like="whatsapp:+14155238886"),
        ),
        "https://console.twilio.com",
    ),
    DeclaredChannel(
        "telegram",
        "send",
        (Key("TELEGRAM_BOT_TOKEN"), Key("TELEGRAM_WEBHOOK_SECRET", "extra")),
        "https://t.me/BotFather",
    ),
    DeclaredChannel(
        "messenger",
        "message-circle",
        (
            Key("MESSENGER_PAGE_TOKEN"),
            Key("MESSENGER_APP_SECRET", "receive"),
            Key("MESSENGER_VERIFY_TOKEN", "receive"),
        ),
        "https://developers.facebook.com/apps",
        "MESSENGER_VERIFY_TOKEN",
    ),
)
BY_KIND = {channel.kind: channel for channel in CHANNELS}
