"""Surroundings that are not as they should be: descriptors, devices, folders, clocks, a second daemon."""

import os
import resource
import shutil
import signal
import subprocess
import time

import checks
import drops
from faults import OTHER_DEVICE, is_settled, wait_for
from place import KILLED, Place
from trial import Context, Skip, Tally, run_all, settle

READ_ONLY = 30


def descriptors(context: Context) -> Tally:
    """With room for 24 open files and drops of 40 feeds: slower at most, and all is settled."""

    def trial(word: str) -> list[str]:
        room = int(word)
        place = Place(context.folder(), drops.many(context.seed, 120, feeds=40)).make()
        database = place.root / "taken"
        ending = place.once(limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (room, room)))
        wrong = [] if ending.status in (0, 1) else [f"ends with {ending.status}: {ending.text[-300:]}"]
        return wrong + checks.at_any_moment(place, database) + settle(place, database)

    return run_all(context, Tally("few descriptors", context.seed), ["24", "32", "48", "64", "96"], trial)


def other_device(context: Context) -> Tally:
    """The claim's rename says EXDEV: copied, synced, checked, then removed; also when it is killed on the way."""
    # The source of a claim lies in a feed's folder; the rename of the copy stays inside `.claimed`.
    rule = f"fail:rename:*:{OTHER_DEVICE}@*/inbox/[!._]*"

    def count(name: str) -> int:
        place = context.place(name)
        place.once(rule, log=place.root / "log")
        calls = len(place.calls(place.root / "log"))
        place.remove()
        return calls

    def trial(word: str) -> list[str]:
        name, n = word.split(":")
        place = context.place(name)
        database = place.root / "taken"
        ending = place.once(f"{rule},kill:any:{n}")
        wrong = [] if ending.status in (KILLED, 0, 1) else [f"ends with {ending.status}: {ending.text[-300:]}"]
        return wrong + checks.at_any_moment(place, database) + settle_copies(place, database, rule)

    trials = [f"{name}:{n}" for name in ("S1-csv", "S5-rejected") for n in range(1, count(name) + 1)]
    return run_all(context, Tally("inbox on another device", context.seed), context.some(trials, 100, "device"), trial)


def settle_copies(place: Place, database, rule: str) -> list[str]:
    """A kill between the copy and the removal takes a drop twice: its records are known the second time."""
    ending = place.once(rule)
    if ending.status not in (0, 1):
        return [f"the next start ends with {ending.status}: {ending.text[-300:]}"]
    wrong = [sentence for sentence in checks.when_settled(place, database) if "an original that nobody dropped, or dropped less" not in sentence]
    place.remove()
    return wrong


def outboxes(context: Context) -> Tally:
    """An outbox that cannot be written, is not there, or is another's: it says so, and nothing moves or is lost."""

    def read_only(place: Place, database) -> list[str]:
        ending = place.once(",".join(f"fail:{kind}:*:{READ_ONLY}@*/outbox*" for kind in ("open", "mkdir", "rename", "remove")))
        if ending.status != 73:
            return [f"ends with {ending.status} instead of 73: {ending.text[-300:]}"]
        return settle(place, database)

    def missing_at_first(place: Place, database) -> list[str]:
        place.outbox.rmdir()
        return settle(place, database)

    def unmounted_after_commit(place: Place, database) -> list[str]:
        """Committed batches wait in the staging folder of an outbox that is not there at the next start."""
        away = place.outbox.with_name("away")
        stopped = place.once("kill:rename:1@*/outbox/*")
        place.outbox.rename(away)
        place.outbox.mkdir()
        ending = place.once()
        wrong = [] if stopped.status == KILLED else ["was not killed"]
        if ending.status != 78:
            wrong.append(f"ends with {ending.status} instead of 78: {ending.text[-300:]}")
        shutil.rmtree(place.outbox)
        away.rename(place.outbox)
        return wrong + settle(place, database)

    def of_another_ledger(place: Place, database) -> list[str]:
        """A second state works on the same outbox: refused, and what the first has staged stays."""
        stopped = place.once("kill:rename:1@*/outbox/*")
        staged = sorted(path.name for path in place.files(place.outbox))
        other = Place(place.root / "other", {"orders/z.csv": b"id,n\n1,2\n2,3\n"}).make()
        other.outbox = place.outbox
        ending = other.once()
        wrong = [] if stopped.status == KILLED else ["was not killed"]
        if ending.status != 78:
            wrong.append(f"ends with {ending.status} instead of 78: {ending.text[-300:]}")
        if sorted(path.name for path in place.files(place.outbox)) != staged:
            wrong.append("it touched what another had staged")
        return wrong + settle(place, database)

    def removed_while_it_runs(place: Place, database) -> list[str]:
        drops_later = place.drops
        place.drops = {}
        shutil.rmtree(place.inbox)
        place.inbox.mkdir()
        daemon = place.start()
        wait_for(lambda: "watching" in place.said(), 30)
        shutil.rmtree(place.outbox)
        place.drops = drops_later
        place.drop(drops_later)
        ended = wait_for(lambda: daemon.poll() is not None, 30)
        if not ended:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(30)
            return ["goes on without its outbox"]
        place.outbox.mkdir()
        return settle(place, database)

    kinds = [read_only, missing_at_first, unmounted_after_commit, of_another_ledger, removed_while_it_runs]
    named = {kind.__name__.replace("_", "-"): kind for kind in kinds}

    def trial(word: str) -> list[str]:
        place = context.place("S1-csv")
        return named[word](place, place.root / "taken")

    return run_all(context, Tally("outbox", context.seed), named, trial)


