"""The problems a reader collects while it goes on, bounded however broken a file may be."""

from __future__ import annotations

from encaisse.intake.core.limits import Limits
from encaisse.kernel.problems import Problem, Severity, error, warning


class Findings:
    """Problems in the order they were met; past the limit they are counted, never forgotten.

    The count stands last, as `more_problems`; it is an error as soon as one of the counted
    problems was, so that a file with a late error is still refused.
    """

    def __init__(self, limits: Limits) -> None:
        self._most = max(limits.problems - 1, 1)
        self._kept: list[Problem] = []
        self._uncounted_error = False
        self._more = 0

    def error(self, line: int | None, code: str, **facts: object) -> None:
        """Note something that refuses the file."""
        self.add(error(line, code, **facts))

    def warning(self, line: int | None, code: str, **facts: object) -> None:
        """Note something that is shown and refuses nothing."""
        self.add(warning(line, code, **facts))

    def add(self, problem: Problem) -> None:
        """Keep the problem, or count it when there are too many already."""
        if len(self._kept) < self._most:
            self._kept.append(problem)
            return
        self._more += 1
        self._uncounted_error |= problem.severity is Severity.ERROR

    @property
    def has_errors(self) -> bool:
        """Whether the file is refused by what was found so far."""
        return self._uncounted_error or any(
            problem.severity is Severity.ERROR for problem in self._kept
        )

    def all(self) -> tuple[Problem, ...]:
        """Every problem kept, and how many more there were."""
        if not self._more:
            return tuple(self._kept)
        tell = error if self._uncounted_error else warning
        return (*self._kept, tell(None, "more_problems", count=self._more))
