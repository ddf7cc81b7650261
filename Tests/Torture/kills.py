"""SIGKILL: before every call that changes something, and during the recovery from such a kill."""

import random

import checks
from place import KILLED, Place
from trial import KNOWN_FEEDS, LARGE, Context, NotReached, Tally, run_all, settle


def count_calls(context: Context, scenario: str) -> int:
    place = context.place(scenario)
    ending = place.once(log=place.root / "log")
    assert ending.status in (0, 1), ending.text
    count = len(place.calls(place.root / "log"))
    place.remove()
    return count


def kills(context: Context) -> Tally:
    """A kill before each call; half of the targets remove what they take between the kill and the next start."""
    trials = [f"{name}:{n}" for name in [*context.scenarios(), KNOWN_FEEDS, LARGE] for n in range(1, count_calls(context, name) + 1)]
    chosen = context.some(trials, 1000, "kills")
    return run_all(context, Tally("kill before a call", context.seed), chosen, lambda word: kill_at(context, word))


def kill_at(context: Context, word: str) -> list[str]:
    name, n = word.split(":")
    place, removing = context.place(name), int(n) % 2 == 1
    database = place.root / "taken"
    ending = place.once(f"kill:any:{n}")
    if ending.status != KILLED:
        if ending.status in (0, 1):
            raise NotReached
        return [f"ends with {ending.status}: {ending.text[-200:]}"]
    wrong = checks.at_any_moment(place, database, removing) + checks.receipts_in_time(place, database)
    return wrong + settle(place, database, int(n) % 4 < 2, removing)


def double_kills(context: Context) -> Tally:
    """A kill, then kills of the recoveries from it."""
    dice = random.Random(context.seed)
    counts = {name: count_calls(context, name) for name in [*context.scenarios(), KNOWN_FEEDS, LARGE]}
    trials = []
    for _ in range(3000 if context.full else 300):
        name = dice.choice(list(counts))
        # The first call of a recovery that finds a ledger is soon, its last one far.
        trials.append(f"{name}:{dice.randint(1, counts[name])}:{dice.randint(1, 60)}:{dice.randint(1, 60)}")

    def trial(word: str) -> list[str]:
        name, *points = word.split(":")
        place = context.place(name)
        database = place.root / "taken"
        wrong = []
        for point in points:
            ending = place.once(f"kill:any:{point}")
            if ending.status not in (KILLED, 0, 1):
                return [f"ends with {ending.status}: {ending.text[-300:]}"]
            wrong += checks.at_any_moment(place, database)
        return wrong + settle(place, database, again=int(points[0]) % 4 == 0)

    return run_all(context, Tally("kill of the recovery", context.seed), trials, trial)
