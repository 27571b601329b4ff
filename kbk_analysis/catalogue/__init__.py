"""The catalogue: which indicators, agencies and Inpres activities there are, and what they mean.

`entries` says what one entry holds, `reading` reads the files in ``catalogues/`` and answers questions about
the whole, `check` names their faults. Nothing is computed from data.
"""

from kbk_analysis.catalogue.entries import Activity, Agency, Figure, Indicator, Label, Source, Step, Target, Unit
from kbk_analysis.catalogue.reading import Catalogue, load_catalogue

__all__ = [
    "Activity",
    "Agency",
    "Catalogue",
    "Figure",
    "Indicator",
    "Label",
    "Source",
    "Step",
    "Target",
    "Unit",
    "load_catalogue",
]
