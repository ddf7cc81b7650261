"""Calls that fail: syncs, writes, folders, reads, descriptors; and what the program must do about each."""

import os
import re
import resource
import signal
import threading
import time
from pathlib import Path

import checks
import drops
from place import Place
from trial import LARGE, Context, NotReached, Tally, run_all, settle

IO_ERROR, NO_SPACE, OVER_QUOTA, INTERRUPTED, OTHER_DEVICE = 5, 28, 122, 4, 18


def calls_by_class(context: Context, scenario: str) -> dict[str, int]:
    place = context.place(scenario)
    place.once(log=place.root / "log")
    counts: dict[str, int] = {}
    for word in place.calls(place.root / "log"):
        counts[word] = counts.get(word, 0) + 1
    place.remove()
    return counts


def points(context: Context, *classes: str) -> list[str]:
    return [
        f"{name}:{word}:{n}"
        for name in [*context.scenarios(), LARGE]
        for word, count in calls_by_class(context, name).items() if word in classes
        for n in range(1, count + 1)
    ]


def syncs(context: Context) -> Tally:
    """Each sync fails once: exit 74 at once, never a second sync of the same file, nothing lost at the next start."""

    trials = context.some(points(context, "sync"), 150, "syncs")
    return run_all(context, Tally("a sync fails", context.seed), trials, lambda word: sync_fails(context, word))


def sync_fails(context: Context, word: str) -> list[str]:
    name, _, n = word.split(":")
    place = context.place(name)
    log, database = place.root / "log", place.root / "taken"
    ending = place.once(f"fail:sync:{n}:{IO_ERROR}", log=log)
    lines = [line.split(" ") for line in log.read_text().splitlines()]
    failed = next((i for i, line in enumerate(lines) if line[0] == "sync" and line[1] == str(-IO_ERROR)), None)
    if failed is None:
        return ["the sync was not reached"]
    inode, path = lines[failed][2:4]
    again = [line for line in lines[failed + 1 :] if line[0] == "sync" and line[2] == inode]
    wrong = []
    if not any(line[3].endswith("-wal") for line in lines[:failed]) and path.startswith(f"{place.state}/ledger"):
        # A ledger that is being made and holds nothing yet: SQLite takes the making back before the process ends.
        pass
    elif path == str(place.state) and ending.status in (0, 1) and again:
        # SQLite passes over an error of a folder's sync; ours of the same folder, by another descriptor, comes after it.
        pass
    elif ending.status != 74:
        wrong.append(f"ends with {ending.status} instead of 74: {ending.text[-300:]}")
    elif again:
        wrong.append(f"syncs {path} again after it failed")
    return wrong + checks.at_any_moment(place, database) + settle(place, database, again=int(n) % 4 == 0)


def space(context: Context) -> Tally:
    """Space runs out at each write or folder, once or until the end: exit 73, no drop lost, the next run does the rest."""

    def trial(word: str) -> list[str]:
        name, kind, n = word.split(":")
        place = context.place(name)
        database = place.root / "taken"
        # Once, or from there on: what a disk does. A quota that is used up is so for the next byte, too.
        for_good = kind == "open" or int(n) % 2 == 1
        error = OVER_QUOTA if for_good and int(n) % 3 == 0 else NO_SPACE
        # Opening fails for want of space only where something is made, which `open` beside `mkdir` and `write` stands for.
        rules = [f"fail:{kind}:{n}{'+' if for_good else ''}:{error}"]
        ending = place.once(",".join(rules))
        wrong = [] if ending.status in (0, 1, 73) else [f"ends with {ending.status}: {ending.text[-300:]}"]
        return wrong + checks.at_any_moment(place, database) + settle(place, database, again=int(n) % 8 == 0)

    trials = context.some(points(context, "write", "mkdir", "open"), 300, "space")
    return run_all(context, Tally("no space at a call", context.seed), trials, trial)


