"""The demo dataset: plainly fictional places, invented numbers, known findings planted in them.

``python -m kbk_analysis.data.demo`` writes the folder that ships with the package.
"""

from kbk_analysis.data.demo.build import DEMO_FOLDER, DEMO_SEED, build_demo, write_demo
from kbk_analysis.data.demo.plantings import NOTHING, PlantedFinding, PlantedResponse, Plantings, load_plantings

__all__ = [
    "DEMO_FOLDER",
    "DEMO_SEED",
    "NOTHING",
    "PlantedFinding",
    "PlantedResponse",
    "Plantings",
    "build_demo",
    "load_plantings",
    "write_demo",
]
