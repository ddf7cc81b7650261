"""Power cuts by the crash model: after every call of a run, and with each change that was not synced applied alone."""

import random
from pathlib import Path

import checks
import consumer
from model import Model, digest, lay_out
from place import Place
from trial import Context, Tally, run_all, settle


# A group of so many drops that their receipts are made to last together.
MANY = "S7-many"


class Cut:
    """A moment of a run: what the disk has kept, and what a target had seen and taken by then."""

    def __init__(self, drops: dict[str, bytes], files: dict[str, bytes | None], seen: dict[str, bytes]):
        self.drops, self.files, self.seen = drops, files, seen

    @property
    def key(self) -> tuple[str, str]:
        return digest(self.files), digest(self.seen)


def cuts(context: Context, scenario: str, rules: str = "", alone: bool = False) -> tuple[dict[str, Cut], int]:
    """All different cuts of a run by name, and after how many calls one was looked at."""
    place = context.place(scenario)
    model = Model(place.root)
    log = place.root.with_suffix(".log")
    ending = place.once(rules, log=log)
    assert ending.status in (0, 1), ending.text
    data = Path(f"{log}.data").read_bytes()
    found: dict[tuple, tuple[str, Cut]] = {}
    lines = log.read_text().splitlines()
    looked = 0
    seen, last = model.outbox(), None
    for number, line in enumerate(lines):
        changed = model.step(line, data)
        if line.startswith("rename"):
            seen = model.outbox()
        looked += 1
        if alone:
            # The newest change alone, and at each sync all older ones: a change that waits stays the same in between.
            for place_in, change in enumerate(model.pending if changed else model.pending[-1:]):
                cut = Cut(place.drops, model.files(change), seen)
                found.setdefault(cut.key, (f"{scenario}:{number + 1}+{place_in}", cut))
        elif changed or line.startswith("rename") or last is None:
            last = Cut(place.drops, model.files(), seen)
            found.setdefault(last.key, (f"{scenario}:{number + 1}", last))
            # A target that slept: what was published and not taken must come now.
            unseen = Cut(place.drops, last.files, {})
            found.setdefault(unseen.key, (f"{scenario}:{number + 1}-unseen", unseen))
    place.remove()
    return dict(found.values()), looked


def recover(context: Context, cut: Cut) -> list[str]:
    """The next start after a cut: what a target has taken stays true, everything else comes, nothing comes twice."""
    place = Place(context.folder(), cut.drops)
    lay_out(cut.files, place.root)
    place.inbox.mkdir(exist_ok=True)
    database = place.root / "taken"
    target = place.root / "seen-by-target"
    target.mkdir()
    lay_out(cut.seen, target)
    wrong = consumer.take(str(target), str(database))[1]
    return wrong + settle(place, database)


def prefixes(context: Context) -> Tally:
    """A power cut after each call: nothing is kept but what was synced."""
    all_cuts: dict[str, Cut] = {}
    looked = 0
    for scenario in [*context.scenarios(), MANY]:
        found, count = cuts(context, scenario)
        all_cuts |= found
        looked += count
    tally = Tally("power cut by the model", context.seed, notes=[f"{looked} calls, {len(all_cuts)} different disks"])
    return run_all(context, tally, all_cuts, lambda word: recover(context, all_cuts[word]))


def alone(context: Context) -> Tally:
    """The same, and one change that was not synced made it to the disk all the same."""
    all_cuts: dict[str, Cut] = {}
    for scenario in context.scenarios():
        all_cuts |= cuts(context, scenario, alone=True)[0]
    chosen = list(all_cuts)
    limit = 5000 if context.full else 300
    if len(chosen) > limit:
        chosen = sorted(random.Random(context.seed).sample(chosen, limit))
    tally = Tally("power cut, one change alone", context.seed, notes=[f"{len(chosen)} of {len(all_cuts)} different disks"])
    return run_all(context, tally, chosen, lambda word: recover(context, all_cuts[word]))
