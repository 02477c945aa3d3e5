#!/usr/bin/env python3
"""Shrinks a picture: reads {"from": "gradient.ppm", "to": "small.ppm", "width": 32} and averages its pixels.

Portable pixmaps (PPM, P6) need no library. Exit codes: 3 when the picture is none, which trying again cannot mend;
75 when it is not there yet.
"""

import json
import os
import sys


def read_header(data):
    words, position = [], 0
    while len(words) < 4:
        while data[position : position + 1].isspace():
            position += 1
        if data[position : position + 1] == b"#":
            position = data.index(b"\n", position)
            continue
        start = position
        while position < len(data) and not data[position : position + 1].isspace():
            position += 1
        words.append(data[start:position])
    if words[0] != b"P6" or words[3] != b"255":
        raise ValueError("not a P6 picture with 255 levels")
    return int(words[1]), int(words[2]), data[position + 1 :]


def shrink(width, height, pixels, target):
    step = max(1, width // target)
    rows = []
    for y in range(0, height - step + 1, step):
        for x in range(0, width - step + 1, step):
            block = [3 * ((y + dy) * width + x + dx) for dy in range(step) for dx in range(step)]
            rows += [sum(pixels[i + colour] for i in block) // len(block) for colour in range(3)]
    return width // step, height // step, bytes(rows)


job = json.load(sys.stdin)
try:
    with open(job["from"], "rb") as file:
        width, height, pixels = shrink(*read_header(file.read()), job.get("width", 64))
except FileNotFoundError:
    print(f"{job['from']} is not there yet", file=sys.stderr)
    sys.exit(75)
except (ValueError, IndexError) as error:
    print(f"{job['from']} is no picture: {error}", file=sys.stderr)
    sys.exit(3)

with open(job["to"] + ".part", "wb") as file:
    file.write(b"P6 %d %d 255\n" % (width, height) + pixels)
os.replace(job["to"] + ".part", job["to"])
print(json.dumps({"to": job["to"], "width": width, "height": height}))
