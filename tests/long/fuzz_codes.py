"""Area codes with dots, without dots, and texts that only look like codes."""

from __future__ import annotations

import random
import re

from kbk_analysis.areacode import CodeFault, canonical, is_canonical, level_of, parent_of, regency_of, village_kind
from tests.long.mutation import spoil_text

ENDS = (2, 5, 8, 13)
LEVELS = dict(zip(ENDS, ("province", "regency", "district", "village"), strict=True))
PIECES = [*"0123456789", ".", ",", " ", "-", "\n", "\u00a0", "\u200b", "x", "٣", "²", "14", "2001", "..", "1e3", "\0"]


def check(chance: random.Random) -> str:
    written = ".".join([*(f"{chance.randrange(100):02d}" for _ in range(3)), f"{chance.randrange(10**4):04d}"])
    code = written[: chance.choice(ENDS)]
    bare = chance.random() < 0.4
    text = chance.choice(("", " ")) + (code.replace(".", "") if bare else code) + chance.choice(("", "\n"))
    scheme = chance.choice((None, "kemendagri", "bps"))
    spoilt = chance.random() < 0.6
    if spoilt:
        text = spoil_text(chance, text, PIECES)
    try:
        found = canonical(text, scheme=scheme)
    except CodeFault as fault:
        found, rule = None, fault.rule
    if found is None:
        assert rule in ("code.ambiguous", "code.scheme", "code.form"), rule
        assert (rule == "code.scheme") == (scheme == "bps")
        assert spoilt or scheme == "bps" or (bare and scheme is None and len(code) > 2), (text, scheme)
        assert not is_canonical(text.strip()) or scheme == "bps", text
        return rule
    assert re.fullmatch(r"[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?", found), (text, found)
    assert found.replace(".", "") == text.strip().replace(".", ""), (text, found)
    assert "." in text or len(found) == 2 or scheme == "kemendagri", (text, scheme)
    assert spoilt or found == code, (text, found)
    assert is_canonical(found)
    assert canonical(found) == found
    assert level_of(found).value == LEVELS[len(found)]
    above = parent_of(found)
    assert above is None if len(found) == 2 else (is_canonical(above or "") and found.startswith(f"{above}."))
    assert len(found) < 5 or is_canonical(regency_of(found))
    assert len(found) < 13 or village_kind(found) == ("kelurahan" if found[9] == "1" else "desa")
    return "read"
