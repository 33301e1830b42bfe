"""Named points where a drill may kill the process, to show that nothing acknowledged is lost (TRUST R-02)."""

from __future__ import annotations

import os
import signal

POINTS = (
    "inbox.before_commit",
    "inbox.committed",
    "turn.claimed",
    "turn.before_commit",
    "turn.committed",
    "deliver.before_send",
    "deliver.sent",
    "deliver.committed",
)
MAIL_POINTS = ("mail.before_send", "mail.sent")


def point(name: str) -> None:
    """Ends this process at once, as a power cut would, if `TENDERO_CRASH_AT` names this point."""
    if os.environ.get("TENDERO_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
