"""The same order said once more, because the bot asked something about it or had not understood: it is not doubled."""

from __future__ import annotations

from dataclasses import replace

from app.assistant.responders.hears import hears
from app.assistant.turn import Turn
from app.core.text import fold
from app.nlu.service import Add, Alter, Line, Reading, applied

SEVERAL = 2


def without_repeats(turn: Turn, reading: Reading) -> Reading:
    """The reading less what is in the cart already, where all that it adds is; a choice said with it now is taken over."""
    lines, adds = turn.basket.lines, [change for change in reading.changes if isinstance(change, Add)]
    again = turn.basket.shown is not None or turn.basket.waiting is not None or turn.conversation.misses > 0
    if not adds or not again or hears("more_of_it", fold(turn.analysis.text)):
        return reading
    found = [_known(add.line, lines) for add in adds]
    named = len({at for at in found if at is not None}) + len(reading.changes) - len(adds)
    if None in found or named < min(SEVERAL, len(lines)):
        return reading
    others = [change for change in reading.changes if not isinstance(change, Add)]
    touched = {change.at for change in others if isinstance(change, Alter)}
    filled = [
        Alter(at, None, replace(add.line, words=""), add.words)
        for at, add in zip(found, adds, strict=True)
        if at is not None
        and at not in touched
        and add.line.options != lines[at].options
        and _says_more(add.line, lines[at])
    ]
    changes = (*others, *filled)
    return replace(reading, changes=changes, cart=applied(lines, changes))


def _known(line: Line, lines: tuple[Line, ...]) -> int | None:
    """The line of the cart that this is: as many of it, and made no other way."""
    return next(
        (
            at
            for at, had in enumerate(lines)
            if (had.product_id, had.qty) == (line.product_id, line.qty)
            and all(dict(had.options).get(axis, values) == values for axis, values in line.options)
            and set(line.extras) <= set(had.extras)
        ),
        None,
    )


def _says_more(line: Line, had: Line) -> bool:
    return set(dict(had.options)) < set(dict(line.options))