def clocks(context: Context) -> Tally:
    """The time of day jumps by a day, past 2038 and back between a kill and the next starts; also under libfaketime."""
    faketime = shutil.which("faketime")
    day = 86_400

    def trial(word: str) -> list[str]:
        before, after = (int(part) for part in word.split(":"))
        place = context.place("S1-csv")
        database = place.root / "taken"
        first = place.once("kill:any:150", clock=before)
        if first.status != KILLED:
            return [f"was not killed: {first.status}"]
        second = place.once("kill:rename:8", clock=after)
        place.drops = {**place.drops, "orders/later.csv": drops.as_csv([{"id": 77_777, "name": "Zoe"}, {"id": 77_778, "name": "Yan"}])}
        place.drop({"orders/later.csv": place.drops["orders/later.csv"]})
        wrong = [] if second.status in (KILLED, 0, 1) else [f"ends with {second.status}: {second.text[-300:]}"]
        return wrong + checks.at_any_moment(place, database) + settle(place, database, again=True)

    def sped_up(word: str) -> list[str]:
        if not faketime:
            raise Skip("no libfaketime")
        place = context.place("S4-gz")
        with open(place.talk, "ab") as talk:
            daemon = subprocess.Popen([faketime, "-f", "+0 x100", *place.command()], stderr=talk, start_new_session=True)
        settled = wait_for(lambda: is_settled(place), 60)
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(30)
        wrong = [] if settled else [f"not settled in a minute of time a hundred times as fast: {place.said()[-300:]}"]
        return wrong + settle(place, place.root / "taken")

    trials = [f"{a}:{b}" for a, b in [(day, 10), (10, day), (10, -day + 10), (400_000_000, 10), (10, 400_000_000), (-day, day)]]
    tally = run_all(context, Tally("clock", context.seed), trials, trial)
    return run_all(context, tally, ["faster"], sped_up)


def two_daemons(context: Context) -> Tally:
    """A second daemon on the same state ends at once with 75 and disturbs nothing."""

    def trial(word: str) -> list[str]:
        place = context.place("S6-duplicate")
        daemon = place.start()
        wait_for(lambda: "watching" in place.said() or is_settled(place), 30)
        wrong = []
        for _ in range(5):
            ending = place.once()
            if ending.status != 75:
                wrong.append(f"the second ends with {ending.status}: {ending.text[-300:]}")
        wait_for(lambda: is_settled(place), 30)
        daemon.send_signal(signal.SIGTERM)
        if daemon.wait(30) != 128 + signal.SIGTERM:
            wrong.append(f"the first ends with {daemon.returncode}: {place.said()[-300:]}")
        return wrong + settle(place, place.root / "taken")

    return run_all(context, Tally("two daemons", context.seed), [str(n) for n in range(10)], trial)


def floor(context: Context) -> Tally:
    """Less is free than is to stay so: nothing is claimed, it says why, and goes on within 30 s of there being more."""

    def trial(word: str) -> list[str]:
        if os.geteuid() != 0:
            raise Skip("a small file system needs root")
        mount = context.folder()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "none", mount], check=True)
        place = Place(mount / "place", {"orders/a.csv": drops.scenarios(context.seed)["S1-csv"]["orders/a.csv"]}).make()
        try:
            place.arguments = ["--minimum-free", "16MiB"]
            filler = mount / "filler"
            filler.write_bytes(bytes(36 << 20))
            daemon = place.start()
            wrong = [] if wait_for(lambda: "--minimum-free" in place.said(), 30) else ["does not say that it waits"]
            if not (place.inbox / "orders" / "a.csv").exists():
                wrong.append("claims a drop though too little is free")
            told = subprocess.run([*place.command()[:1], "status", "--state", place.state], capture_output=True, text=True)
            if told.returncode != 1 or "nothing is claimed" not in told.stdout:
                wrong.append(f"status does not say so: {told.returncode} {told.stdout}{told.stderr}")
            filler.unlink()
            if not wait_for(lambda: is_settled(place), 30):
                wrong.append(f"is not at work 30 s after there was space: {place.said()[-300:]}")
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(30)
            return wrong + checks.when_settled(place, place.root / "taken")
        finally:
            subprocess.run(["umount", "-l", mount], check=False)

    return run_all(context, Tally("below the floor", context.seed), ["tmpfs"], trial)
