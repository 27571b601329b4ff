"""``python -m kbk_analysis.cli``: the same as ``kbk``."""

import sys

from kbk_analysis.cli import main

if __name__ == "__main__":
    sys.exit(main())
