"""A customer's conversation through the widget, on the running shop."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.e2e.chat import Chat
from tests.e2e.conftest import PHONE, Context, Server, Watch

MESSAGES = re.compile(r"/api/chat/messages$")
SENT = "**/api/chat/messages"


def photo() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (320, 200), "#d31f76").save(data, "JPEG")
    return data.getvalue()


def test_greets_and_answers_a_question(chat: Chat) -> None:
    assert "8888" in chat.ask("¿cuál es el teléfono?") or chat.replies.count() > 1
    expect(chat.mine).to_have_count(1)
    expect(chat.inside.locator(".day")).to_have_text("Hoy")
    expect(chat.mine.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))


def test_a_quick_reply_is_sent_and_the_choices_go_away(chat: Chat) -> None:
    title = chat.chips.first.inner_text()
    before = chat.replies.count()
    chat.chips.first.click()
    expect(chat.mine.last.locator("p").first).to_have_text(title)
    expect(chat.replies.nth(before)).to_be_visible()
    expect(chat.chips.filter(has_text=title)).to_have_count(0)


def test_menu_comes_as_cards_with_drawings(chat: Chat) -> None:
    chat.ask("ver menú")
    cards = chat.inside.locator(".pc li")
    expect(cards.first).to_be_visible()
    expect(cards.first.locator("img")).to_have_attribute("src", re.compile(r"/widget/art/|/static/|/files/"))
    expect(cards.first.locator(".p")).to_contain_text("C$")


def test_shift_enter_breaks_the_line_and_blank_is_not_sent(chat: Chat) -> None:
    chat.field.press("Enter")
    chat.field.fill("hola")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("¿a qué hora abren?")
    chat.field.press("Enter")
    expect(chat.mine).to_have_count(1)
    assert chat.sent_texts() == ["hola\n¿a qué hora abren?"]


def test_reload_keeps_the_conversation(chat: Chat, server: Server) -> None:
    chat.ask("¿dónde están?")
    kept, seen = chat.kept(), chat.replies.all_inner_texts()
    chat.page.reload()
    chat.open()
    assert chat.kept()["token"] == kept["token"]
    expect(chat.mine).to_have_count(1)
    assert chat.replies.all_inner_texts() == seen
    assert len(server.messages(kept["token"])) == 1 + len(seen)


def test_closing_and_opening_keeps_everything_in_place(chat: Chat) -> None:
    chat.field.fill("a medias")
    chat.inside.locator("#close").click()
    expect(chat.launcher).to_be_focused()
    expect(chat.page.locator("iframe.f")).to_be_hidden()
    chat.launcher.click()
    expect(chat.field).to_have_value("a medias")
    expect(chat.field).to_be_focused()


def test_keyboard_alone_is_enough(chat: Chat) -> None:
    page = chat.page
    page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    page.keyboard.type("buenas")
    page.keyboard.press("Enter")
    expect(chat.mine).to_have_count(1)
    expect(chat.inside.locator(".fb")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if chat.inside.locator(".qr button:focus, .fb button:focus").count():
            break
    expect(chat.inside.locator(".qr button:focus, .fb button:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(chat.launcher).to_be_focused()


def test_a_photo_is_sent(chat: Chat, server: Server) -> None:
    chat.attach("cuaderno.jpg", "image/jpeg", photo())
    expect(chat.inside.locator("#file-chip")).to_contain_text("cuaderno.jpg")
    expect(chat.inside.locator("#file-chip canvas")).to_be_visible()
    chat.write("¿tienen esto?")
    expect(chat.mine.last).to_contain_text("cuaderno.jpg")
    expect(chat.mine.locator(".st")).to_have_count(0)
    assert [m["text"] for m in server.messages(chat.kept()["token"]) if m["from"] == "customer"] == ["¿tienen esto?"]


def test_a_photo_alone_is_a_message(chat: Chat, server: Server) -> None:
    chat.attach("lista.jpg", "image/jpeg", photo())
    chat.inside.locator(".go").click()
    expect(chat.mine).to_have_count(1)
    expect(chat.mine.locator(".st")).to_have_count(0)
    chat.page.reload()
    chat.open()
    expect(chat.mine).to_have_count(1)
    expect(chat.mine).to_contain_text(re.compile(r"\w"))


@pytest.mark.parametrize(
    ("name", "mime", "data", "words"),
    [
        ("virus.exe", "application/octet-stream", b"MZ", "no se puede mandar por acá"),
        ("dibujo.svg", "image/svg+xml", b"<svg/>", "no se puede mandar por acá"),
        ("nada.png", "image/png", b"", "está vacío"),
        ("gigante.jpg", "image/jpeg", b"x" * (3 * 1024 * 1024), "el máximo es 2 MB"),
    ],
)
def test_a_file_that_cannot_go_says_why(chat: Chat, name: str, mime: str, data: bytes, words: str) -> None:
    chat.attach(name, mime, data)
    expect(chat.inside.get_by_role("alert")).to_contain_text(words)
    expect(chat.inside.locator("#file-chip")).to_be_hidden()


def test_a_photo_that_is_none_is_refused_by_the_shop_in_plain_words(chat: Chat, watch: Watch) -> None:
    watch.expect("status of 415", "status of 422")
    chat.attach("mentira.jpg", "image/jpeg", b"<html><script>alert(1)</script>")
    chat.inside.locator(".go").click()
    expect(chat.mine.locator(".st.bad")).to_contain_text("No se mandó")
    expect(chat.mine.locator(".st button")).to_have_count(0)


def test_offline_messages_wait_and_go_out_once(chat: Chat, server: Server, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    chat.ask("buenas")
    chat.page.context.set_offline(True)
    expect(chat.inside.locator("#offline")).to_contain_text("Sin internet")
    chat.write("¿tienen nacatamales?")
    chat.write("¿y quesillo?")
    expect(chat.mine.nth(1).locator(".st")).to_contain_text("Sale cuando vuelva internet")
    before = chat.replies.count()
    chat.page.context.set_offline(False)
    expect(chat.inside.locator("#offline")).to_be_hidden()
    expect(chat.mine.locator(".st")).to_have_count(0)
    expect(chat.replies.nth(before + 1)).to_be_visible()
    texts = [m["text"] for m in server.messages(chat.kept()["token"]) if m["from"] == "customer"]
    assert texts == ["buenas", "¿tienen nacatamales?", "¿y quesillo?"]


def test_what_was_not_sent_survives_a_reload(chat: Chat, server: Server, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    context = chat.page.context
    block = lambda route: route.abort() if route.request.method == "POST" else route.continue_()  # noqa: E731
    context.route(SENT, block)
    chat.write("no me pierdas")
    expect(chat.mine.locator(".st")).to_contain_text("Sale cuando vuelva internet")
    chat.page.goto("about:blank")
    context.unroute(SENT)
    chat.page.goto(f"{server.url}/demo")
    chat.open()
    expect(chat.mine).to_have_count(1)
    expect(chat.mine.locator(".st")).to_have_count(0)
    texts = [m["text"] for m in server.messages(chat.kept()["token"]) if m["from"] == "customer"]
    assert texts == ["no me pierdas"]


def lose_the_first_answer(chat: Chat) -> None:
    """The next message reaches the shop, its answer does not come back."""
    lost: list[bool] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(True)
        route.fetch()
        route.abort()

    chat.page.context.route(SENT, lose)


@pytest.mark.parametrize("reload", [False, True], ids=["and is asked for again", "and the page is loaded again"])
def test_an_answer_lost_on_its_way_is_neither_doubled_nor_missed(
    chat: Chat, server: Server, watch: Watch, reload: bool
) -> None:
    watch.expect("ERR_FAILED")
    lose_the_first_answer(chat)
    before = chat.replies.count()
    chat.write("¿hacen delivery?")
    if reload:
        expect(chat.mine.locator(".st")).to_contain_text("Sale cuando vuelva internet")
        chat.page.reload()
        chat.open()
    expect(chat.replies.nth(before)).to_be_visible()
    expect(chat.mine.locator(".st")).to_have_count(0)
    expect(chat.mine).to_have_count(1)
    kept = server.messages(chat.kept()["token"])
    expect(chat.replies).to_have_count(len([m for m in kept if m["from"] == "bot"]))
    assert [m["text"] for m in kept if m["from"] == "customer"] == ["¿hacen delivery?"]


def fail_once(status: int, headers: dict[str, str] | None = None) -> Callable[[Route], None]:
    """A route that answers the first message with a failure and lets the rest through."""
    failed: list[bool] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST" or failed:
            route.continue_()
            return
        failed.append(True)
        route.fulfill(status=status, headers=headers or {}, json={"status": status, "title": "", "detail": ""})

    return handle


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_shop_that_is_busy_for_a_moment_is_asked_again(chat: Chat, watch: Watch, status: int) -> None:
    watch.expect(f"status of {status}")
    chat.page.context.route(SENT, fail_once(status, {"Retry-After": "1"} if status != 500 else {}))
    before = chat.replies.count()
    chat.write("¿a qué hora cierran?")
    if status == 429:
        expect(chat.mine.locator(".st")).to_contain_text("sale solo en 1 s")
    expect(chat.replies.nth(before)).to_be_visible()
    expect(chat.mine.locator(".st")).to_have_count(0)


def test_an_expired_session_starts_a_new_conversation_and_still_sends(chat: Chat, server: Server, watch: Watch) -> None:
    watch.expect("status of 401")
    old = chat.kept()["token"]
    chat.page.context.route(SENT, fail_once(401))
    chat.write("¿siguen ahí?")
    expect(chat.inside.locator(".note")).to_contain_text("venció")
    expect(chat.mine.locator(".st")).to_have_count(0)
    token = chat.kept()["token"]
    assert token != old
    assert [m["text"] for m in server.messages(token) if m["from"] == "customer"] == ["¿siguen ahí?"]


def test_a_person_of_the_shop_is_heard_live(chat: Chat, server: Server) -> None:
    chat.ask("buenas")
    server.write_as_person(
        chat.session()["conversation_id"], "Hola, soy Chepe.\nMirá https://donchepe.example/menu y *avisame*."
    )
    expect(chat.replies.last).to_contain_text("Hola, soy Chepe.")
    expect(chat.inside.locator(".ho")).to_contain_text("entró al chat")
    expect(chat.inside.locator("#status")).to_contain_text("en línea")
    expect(chat.replies.last.locator("a")).to_have_attribute("href", "https://donchepe.example/menu")
    expect(chat.replies.last.locator("strong")).to_have_text("avisame")
    before = chat.replies.count()
    chat.write("gracias, Chepe")
    expect(chat.mine.locator(".st")).to_have_count(0)
    expect(chat.replies).to_have_count(before)


def test_messages_come_by_polling_where_the_stream_does_not_pass(
    new_context: Context, server: Server, watch: Watch
) -> None:
    watch.expect("status of 502")
    context = new_context()
    context.route("**/api/chat/events", lambda route: route.fulfill(status=502, body="proxy"))
    page = context.new_page()
    page.goto(f"{server.url}/demo")
    chat = Chat(page).open()
    server.write_as_person(chat.session()["conversation_id"], "Te escribo igual")
    expect(chat.replies.last).to_contain_text("Te escribo igual")


def test_unread_messages_are_counted_on_the_launcher(chat: Chat, server: Server) -> None:
    chat.ask("buenas")
    chat.inside.locator("#close").click()
    conversation = chat.session()["conversation_id"]
    server.write_as_person(conversation, "Ya está tu pedido")
    expect(chat.launcher.locator(".n")).to_have_text("1")
    server.write_as_person(conversation, "¿Lo pasás a traer?")
    expect(chat.launcher.locator(".n")).to_have_text("2")
    expect(chat.launcher).to_have_attribute("aria-label", re.compile("2 mensajes sin leer"))
    chat.launcher.click()
    expect(chat.replies.last).to_contain_text("¿Lo pasás a traer?")
    chat.page.keyboard.press("Escape")
    expect(chat.launcher.locator(".n")).to_be_hidden()


def test_a_thumb_reaches_the_shop(chat: Chat) -> None:
    chat.ask("¿dónde están?")
    with chat.page.expect_response("**/api/chat/feedback") as answer:
        chat.inside.get_by_role("button", name="Me sirvió", exact=True).click()
    assert answer.value.status == 204
    expect(chat.inside.locator(".fb")).to_contain_text("Gracias")


def test_the_conversation_can_be_deleted_and_the_deletion_undone(chat: Chat, server: Server) -> None:
    chat.ask("mi secreto")
    token = chat.kept()["token"]
    delete = lambda: (chat.inside.locator("#more").click(), chat.inside.locator("#forget").click())  # noqa: E731
    delete()
    expect(chat.inside.locator("#log")).to_be_hidden()
    chat.inside.locator("#undo").click()
    expect(chat.mine).to_contain_text("mi secreto")
    delete()
    chat.write("empecemos de nuevo")  # the next message makes the deletion final
    expect(chat.mine).to_have_count(1)
    expect(chat.mine.locator(".st")).to_have_count(0)
    expect(chat.inside.locator("#log")).not_to_contain_text("mi secreto")
    assert chat.kept()["token"] != token
    with pytest.raises(AssertionError):
        server.messages(token)


def test_on_a_phone_the_chat_fills_the_screen_and_the_page_behind_stays(new_context: Context, server: Server) -> None:
    page = new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{server.url}/demo")
    chat = Chat(page)
    chat.launcher.tap()
    chat.wait()
    assert page.locator("iframe.f").bounding_box() == {"x": 0, "y": 0, **PHONE}
    assert page.evaluate("document.documentElement.style.overflow") == "hidden"
    chat.inside.locator("#close").tap()
    expect(page.locator("iframe.f")).to_be_hidden()
    assert page.evaluate("document.documentElement.style.overflow") == ""


def test_a_visitor_in_english_is_served_in_english(new_context: Context, server: Server) -> None:
    page = new_context(locale="en-US").new_page()
    page.goto(f"{server.url}/demo")
    chat = Chat(page).open()
    expect(chat.field).to_have_attribute("placeholder", "Write your message")
    expect(chat.inside.get_by_text("Automatic assistant, it can be wrong.")).to_be_visible()
    assert chat.inside.locator("html").get_attribute("lang") == "en"


def test_without_storage_the_chat_still_works(new_context: Context, server: Server) -> None:
    context = new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });")
    page = context.new_page()
    page.goto(f"{server.url}/demo")
    assert Chat(page).open().ask("buenas")
