"""Gives the FAQs out as CSV, XLSX or JSON, so that importing them again gives the same FAQs."""

from __future__ import annotations

from sqlalchemy import Connection

from app.core.errors import UserError
from app.core.tables import FORMATS, complaint, list_cell, write_json, write_table
from app.knowledge.read import all_faqs


def export_faqs(conn: Connection, form: str) -> bytes:
    """The FAQs in use, as `csv`, `json` or `xlsx`."""
    if form not in FORMATS:
        raise UserError(complaint("unknown_export", form=form))
    found = all_faqs(conn)
    if form == "json":
        return write_json(
            {
                "faqs": [
                    {
                        "question": faq.question,
                        "phrasings": list(faq.phrasings[1:]),
                        "answer": faq.answer,
                        "tags": list(faq.tags),
                        "language": faq.language,
                    }
                    for faq in found
                ]
            }
        )
    columns = ["question", "answer", "tags"]
    rows = [[list_cell(faq.phrasings), faq.answer, list_cell(faq.tags)] for faq in found]
    if any(faq.language for faq in found):
        columns.append("language")
        rows = [[*row, faq.language] for row, faq in zip(rows, found, strict=True)]
    return write_table(columns, rows, form, "faqs")
