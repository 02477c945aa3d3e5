"""Keeps everything it ever had, until the system refuses more."""

import time

kept = []
while True:
    kept.append(bytearray(8 << 20))
    print(f"{len(kept) * 8} MiB", flush=True)
    time.sleep(0.5)
