"""A plot as SVG, small enough to be read in a diff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10

COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad")
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 320, 60, 40, 130, 40
"""Pixels: of the picture, and of the room around the curves."""

LINE = 14
"""Pixels between two names at least."""

Points = Sequence[tuple[float, float]]


def plot(title: str, series: Mapping[str, Points]) -> str:
    """Draw *series* by their names, both axes logarithmic; each of its numbers must be above 0."""
    points = [point for curve in series.values() for point in curve]
    across, up = _scale([x for x, _ in points]), _scale([y for _, y in points])

    def place(point: tuple[float, float]) -> str:
        x = LEFT + across(point[0]) * (WIDTH - LEFT - RIGHT)
        return f"{x:.0f},{HEIGHT - BOTTOM - up(point[1]) * (HEIGHT - TOP - BOTTOM):.0f}"

    drawn = [f'<text x="10" y="20">{title}</text>']
    taken: list[int] = []
    for (name, curve), colour in zip(series.items(), COLOURS, strict=False):
        drawn.append(
            f'<polyline points="{" ".join(map(place, curve))}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        x, y = map(int, place(curve[-1]).split(","))
        while any(abs(y - other) < LINE for other in taken):
            y += 1  # two curves that end at one place
        taken.append(y)
        drawn.append(f'<text x="{x + 6}" y="{y + 4}" fill="{colour}">{name} {curve[-1][1]:.3g}</text>')
    for x in sorted({x for x, _ in points}):
        at = place((x, points[0][1])).split(",")[0]
        drawn.append(f'<text x="{at}" y="{HEIGHT - 15}" text-anchor="middle">{x:,.0f}</text>')
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>\n' + "\n".join(drawn) + "\n</svg>\n"


def _scale(values: Sequence[float]):  # type: ignore[no-untyped-def] # a function from a value to its place in [0, 1]
    low, high = log10(min(values)), log10(max(values))
    return lambda value: (log10(value) - low) / ((high - low) or 1)
