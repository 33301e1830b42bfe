"""`doctor`: looks at the whole shop, changes nothing, and says how to mend what is wrong."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from app.commands.speak import say

SIGNS = {"ok": "✓", "warn": "!", "fail": "✗", "off": "·"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=say("doctor.json"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.examination import examine

    findings = examine(home)
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.status]} {finding.check}: {say('doctor.' + finding.status)}. {finding.detail}")
            if finding.fix and finding.status != "ok":
                print(f"    → {finding.fix}")
    return int(any(finding.status == "fail" for finding in findings))
