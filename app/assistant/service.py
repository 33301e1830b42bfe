"""What the panel needs of the assistant: trying the bot out, and trials kept as tests."""

from __future__ import annotations

from app.assistant.kept import Check as Check
from app.assistant.kept import Checked as Checked
from app.assistant.kept import as_test as as_test
from app.assistant.kept import bring_back as bring_back
from app.assistant.kept import check as check
from app.assistant.kept import drop as drop
from app.assistant.kept import find as find
from app.assistant.kept import keep as keep
from app.assistant.kept import kept as kept
from app.assistant.trial import Trial as Trial
from app.assistant.trial import Tried as Tried
from app.assistant.trial import note_tried as note_tried
from app.assistant.trial import was_tried as was_tried
from app.assistant.turn import Trace as Trace
