"""huey on SQLite with WAL and synchronous=FULL (fsync=True), asked by lines; answers each by one line with a rate per second.

  enqueue COUNT   one by one, each call returns after its commit
  process COUNT   of as many jobs that are there already, by one worker; a job is deleted before it runs, so at most once

python huey_peer.py FOLDER
"""

import os
import sys
import time

from huey import SqliteHuey

huey = SqliteHuey(filename=os.path.join(sys.argv[1], "huey.db"), fsync=True, results=False)
PAYLOAD = "a" * 100


@huey.task()
def no_op(payload):
    pass


def enqueue(count):
    for _ in range(count):
        no_op(PAYLOAD)


def process(count):
    """The consumer's own step without its threads, which only get in each other's way for a job that does nothing."""
    enqueue(count)
    start = time.perf_counter()
    for _ in range(count):
        huey.execute(huey.dequeue())
    return time.perf_counter() - start


for line in sys.stdin:
    question, count = line.split()
    huey.flush()
    start = time.perf_counter()
    took = {"enqueue": enqueue, "process": process}[question](int(count))
    print(int(count) / (took or time.perf_counter() - start), flush=True)
