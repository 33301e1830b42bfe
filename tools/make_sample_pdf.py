"""Makes the sample shops' PDFs from their texts: `python tools/make_sample_pdf.py` (needs fpdf2, a test dependency)."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from fpdf import FPDF

ROOT = Path(__file__).resolve().parent.parent
WRITTEN_ON = datetime(2026, 11, 1, tzinfo=UTC)  # fixed, so that the same text gives the same bytes
MARGIN_MM = 20
INDIGO, INK = (45, 58, 160), (35, 31, 32)


class Sample(NamedTuple):
    """A text under `tools/`, the PDF under `examples/` it becomes, and the Spanish it is written in."""

    source: Path
    target: Path
    lang: str


def _sample(source: str, target: str, lang: str) -> Sample:
    return Sample(ROOT / "tools" / source, ROOT / "examples" / target, lang)


SAMPLES = (
    _sample("encargos-y-eventos.txt", "tiendita/docs/encargos-y-eventos.pdf", "es-NI"),
    _sample("taquizas-y-eventos.txt", "food_truck/docs/taquizas-y-eventos.pdf", "es-MX"),
    _sample("guia-de-talles.txt", "ropa/docs/guia-de-talles.pdf", "es-AR"),
)


def pdf_of(text: str, lang: str) -> bytes:
    """The text as an A4 PDF with a real text layer. `# ` is the title, `## ` a heading, any other line a paragraph.

    Letters beyond Latin-1 raise `FPDFUnicodeEncodingException`: the fonts every reader has know no others.
    """
    pdf = FPDF(format="A4")
    pdf.set_creation_date(WRITTEN_ON)
    pdf.set_lang(lang)
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(True, MARGIN_MM)
    pdf.add_page()
    for line in text.splitlines():
        _write(pdf, line.strip())
    return bytes(pdf.output())


def _write(pdf: FPDF, line: str) -> None:
    if line.startswith("# "):
        pdf.set_title(line[2:])
        _paragraph(pdf, line[2:], size=22, bold=True, colour=INDIGO)
    elif line.startswith("## "):
        pdf.ln(3)
        _paragraph(pdf, line[3:], size=14, bold=True, colour=INDIGO)
    elif line:
        _paragraph(pdf, line, size=11, bold=False, colour=INK)


def _paragraph(pdf: FPDF, text: str, *, size: int, bold: bool, colour: tuple[int, int, int]) -> None:
    pdf.set_font("helvetica", style="B" if bold else "", size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.55, text, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1)


def main() -> int:
    for sample in SAMPLES:
        sample.target.parent.mkdir(parents=True, exist_ok=True)
        sample.target.write_bytes(pdf_of(sample.source.read_text(encoding="utf-8"), sample.lang))
        sys.stdout.write(f"{sample.target.relative_to(ROOT)}: {sample.target.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
