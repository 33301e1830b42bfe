"""Errors that carry their consequence and a sentence for the person who reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class UserError(Exception):
    """A mistake somebody can mend; its text says what happened, where, and what to do next.

    The command line prints it on stderr, without a traceback, and exits 1.
    """


class Problem(Exception):
    """A refusal of an HTTP request, rendered as RFC 9457 `application/problem+json`.

    `errors` is a list of `{"field", "message"}`; `headers` go out with the answer (`Retry-After`).
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = [dict(error) for error in errors]
        self.headers = dict(headers or {})


class NotAllowed(Problem):
    """A step from one status to another that is not allowed; it changed nothing."""

    def __init__(self, was: str, to: str) -> None:
        super().__init__(409, "Not allowed", f"{was} -> {to}")
        self.was = was
        self.to = to


class DeliveryError(Exception):
    """A provider or channel did not do what was asked.

    `permanent`: trying again cannot help, a person has to look. `ambiguous`: the provider may have done it, so it
    is never blindly repeated (TRUST rule 2). `retry_after`: seconds the provider asked us to wait, if it did.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, ambiguous: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.retry_after = retry_after


class Unavailable(Exception):
    """The database cannot take or give data just now (locked, full, read-only, gone); nothing was stored.

    The web answers 503, so that whoever sent the message sends it again.
    """
