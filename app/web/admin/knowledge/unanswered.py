"""«Sin respuesta»: what customers asked and nobody could answer, grouped by meaning, each answered or put aside at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.knowledge import service as knowledge
from app.knowledge.service import FaqRefused, Group, Hit
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, said, text
from app.web.admin.knowledge.faqs import is_id, lines_of, phrasings_of
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/knowledge/unanswered"
SHOWN = 20
GROUPED = 500  # of the newest questions: what comes before them shows once these are seen to


class _Settled(Exception):
    """Somebody else has seen to the group."""


async def show(call: Call) -> Response:
    """`GET /admin/knowledge/unanswered`."""
    return await _page(call)


async def answer(call: Call) -> Response:
    """`POST /admin/knowledge/unanswered/answer`: the next customer hears it; 422 and 409 with what was typed."""
    ids, now = _ids(call), call.house.clock.now()
    typed = {name: call.field(name) for name in ("ids", "question", "answer")}
    first = not call.field("anyway")

    def work(conn: Connection) -> int:
        if not knowledge.settle_unanswered(conn, ids, now=now) and first:
            raise _Settled
        return knowledge.edit_faq(
            conn, None, question=phrasings_of(typed["question"]), answer=typed["answer"], now=now
        )  # fmt: skip

    try:
        kept = await call.house.db.write(work)
    except FaqRefused as error:
        return await _refused(call, {**typed, "errors": error.mistakes, "late": not first}, 422)
    except _Settled:
        return await _refused(call, {**typed, "errors": {}, "late": True}, 409)
    await call.house.mind.refresh()
    return await _done(call, "unanswered.answered", {"ids": typed["ids"], "faq": str(kept)})


async def dismiss(call: Call) -> Response:
    """`POST /admin/knowledge/unanswered/dismiss`: done at once, with a way back."""
    ids, now = _ids(call), call.house.clock.now()
    await call.house.db.write(lambda conn: knowledge.settle_unanswered(conn, ids, now=now))
    return await _done(call, "unanswered.dismissed", {"ids": call.field("ids")})


async def reopen(call: Call) -> Response:
    """`POST /admin/knowledge/unanswered/reopen`: undoes either, the answer that was given too."""
    ids, faq, now = _ids(call), call.field("faq"), call.house.clock.now()

    def work(conn: Connection) -> None:
        knowledge.reopen_unanswered(conn, ids)
        if is_id(faq):
            knowledge.delete_faq(conn, int(faq), now=now)

    await call.house.db.write(work)
    await call.house.mind.refresh()
    if not by_htmx(call):
        return back(PATH)
    toast = Toast(text(call, "unanswered.reopened"))
    return fragment(call, "admin/knowledge/unanswered_swap.html", await _listed(call), toast=toast)


async def _done(call: Call, key: str, fields: dict[str, str]) -> Response:
    if by_htmx(call):
        return said(call, Toast(text(call, key), undo=f"{PATH}/reopen", fields=fields))
    return await _page(call, done={"key": key, "fields": fields})


async def _refused(call: Call, typed: dict[str, Any], status: int) -> Response:
    if by_htmx(call):
        return fragment(call, "admin/knowledge/unanswered_form.html", {"typed": typed}, status=status)
    return await _page(call, status=status, refused=typed)


async def _page(call: Call, *, status: int = 200, **more: Any) -> Response:
    values = {"done": None, "indexing": call.house.reindex.run, **await _listed(call), **more}
    return await panel_page(call, "admin/knowledge/unanswered.html", values, active="knowledge", status=status)


async def _listed(call: Call) -> dict[str, Any]:
    index, least = call.house.mind.current.index, call.settings.retrieval.min_score

    def search(words: str, tokens: Sequence[str]) -> Sequence[Hit]:
        hits: Sequence[Hit] = index.search(words, tokens, 1)
        return hits

    def read(conn: Connection) -> list[Group]:
        return knowledge.unanswered_groups(conn, search, min_score=least, limit=SHOWN + 1, newest=GROUPED)

    found = await call.house.db.read(read)
    rows = [{"group": group, "typed": _typed(group)} for group in found[:SHOWN]]
    return {"rows": rows, "more": len(found) > SHOWN, "refused": None}


def _typed(group: Group) -> dict[str, Any]:
    """Its form, the ways it was asked filled in, save those of which a part is masked."""
    asked = [said for said in (group.question, *group.examples) if knowledge.MASK not in said]
    ids = ",".join(map(str, group.ids))
    return {"ids": ids, "question": lines_of(asked), "answer": "", "errors": {}, "late": False}


def _ids(call: Call) -> list[int]:
    ids = call.field("ids").split(",")
    if len(ids) > GROUPED or not all(map(is_id, ids)):
        raise problem(400, "form", language=call.language)
    return [int(id_) for id_ in ids]