def full_then_free(context: Context) -> Tally:
    """Space runs out under the daemon: it says so, takes nothing, and goes on within 30 s of there being space."""

    def trial(word: str) -> list[str]:
        name, kind, n = word.split(":")
        place = context.place(name)
        database, full = place.root / "taken", place.root.with_suffix(".full")
        full.touch()
        daemon = place.start(f"fail:{kind}:{n}+:{NO_SPACE}", **{"while": full})
        try:
            said = wait_for(lambda: "waiting: " in place.said() or daemon.poll() is not None or is_settled(place), 60)
            if said and daemon.poll() is None and "waiting: " not in place.said():
                raise NotReached
            if not said or daemon.poll() is not None:
                return [f"does not wait for space: {daemon.poll()} {place.said()[-300:]}"]
            wrong = checks.at_any_moment(place, database)
            full.unlink()
            if not wait_for(lambda: is_settled(place), 30):
                wrong.append(f"is not at work 30 s after there was space: {place.said()[-300:]}")
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(30)
            full.unlink(missing_ok=True)
        if daemon.returncode != 128 + signal.SIGTERM:
            wrong.append(f"SIGTERM ends it with {daemon.returncode}")
        return wrong + settle(place, database)

    trials = context.some(points(context, "write", "mkdir"), 24, "full")
    if context.full:
        trials = trials[:: max(1, len(trials) // 200)]
    # Counted was a run that ends: what it does last, a daemon does once it is told to.
    return run_all(context, Tally("full, then free again", context.seed), trials, trial, jobs=12, unreached=0.3)


def is_settled(place: Place) -> bool:
    receipts = [path for path in place.files(place.inbox) if path.name.endswith(checks.RECEIPT)]
    return len(receipts) == len(place.drops)


def wait_for(condition, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def interruptions(context: Context) -> Tally:
    """Calls that are interrupted or do half of what they were asked: done again, nothing shows."""

    def trial(word: str) -> list[str]:
        name, kind, n = word.split(":")
        place = context.place(name)
        database = place.root / "taken"
        rule = f"short:{kind}:{n}" if kind in ("write", "read") and int(n) % 2 else f"fail:{kind}:{n}:{INTERRUPTED}"
        ending = place.once(rule)
        if ending.status not in (0, 1):
            return [f"{rule}: ends with {ending.status}: {ending.text[-300:]}"]
        return checks.when_settled(place, database) or place.remove() or []

    trials = points(context, "write", "mkdir", "rename", "open", "remove")
    trials += [f"{name}:read:{n}" for name in context.scenarios() for n in range(1, 60)]
    return run_all(context, Tally("interrupted and short", context.seed), context.some(trials, 200, "short"), trial)


def reads(context: Context) -> Tally:
    """A read of a drop or of the state fails: the drop is held or the process ends, no record is cut or lost."""

    def trial(word: str) -> list[str]:
        name, n = word.split(":")
        place = context.place(name)
        database = place.root / "taken"
        ending = place.once(f"fail:read:{n}:{IO_ERROR}")
        if ending.status not in (0, 1, 74):
            return [f"ends with {ending.status}: {ending.text[-300:]}"]
        wrong = checks.at_any_moment(place, database)
        if "unreadable" in ending.text:
            for path in place.files(place.inbox / "_held"):
                if not path.name.endswith(checks.RECEIPT):
                    path.rename(place.inbox / path.parent.name / path.name)
                    path.with_name(path.name + checks.RECEIPT).unlink()
            ending = place.once()
            return wrong + [f"lost: {sentence}" for sentence in checks.at_any_moment(place, database)] + missing(place, database)
        return wrong + settle(place, database)

    trials = [f"{name}:{n}" for name in context.scenarios() for n in range(1, 60)]
    return run_all(context, Tally("a read fails", context.seed), context.some(trials, 100, "reads"), trial)


def missing(place: Place, database: Path) -> list[str]:
    taken = checks.taken_records(database)
    return [f"{feed}: lost: {line}" for feed, wanted in checks.expected_records(place).items()
            for line in wanted - taken.get(feed, {})]
