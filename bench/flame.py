#!/usr/bin/env python3
"""Draws `perf script` output, read from standard input, as a flame graph: an SVG, wider is more time.

usage: flame.py TITLE < SCRIPT > FLAME.svg"""
import html
import re
import sys

WIDTH, ROW, LEAST = 1200, 17, 0.3  # pixels; narrower frames are left out


class Frame:
    def __init__(self):
        self.samples, self.children = 0, {}

    def child(self, name):
        return self.children.setdefault(name, Frame())

    def depth(self):
        return 1 + max((child.depth() for child in self.children.values()), default=0)


def stacks(lines):
    """The stacks of a script, outermost function first, the thread's name in front of it."""
    thread, frames = None, []
    for line in lines:
        if not line.strip():
            if thread:
                yield [thread, *reversed(frames)]
            thread, frames = None, []
        elif not line[0].isspace():
            thread = re.split(r"\s+\d+", line)[0].strip()
        else:
            name = re.sub(r"\+0x[0-9a-f]+$", "", line.split(None, 1)[1].rsplit(" (", 1)[0].strip())
            frames.append(name)
    if thread:
        yield [thread, *reversed(frames)]


def read(lines):
    root = Frame()
    for stack in stacks(lines):
        root.samples += 1
        frame = root
        for name in stack:
            frame = frame.child(name)
            frame.samples += 1
    return root


def colour(name):
    """Threads grey, the kernel red, librdkafka green, the rest in the hues of a flame; the same name has the same colour."""
    number = sum(ord(letter) * 31**i for i, letter in enumerate(name)) % 55
    if name.startswith(("rd_", "rdk")):
        return f"hsl({100 + number % 30},55%,65%)"
    if name.startswith(("_", "sys", "tcp", "do_", "ip_", "sock", "entry")) or "_syscall" in name:
        return f"hsl({number % 15},70%,68%)"
    return f"hsl({25 + number % 30},85%,65%)"


def draw(frame, name, x, row, height, total, out):
    width = frame.samples / total * WIDTH
    if width < LEAST:
        return
    y, share = height - (row + 1) * ROW, frame.samples / total * 100
    label = html.escape(name[: int(width / 7)]) if width > 25 else ""
    out.append(f'<g><title>{html.escape(name)}: {share:.2f}%</title><rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.3):.1f}" '
               f'height="{ROW - 1}" fill="{colour(name)}"/><text x="{x + 3:.1f}" y="{y + 12}">{label}</text></g>')
    for child_name, child in sorted(frame.children.items()):
        draw(child, child_name, x, row + 1, height, total, out)
        x += child.samples / total * WIDTH


def main():
    root = read(sys.stdin)
    if root.samples == 0:
        sys.exit("flame.py: there are no samples")
    height = root.depth() * ROW + 40
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" style="font:11px monospace;background:#fff">',
           f'<text x="10" y="20" style="font-size:15px">{html.escape(sys.argv[1])}: {root.samples:,} samples</text>']
    draw(root, "all", 0, 0, height, root.samples, out)
    print("\n".join(out) + "</svg>")


main()
