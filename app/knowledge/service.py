"""What other rooms may ask of the shop's knowledge: its FAQs, and the index that finds what answers a message."""

from __future__ import annotations

from app.core.ownership import FileReport
from app.knowledge.documents.files import read_folder
from app.knowledge.documents.quote import HOW_MUCH, quote
from app.knowledge.documents.read import (
    DocPassage,
    Document,
    all_docs,
    all_passages,
    doc_entries,
    find_doc,
    passages_of,
)
from app.knowledge.documents.shelf import (
    NotKept,
    bring_back_document,
    put_document,
    sizes_of_documents,
    take_in_documents,
    take_off_document,
)
from app.knowledge.documents.sync import known_docs, sync_docs
from app.knowledge.entry import Entry, Hit
from app.knowledge.export import export_faqs
from app.knowledge.faq import Faq
from app.knowledge.index import Index
from app.knowledge.load import (
    FaqRefused,
    Stale,
    delete_faq,
    edit_faq,
    import_faq_data,
    import_faqs,
    restore_faq,
    switch_faq,
    sync_faqs,
)
from app.knowledge.read import FaqPage, all_faqs, count_faqs, faq_entries, find_faq, page_of_faqs
from app.knowledge.store import load, save, up_to_date_index
from app.knowledge.unanswered import (
    MASK,
    Group,
    Missed,
    Question,
    keep_unanswered,
    last_unanswered,
    masked,
    reopen_unanswered,
    settle_unanswered,
    unanswered_groups,
)

__all__ = [
    "HOW_MUCH",
    "MASK",
    "DocPassage",
    "Document",
    "Entry",
    "Faq",
    "FaqPage",
    "FaqRefused",
    "FileReport",
    "Group",
    "Hit",
    "Index",
    "Missed",
    "NotKept",
    "Question",
    "Stale",
    "all_docs",
    "all_faqs",
    "all_passages",
    "bring_back_document",
    "count_faqs",
    "delete_faq",
    "doc_entries",
    "edit_faq",
    "export_faqs",
    "faq_entries",
    "find_doc",
    "find_faq",
    "import_faq_data",
    "import_faqs",
    "keep_unanswered",
    "known_docs",
    "last_unanswered",
    "load",
    "masked",
    "page_of_faqs",
    "passages_of",
    "put_document",
    "quote",
    "read_folder",
    "reopen_unanswered",
    "restore_faq",
    "save",
    "settle_unanswered",
    "sizes_of_documents",
    "switch_faq",
    "sync_docs",
    "sync_faqs",
    "take_in_documents",
    "take_off_document",
    "unanswered_groups",
    "up_to_date_index",
]
