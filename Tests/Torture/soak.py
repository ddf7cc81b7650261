"""Load without end, a kill every 0.2 to 2 seconds, a target that takes and removes; at the end exact equality."""

import itertools
import random
import subprocess
import threading
import time

import checks
import consumer
import drops
from place import KILLED, Place
from trial import Context, Tally, settle


def soak(context: Context) -> Tally:
    tally = Tally("soak", context.seed)
    seconds, pause, size = (3600, 0.03, 200) if context.full else (180, 0.03, 40)
    seconds = context.seconds or seconds
    place = Place(context.folder(), {}).make()
    database = place.root / "taken"
    dice = random.Random(context.seed)
    over = threading.Event()
    wrong: list[str] = []

    def feed() -> None:
        for path, data in drops.stream(context.seed, size=size):
            if over.is_set():
                return
            place.drops[path] = data
            place.drop({path: data})
            time.sleep(pause)

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
