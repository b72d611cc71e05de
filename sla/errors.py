"""Every error the domain can raise, named once. Messages are Chinese and say what to do."""

from __future__ import annotations


class DomainError(Exception):
    """A request that cannot be carried out.

    ``message`` is shown to the person as it is; ``field`` names the input it is about, if one is.
    """

    status = 400

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DomainError):
    """The input itself is wrong: a field, a time, a combination."""

    status = 422


class NotFound(DomainError):
    """There is no such thing, or this viewer may not see it (S1: both are the same answer)."""

    status = 404


class Forbidden(DomainError):
    """The viewer sees the thing but may not do this with it (S1, S2)."""

    status = 403


class Conflict(DomainError):
    """Somebody was faster, or the state no longer allows it; the message tells the present state."""

    status = 409


class Damaged(DomainError):
    """A stored file is not what its digest says, or is gone; it is not served (L3)."""

    status = 500


class LoadError(DomainError):
    """A file of reference data has a bad row; nothing of it was loaded."""

    status = 422

    def __init__(self, file: str, line: int, column: str, reason: str) -> None:
        super().__init__(f"{file} 第 {line} 行「{column}」列：{reason}", column)
        self.file, self.line, self.column, self.reason = file, line, column, reason
