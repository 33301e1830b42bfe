"""`make pictures`: every page of the panel in both sizes and lights, of a shop at work, into docs/panel.

    python -m tools.pictures docs/panel [NAME…]

Needs what the tests need: a Chromium, and the sample shop they serve.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.at_work import PAGES, AtWork, at_work
from tests.e2e.conftest import DESKTOP, FLAGS, PHONE, chromium, served
from tests.e2e.panel import sign_in

COLOURS = 128  # a page has few; a quarter of the bytes
DRAWN = """async () => {
  await document.fonts.ready;
  const seen = [...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight);
  await Promise.all(seen.map((one) => one.decode().catch(() => null)));
}"""
ASKED = "kiero 2 nacatamales y un fresco d cacao xfa"
INDEX = """# El panel, página por página

Lo hace `make pictures`, con la tienda de muestra en plena mañana. Cada página está también en oscuro: mismo nombre, `-dark`.
"""


def main() -> None:
    """Writes NAME-SIZE-LIGHT.png for every page, and README.md which shows them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(PAGES)}")
    args = parser.parse_args()
    if unknown := set(args.names) - set(PAGES):
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    args.folder.mkdir(parents=True, exist_ok=True)
    chosen = {name: path for name, path in PAGES.items() if not args.names or name in args.names}
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as server, sync_playwright() as playwright:
        things = at_work(server)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for size in (DESKTOP, PHONE):
            for scheme in ("light", "dark"):
                touch = size is PHONE
                context = browser.new_context(
                    viewport=size, color_scheme=scheme, locale="es-NI", is_mobile=touch, has_touch=touch
                )
                page = context.new_page()
                sign_in(page, server)
                for name, path in chosen.items():
                    picture = args.folder / f"{name}-{size['width']}-{scheme}.png"
                    _shoot(page, server.url, path, things, picture)
                context.close()
        browser.close()
    shown = (f"\n## {name.capitalize()}\n\n![]({name}-1280-light.png) ![]({name}-390-light.png)\n" for name in PAGES)
    (args.folder / "README.md").write_text(INDEX + "".join(shown), "utf-8")


def _shoot(page: Page, url: str, path: str, things: AtWork, picture: Path) -> None:
    page.goto(url + path.format(conversation=things.conversation, order=things.order))
    if path == "/admin/playground":
        page.get_by_role("button", name="Empezar de cero").click()
        expect(page.locator(".made")).to_have_count(0)
        page.get_by_label("Mensaje de prueba").fill(ASKED)
        page.keyboard.press("Enter")
        page.locator(".made").last.wait_for()
    page.evaluate(DRAWN)
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    shot.convert("RGB").quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
