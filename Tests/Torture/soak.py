"""Load without end, a kill every 0.2 to 2 seconds, a target that takes and removes; at the end exact equality."""

import itertools
import random
import subprocess
import threading
import time

import checks
import consumer
import drops
import oracle
from place import KILLED, Place
from trial import Context, Tally, settle


def soak(context: Context) -> Tally:
    tally = Tally("soak", context.seed)
    # In an hour 100,000 files and ten million records.
    seconds, rate, size = (3600, 28, 105) if context.full else (180, 30, 40)
    seconds = context.seconds or seconds
    place = Place(context.folder(), {}).make()
    # What waits at the end is taken by one run, on a machine that may be busy.
    place.patience = 1200
    database = place.root / "taken"
    dice = random.Random(context.seed)
    over = threading.Event()
    wrong: list[str] = []

    def feed() -> None:
        begun = time.monotonic()
        for number, (path, data) in enumerate(drops.stream(context.seed, size=size)):
            if over.wait(max(begun + number / rate - time.monotonic(), 0)):
                return
            place.drops[path] = data
            place.drop({path: data})
            # While it lasts, so that the end is not spent on it: the oracle remembers.
            oracle.convert(path, data)

    def take() -> None:
        for turn in itertools.count():
            if over.is_set():
                return
            wrong.extend(consumer.take(str(place.outbox), str(database), removing=turn % 2 == 0)[1])
            time.sleep(0.2)

    helpers = [threading.Thread(target=feed), threading.Thread(target=take)]
    for helper in helpers:
        helper.start()
    kills = 0
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            daemon = place.start()
            try:
                daemon.wait(dice.uniform(0.2, 2))
                wrong.append(f"ended by itself with {daemon.returncode}: {place.said()[-300:]}")
                break
            except subprocess.TimeoutExpired:
                daemon.kill()
                if daemon.wait(30) == KILLED:
                    kills += 1
    finally:
        over.set()
        for helper in helpers:
            helper.join()
    records = sum(outcome.read for outcome in checks.expected(place.drops).values())
    tally.notes.append(f"{kills} kills, {len(place.drops)} files, {records} records")
    tally.add(f"{seconds} s", wrong + settle(place, database))
    return tally
