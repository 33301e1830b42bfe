"""The first sheet of an XLSX as rows of text. Runs in a reading process only (`apart.py`)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import load_workbook


def rows_of(data: bytes, name: str, limits: dict[str, int]) -> dict[str, Any]:
    """`{"rows": [[text, …], …]}`, or `{"problem": key, "limit": n}` with the key of a complaint.

    `limits`: `unpacked` bytes, `rows`, `columns`.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > limits["unpacked"]:
            return {"problem": "too_large", "limit": limits["unpacked"] // 1_000_000}
    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
    rows: list[list[str]] = []
    for values in sheet.iter_rows(values_only=True, max_col=limits["columns"]):
        rows.append([_text(value) for value in values])
        if len(rows) > limits["rows"] * 2:
            return {"problem": "too_many_rows", "limit": limits["rows"]}
    return {"rows": rows}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
