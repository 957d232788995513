"""`python -m devtools.icons` draws the icons of the home screen: those of crm/static/crm/icon.svg, in dots."""

import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "crm/static/crm"
GROUND, BARS = (0x0B, 0x5D, 0x63), (255, 255, 255)
LINES = [((8, 20), (17, 20)), ((15, 12), (24, 12))]  # on a square of 32
THICK, CORNER, SIDE = 2.5, 8, 32
STEPS = 4  # looked at so often in each direction for one dot


def main():
    for size, name, corner in [
        (192, "icon-192", CORNER),
        (512, "icon-512", CORNER),
        (512, "icon-512-maskable", 0),
    ]:
        (FOLDER / f"{name}.png").write_bytes(png(size, corner))


def png(size, corner):
    rows = b"".join(
        b"\0" + b"".join(dot(x, y, size, corner) for x in range(size)) for y in range(size)
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def dot(x, y, size, corner):
    places = [
        ((x + (i + 0.5) / STEPS) * SIDE / size, (y + (j + 0.5) / STEPS) * SIDE / size)
        for i in range(STEPS)
        for j in range(STEPS)
    ]
    inside = [place for place in places if is_inside(*place, corner)]
    if not inside:
        return bytes(4)
    share = sum(is_bar(*place) for place in inside) / len(inside)
    colour = [
        round(bar * share + ground * (1 - share)) for bar, ground in zip(BARS, GROUND, strict=True)
    ]
    return bytes([*colour, round(255 * len(inside) / len(places))])


def is_inside(x, y, corner):
    beyond_x = max(corner - x, x - (SIDE - corner), 0)
    beyond_y = max(corner - y, y - (SIDE - corner), 0)
    return beyond_x**2 + beyond_y**2 <= corner**2 or not corner


def is_bar(x, y):
    return any(
        (x - min(max(x, left), right)) ** 2 + (y - row) ** 2 <= THICK**2
        for (left, row), (right, _row) in LINES
    )


if __name__ == "__main__":
    main()
