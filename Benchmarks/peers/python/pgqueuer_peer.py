"""PgQueuer with asyncpg and uvloop, asked by lines; answers each by one line with a rate per second.

  enqueue COUNT   one by one, each call returns after its commit
  bulk COUNT      1,000 in a call
  drain COUNT     of as many jobs that are there already, by two dequeuers of 1,000 at a time: its quickest setting

The libpq environment names the database. Each answer comes after the server has tidied up, which is not counted.
"""

import asyncio
import sys
import time

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

PAYLOAD = b"a" * 100


async def queries():
    return Queries(AsyncpgDriver(await asyncpg.connect()))


async def enqueue(owner, count):
    for _ in range(count):
        await owner.enqueue("no-op", PAYLOAD, 0)


async def bulk(owner, count):
    for _ in range(count // 1000):
        await owner.enqueue(["no-op"] * 1000, [PAYLOAD] * 1000, [0] * 1000)


async def dequeuer(ends):
    worker = PgQueuer(AsyncpgDriver(await asyncpg.connect()))

    @worker.entrypoint("no-op")
    async def no_op(job):
        ends.append(time.perf_counter())

    await worker.run(batch_size=1000, mode=QueueExecutionMode.drain)


async def drain(owner, count):
    """Counted from the first job to the last, so that neither connecting nor shutting down counts against it."""
    await bulk(owner, count)
    ends = []
    await asyncio.gather(dequeuer(ends), dequeuer(ends))
    assert len(ends) == count, f"{len(ends)} of {count} ran"
    return ends[-1] - ends[0]


async def tidy(connection):
    """What the server would do later, at the cost of whoever is measured then."""
    await connection.execute("VACUUM")
    await connection.execute("CHECKPOINT")


async def main():
    owner = await queries()
    keeper = await asyncpg.connect()
    if await owner.has_table("pgqueuer"):
        await owner.uninstall()
    await owner.install()
    for line in sys.stdin:
        question, count = line.split()
        await owner.clear_queue()
        start = time.perf_counter()
        took = await {"enqueue": enqueue, "bulk": bulk, "drain": drain}[question](owner, int(count))
        took = took or time.perf_counter() - start
        await tidy(keeper)
        print(int(count) / took, flush=True)


uvloop.run(main())
