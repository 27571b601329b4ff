"""One benchmark a module; importing them registers them, in this order."""

from benchmarks.cases import start, refusal, classify, classify_command, villages, priority, import_files, report, rerun  # noqa: F401, I001
