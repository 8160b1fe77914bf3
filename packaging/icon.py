#!/usr/bin/env python3
"""Draws the icon: `icon.py FILE`. A clip's play sign, and the lens of somebody who looks into it. 512 px, no library."""

import math
import struct
import sys
import zlib

SIZE, FINE = 512, 3
NIGHT, DUSK, WHITE, AMBER = (22, 24, 58), (58, 44, 122), (246, 247, 252), (255, 178, 56)


def corner(x, y):
    """Distance outside of the rounded square."""
    dx, dy = abs(x - 256) - 144, abs(y - 256) - 144
    return math.hypot(max(dx, 0), max(dy, 0)) - 104


def play(x, y):
    """Inside the triangle."""
    return x > 158 and (x - 158) * 0.577 < 122 - abs(y - 236) and x < 370


def handle(x, y):
    """Distance from the middle line of the lens's handle."""
    along = max(0.0, min(1.0, ((x - 370) + (y - 370)) / (2 * 62)))
    return math.hypot(x - 370 - 62 * along, y - 370 - 62 * along)


def colour(x, y):
    if corner(x, y) > 0:
        return (0, 0, 0, 0)
    ring = math.hypot(x - 314, y - 314)
    if 62 <= ring <= 84 or (ring > 84 and handle(x, y) <= 15):
        return AMBER + (255,)
    ground = tuple(round(a + (b - a) * y / SIZE) for a, b in zip(NIGHT, DUSK))
    if ring < 62:
        return (WHITE if play(x, y) else tuple(min(255, c + 38) for c in ground)) + (255,)
    if ring < 98 or not play(x, y):
        return ground + (255,)
    return WHITE + (255,)


def pixel(column, row):
    """The mean of FINE x FINE points; colour counts only where something is drawn."""
    points = [colour(column + (i + 0.5) / FINE, row + (j + 0.5) / FINE) for i in range(FINE) for j in range(FINE)]
    drawn = [point for point in points if point[3]]
    if not drawn:
        return (0, 0, 0, 0)
    return tuple(round(sum(point[k] for point in drawn) / len(drawn)) for k in range(3)) + (round(255 * len(drawn) / len(points)),)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    rows = b"".join(b"\0" + b"".join(bytes(pixel(column, row)) for column in range(SIZE)) for row in range(SIZE))
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    with open(sys.argv[1], "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


main()
