"""Write the demo dataset again: ``python -m kbk_analysis.data.demo [FOLDER]``."""

import sys

from kbk_analysis.data.demo.build import DEMO_FOLDER, write_demo

print(write_demo(sys.argv[1] if len(sys.argv) > 1 else DEMO_FOLDER))
