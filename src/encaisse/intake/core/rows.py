"""Problems found in whole columns at once, still told line by line and bounded in number."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from encaisse.intake.core.limits import Limits
from encaisse.kernel.problems import Problem, Severity, error, warning


class RowFindings:
    """Collects problems of single places and of whole columns; gives them in file order."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.problems
        self._kept: list[Problem] = []
        self._more = {Severity.ERROR: 0, Severity.WARNING: 0}

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep problems that another step found."""
        self._kept.extend(problems)

    def error(self, line: int | None, code: str, **facts: object) -> None:
        """Note something that refuses the file."""
        self._kept.append(error(line, code, **facts))

    def warning(self, line: int | None, code: str, **facts: object) -> None:
        """Note something that is shown and refuses nothing."""
        self._kept.append(warning(line, code, **facts))

    def error_rows(self, rows: pl.DataFrame, code: str, **facts: object) -> None:
        """One error for each row; its column `line` is the place, the others are facts."""
        self._rows(rows, code, Severity.ERROR, facts)

    def warning_rows(self, rows: pl.DataFrame, code: str, **facts: object) -> None:
        """One warning for each row; its column `line` is the place, the others are facts."""
        self._rows(rows, code, Severity.WARNING, facts)

    @property
    def has_errors(self) -> bool:
        """Whether the file is refused by what was found so far."""
        return any(problem.severity is Severity.ERROR for problem in self._kept)

    def all(self) -> tuple[Problem, ...]:
        """Every problem, by line; past the limit errors win, and the rest is counted."""
        kept = sorted(self._kept, key=lambda problem: problem.line or 0)
        if len(kept) > self._most:
            errors = [problem for problem in kept if problem.severity is Severity.ERROR]
            warnings = [problem for problem in kept if problem.severity is Severity.WARNING]
            shown = (errors + warnings)[: self._most]
            for dropped in (errors + warnings)[self._most :]:
                self._more[dropped.severity] += 1
            kept = sorted(shown, key=lambda problem: problem.line or 0)
            self._kept = kept
        more = sum(self._more.values())
        if not more:
            return tuple(kept)
        tell = error if self._more[Severity.ERROR] else warning
        return (*kept, tell(None, "more_problems", count=more))

    def _rows(
        self, rows: pl.DataFrame, code: str, severity: Severity, facts: dict[str, object]
    ) -> None:
        if rows.is_empty():
            return
        shown = rows.sort("line", nulls_last=True).head(self._most)
        self._more[severity] += rows.height - shown.height
        tell = error if severity is Severity.ERROR else warning
        for row in shown.iter_rows(named=True):
            line = row.pop("line")
            told = {name: _short(value) for name, value in row.items()}
            self._kept.append(tell(line, code, **facts, **told))


def _short(value: object) -> str:
    """A fact as a message can bear it: one line, not too long."""
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
