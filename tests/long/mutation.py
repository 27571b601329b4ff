"""Ways to spoil a text or a string of bytes."""

from __future__ import annotations

import random
from collections.abc import Sequence


def spoil_text(chance: random.Random, text: str, pieces: Sequence[str]) -> str:
    """`text` with one to three pieces put in, taken out, doubled or exchanged."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        a = chance.randint(0, len(text))
        b = min(len(text), a + chance.choice((0, 1, 1, 1, 2, 3, 8)))
        match chance.randrange(5):
            case 0:
                text = text[:a] + chance.choice(pieces) + text[a:]
            case 1:
                text = text[:a] + text[b:]
            case 2:
                text = text[:a] + chance.choice(pieces) + text[b:]
            case 3:
                text = text[:b] + text[a:]
            case _:
                c = chance.randint(0, len(text))
                text = text[:c] + text[a:b] + text[c:]
    return text


def spoil_bytes(chance: random.Random, content: bytes) -> bytes:
    """`content` with bytes flipped, cut, doubled, zeroed, or put in."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        a = chance.randint(0, max(0, len(data) - 1))
        b = min(len(data), a + chance.choice((1, 1, 2, 4, 64, 1000)))
        match chance.randrange(7):
            case 0 | 1 if data:
                data[a] ^= 1 << chance.randrange(8)
            case 2 if data:
                data[a] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 3:
                del data[a:b]
            case 4:
                data[a:a] = data[a:b]
            case 5:
                data[a:b] = bytes(b - a)
            case _:
                data[a:a] = chance.randbytes(b - a)
    return bytes(data[: chance.randint(1, len(data))] if data and chance.random() < 0.1 else data)
