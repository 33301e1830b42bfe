"""Files made to hurt who reads them, built here so that nobody has to trust a binary."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

MB = 1_000_000


def pdf(objects: Sequence[bytes], root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a table of where they are."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def page(stream: bytes, extra: bytes = b"", resources: bytes = b"<< /Font << /F1 5 0 R >> >>") -> bytes:
    """A PDF of one page with this content stream."""
    content = b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), extra, stream)
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources %s >>" % resources,
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def packed(times: int, piece: bytes, size: int) -> bytes:
    """`size` bytes of `piece` over and over, deflated `times` times."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(piece * (MB // len(piece))) for _ in range(size // MB)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def huge_stream() -> bytes:
    """300 MB of text operators in one."""
    return page(packed(1, b"BT /F1 12 Tf (hola hola hola) Tj ET\n", 300 * MB), b"/Filter /FlateDecode")


def stream_in_stream() -> bytes:
    """1 GB in a few KB: packed twice."""
    return page(packed(2, b"\0", 1000 * MB), b"/Filter [/FlateDecode /FlateDecode]")


def many_operators() -> bytes:
    """60 MB of text operators, which no limit of unpacking minds: time is what they cost."""
    return page(packed(1, b"BT /F1 12 Tf 1 0 0 1 9 9 Tm (a b) Tj ET\n", 60 * MB), b"/Filter /FlateDecode")


def nested_arrays() -> bytes:
    """An object of 200,000 lists, one inside the other."""
    return page(b"BT ET", b"/X " + b"[" * 200_000 + b"]" * 200_000)


def pages_in_a_ring() -> bytes:
    """A tree of pages whose branch is its own root."""
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 99999999 >>",
            b"<< /Type /Pages /Kids [2 0 R] /Count 99999999 /Parent 2 0 R >>",
        ]
    )


def pages_without_end() -> bytes:
    """One page, named a million times."""
    kids = b"3 0 R " * 1_000_000
    stream = b"BT /F1 12 Tf 9 9 Td (Hola) Tj ET"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%s] /Count 1000000 >>" % kids,
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


def form_in_itself() -> bytes:
    """A drawing that draws itself."""
    stream = b"/Fm Do BT /F1 12 Tf (x) Tj ET /Fm Do"
    own = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Fm 4 0 R >> >> /Length %d >>"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /Fm 4 0 R >> >> >>",
            own % len(stream) + b"\nstream\n" + stream + b"\nendstream",
        ]
    )


def xref_loop() -> bytes:
    """Tables of places that each name the other as the one before."""
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    one = len(head)
    section = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 9 /Root 1 0 R /Prev %010d >>\n"
    two = one + len(section % 0)
    return head + section % two + section % one + b"startxref\n%d\n%%%%EOF" % two


def to_unicode_bomb() -> bytes:
    """A font whose table maps millions of letters."""
    table = (
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + b"1 beginbfrange <0000> <FFFF> <0000> endbfrange\n" * 4_000
    )
    stream = b"BT /F1 12 Tf <00410042> Tj ET"
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(table), table),
        ]
    )


PDFS = {
    "huge_stream": huge_stream, "stream_in_stream": stream_in_stream, "many_operators": many_operators,
    "nested_arrays": nested_arrays, "pages_in_a_ring": pages_in_a_ring, "pages_without_end": pages_without_end,
    "form_in_itself": form_in_itself, "xref_loop": xref_loop, "to_unicode_bomb": to_unicode_bomb,
}  # fmt: skip

SHEET = (
    '<?xml version="1.0"?>{entities}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)
LAUGHS = '<!DOCTYPE l [<!ENTITY a0 "ja">{}]>'.format(
    "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
)
OUTSIDE = '<!DOCTYPE l [<!ENTITY file SYSTEM "file:///etc/passwd">]>'


def xlsx(rows: str, entities: str = "", unpacked_mb: int = 0, empty_rows: int = 0) -> bytes:
    """A workbook whose sheet holds these rows of XML, then `unpacked_mb` of one cell's letters, then empty rows."""
    from openpyxl import Workbook

    plain, out = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename != "xl/worksheets/sheet1.xml":
                new.writestr(item, old.read(item))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            head, tail = SHEET.format(entities=entities, rows=rows + "\0").split("\0")
            sheet.write(head.encode())
            if unpacked_mb:
                sheet.write(b'<row r="2"><c r="A2" t="inlineStr"><is><t>')
                for _ in range(unpacked_mb):
                    sheet.write(b"a" * MB)
                sheet.write(b"</t></is></c></row>")
            sheet.write(b"<row/>" * empty_rows + tail.encode())
    return out.getvalue()


def cell(text: str, place: str = "A1") -> str:
    return f'<row r="{place[1:]}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


XLSXS = {
    "zip_bomb": lambda: xlsx(cell("name"), unpacked_mb=300),
    "just_under_the_limit_of_unpacking": lambda: xlsx(cell("name"), unpacked_mb=95),
    "billion_laughs": lambda: xlsx(cell("name") + cell("&a11;", "A2"), LAUGHS),
    "outside_entity": lambda: xlsx(cell("name") + cell("&file;", "A2"), OUTSIDE),
    "rows_without_end": lambda: xlsx(cell("name"), empty_rows=3_000_000),
    "a_row_far_away": lambda: xlsx(cell("name") + cell("x", "A1048576")),
}
