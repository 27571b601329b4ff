"""Five kills; the full run has fifty (docs/reliability.md)."""

import os

import pytest

from tests.long.__main__ import SEED
from tests.long.kills import kill_and_compare


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="platform: Windows has no such signals")
def test_killed_at_seeded_moments_a_rerun_finishes_the_rest() -> None:
    found = kill_and_compare(5, SEED)
    assert found["kills"] == 5
    assert found["resumed_and_equal"] == 1
