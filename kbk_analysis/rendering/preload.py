"""What every worker needs, imported once in the process that workers are forked from. Starts no thread."""

import sys
from types import TracebackType

import nbclient.client  # noqa: F401
import papermill.engines  # noqa: F401

import kbk_analysis.rendering.export.html
import kbk_analysis.rendering.export.pdf
import kbk_analysis.rendering.report  # noqa: F401


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Keep quiet about a worker that was still starting when Ctrl-C closed its pool: the pool's locks are gone."""
    if not issubclass(kind, FileNotFoundError):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _tell
