"""The chart of a comparison: one SVG file, a bar a row for gort's figure divided by Go's, on a logarithmic scale.

Bars to the left of the line at 1 are rows where gort is faster (its figure is smaller; for a rate, larger). A tick
marks the row's target, a circle the other peer's figure divided by Go's. Rows that miss a target are red.
"""

import math
from html import escape

ROW = 16
NAMES, PLOT, FIGURES = 250, 520, 180
SHOWN = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
GOOD, BAD, FAINT = "#3a7d5c", "#b5413a", "#bbbbbb"


def svg(rows, title):
    """svg draws rows: objects with name, procs, unit, cost(kind) (figure divided by Go's), limits, missed()."""
    drawn = [row for row in rows if row.cost("gort")]
    height = 50 + ROW * len(drawn) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{NAMES + PLOT + FIGURES}" height="{height}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="18" font-size="14">{escape(title)}</text>',
        *scale(height),
    ]
    for index, row in enumerate(drawn):
        parts += bar(row, 50 + ROW * index)
    return "\n".join(parts) + "\n</svg>\n"


def across(ratio):
    """across is the x of a ratio, kept inside the plot."""
    low, high = math.log(SHOWN[0]), math.log(SHOWN[-1])
    part = (math.log(max(ratio, SHOWN[0])) - low) / (high - low)
    return NAMES + PLOT * min(part, 1)


def scale(height):
    for ratio in SHOWN:
        x = across(ratio)
        colour = "#444444" if ratio == 1 else "#e4e4e4"
        yield f'<line x1="{x:.1f}" y1="40" x2="{x:.1f}" y2="{height - 25}" stroke="{colour}"/>'
        yield f'<text x="{x:.1f}" y="36" text-anchor="middle" fill="#555555">{ratio:g}</text>'


def bar(row, y):
    ratio = row.cost("gort")
    left, right = sorted((across(ratio), across(1)))
    colour = BAD if row.missed() else GOOD
    yield f'<text x="{NAMES - 8}" y="{y + 12}" text-anchor="end">{escape(row.name)} P{row.procs}</text>'
    yield f'<rect x="{left:.1f}" y="{y + 3}" width="{max(right - left, 1):.1f}" height="{ROW - 6}" fill="{colour}"/>'
    for limit in row.limits:
        if limit.against == "go":
            x = across(limit.value if limit.relation == "<=" else 1 / limit.value)
            yield f'<line x1="{x:.1f}" y1="{y + 1}" x2="{x:.1f}" y2="{y + ROW - 1}" stroke="black" stroke-width="2"/>'
    if row.cost("peer"):
        x = across(row.cost("peer"))
        yield f'<circle cx="{x:.1f}" cy="{y + ROW / 2}" r="3" fill="white" stroke="{FAINT}" stroke-width="2"/>'
    figures = f"{row.median('gort'):.4g} / {row.median('go'):.4g} {row.unit}"
    yield f'<text x="{NAMES + PLOT + 8}" y="{y + 12}" fill="#333333">{escape(figures)}</text>'
