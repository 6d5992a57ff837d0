"""A plot of what a command costs as the venue grows: rows of growth_bench as an SVG."""
import math

WIDTH, HEIGHT, LEFT, BOTTOM, GAP = 300, 240, 52, 42, 24
COLOUR = "#1f5fa8"


def draw(rows):
    """One panel for each size that grows: median, and from least to most, over a logarithmic axis."""
    panels = {}
    for row in rows:
        name, _, step = row["name"].partition("/")
        if step.isdigit():
            panels.setdefault(name, []).append((int(step), row))
    top = max(row["max"] for points in panels.values() for _, row in points)
    ceiling = math.ceil(top / 100) * 100
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="11" '
             f'width="{len(panels) * (WIDTH + GAP)}" height="{HEIGHT}">',
             '<rect width="100%" height="100%" fill="white"/>']
    for index, (name, points) in enumerate(panels.items()):
        parts.append(f'<g transform="translate({index * (WIDTH + GAP)},0)">{_panel(name, points, ceiling)}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(name, points, ceiling):
    first, last = math.log10(points[0][0]), math.log10(points[-1][0])
    right, bottom, upper = WIDTH - 10, HEIGHT - BOTTOM, 24

    def across(step):
        return LEFT + (math.log10(step) - first) / ((last - first) or 1) * (right - LEFT)

    def up(value):
        return bottom - value / ceiling * (bottom - upper)

    parts = []
    for value in range(0, ceiling + 1, max(100, ceiling // 500 * 100)):
        parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{up(value):.1f}" y2="{up(value):.1f}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 6}" y="{up(value) + 4:.1f}" text-anchor="end">{value}</text>')
    for step, row in points:
        x = across(step)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{up(row["min"]):.1f}" y2="{up(row["max"]):.1f}" '
                     f'stroke="{COLOUR}" stroke-opacity="0.4" stroke-width="3"/>'
                     f'<circle cx="{x:.1f}" cy="{up(row["median"]):.1f}" r="3" fill="{COLOUR}"/>'
                     f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{_short(step)}</text>')
    line = " ".join(f'{across(step):.1f},{up(row["median"]):.1f}' for step, row in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOUR}"/>'
                 f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{name.replace("_", " ")}</text>'
                 f'<text x="{LEFT}" y="14">ns per command</text>')
    return "".join(parts)


def _short(number):
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number // size}{unit}"
    return str(number)
