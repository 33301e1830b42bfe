"""What other rooms may ask of the shop's knowledge: its FAQs, and the index that finds what answers a message."""

from __future__ import annotations

from app.core.ownership import FileReport
from app.knowledge.entry import Entry, Hit
from app.knowledge.export import export_faqs
from app.knowledge.faq import Faq
from app.knowledge.index import Index
from app.knowledge.load import edit_faq, import_faqs, switch_faq, sync_faqs
from app.knowledge.read import all_faqs, faq_entries
from app.knowledge.store import load, save, up_to_date_index

__all__ = [
    "Entry",
    "Faq",
    "FileReport",
    "Hit",
    "Index",
    "all_faqs",
    "edit_faq",
    "export_faqs",
    "faq_entries",
    "import_faqs",
    "load",
    "save",
    "switch_faq",
    "sync_faqs",
    "up_to_date_index",
]
