"""What every worker needs, imported once in the process that workers are forked from. Starts no thread."""

import nbclient.client  # noqa: F401
import papermill.engines  # noqa: F401

import kbk_analysis.rendering.export.html
import kbk_analysis.rendering.export.pdf
import kbk_analysis.rendering.report  # noqa: F401
