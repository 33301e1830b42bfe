"""`import`: questions or products from a file; good rows are loaded, bad ones told."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.commands.speak import say
from app.core.errors import UserError

KINDS = ("faqs", "menu")
SHOWN = 20  # bad rows that are listed; all are counted


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=KINDS, help=say("import_data.what"))
    parser.add_argument("file", metavar="FILE", type=Path, help=say("import_data.file"))
    parser.add_argument("--replace", action="store_true", help=say("import_data.replace"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.catalog.service import import_menu
    from app.commands.store import open_store
    from app.knowledge.service import import_faqs
    from app.shop.currency import country_currency

    if not args.file.is_file():
        raise UserError(say("import_data.missing", file=args.file))
    with open_store(home) as store:
        now, business = store.clock.now(), store.settings.business
        if args.what == "faqs":
            report = import_faqs(store.db, args.file, replace=args.replace, now=now)
        else:
            fallback = country_currency(business.timezone)
            report = import_menu(
                store.db, args.file, replace=args.replace, currency=business.currency, fallback=fallback, now=now
            )
    print(say("import_data.done", added=report.added, changed=report.changed, removed=report.removed))
    for warning in report.warnings:
        print(warning, file=sys.stderr)
    if report.bad:
        print(say("import_data.bad", count=len(report.bad)), file=sys.stderr)
        for row in report.bad[:SHOWN]:
            print(say("import_data.bad_row", file=args.file.name, line=row.line, reason=row.reason), file=sys.stderr)
    return 0
