"""Paints a gradient as a portable pixmap, for thumbnail.py: reads {"to": "gradient.ppm", "width": 256}."""

import json
import os
import sys

job = json.load(sys.stdin)
width = job.get("width", 256)
with open(job["to"] + ".part", "wb") as file:
    file.write(b"P6 %d %d 255\n" % (width, width))
    for y in range(width):
        file.write(bytes(v for x in range(width) for v in (255 * x // width, 255 * y // width, 128)))
os.replace(job["to"] + ".part", job["to"])
print(json.dumps({"to": job["to"]}))
