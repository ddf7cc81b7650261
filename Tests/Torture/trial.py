"""How parts are run: many trials side by side, a verdict a part, and how to see a failure again."""

import random
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import checks
import drops
from place import Place, scratch_root

# The scenario whose feeds have published before: what is remembered of them must be neither more nor less.
KNOWN_FEEDS = "S8-known-feeds"
# The scenario whose batch is written beside the loop.
LARGE = "S9-large"
# Failures of a part that are told in full.
TOLD = 5


class Skip(Exception):
    """A trial that cannot be made here, and why."""


class NotReached(Skip):
    """The run made fewer calls than the one that was counted."""

    def __init__(self):
        super().__init__("the run made fewer calls than the one that was counted")


@dataclass
class Context:
    seed: int
    full: bool
    jobs: int
    scratch: Path
    only: str = ""
    # How long a soak lasts; 0: as its size says.
    seconds: int = 0

    def some(self, all_of: Iterable, count: int, name: str) -> list:
        """All of them at full size or where they are few, else a sample that the seed chooses."""
        all_of = list(all_of)
        if self.full or len(all_of) <= count:
            return all_of
        return sorted(random.Random(f"{self.seed} {name}").sample(all_of, count))

    def folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.scratch))

    def scenarios(self) -> dict[str, dict[str, bytes]]:
        return drops.scenarios(self.seed)

    def place(self, scenario: str) -> Place:
        known = self.scenarios() | {"S7-many": drops.many(self.seed, 40), LARGE: drops.large(self.seed)}
        if scenario != KNOWN_FEEDS:
            return Place(self.folder(), known[scenario]).make()
        later = dict(known["S1-csv"])
        place = Place(self.folder(), {path: later.pop(path) for path in ("orders/a.csv", "people/c.csv")}).make()
        ending = place.once()
        if ending.status != 0:
            raise RuntimeError(f"the first run ends with {ending.status}: {ending.text[-300:]}")
        later["people/d.csv"] = known["S1-csv"]["orders/a.csv"]
        place.drops |= later
        place.drop(later)
        return place


@dataclass
class Tally:
    name: str
    seed: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, trial: str, wrong: list[str]) -> None:
        if not wrong:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= TOLD:
            print(f"  {self.name} {trial}: FAILED (seed {self.seed})")
            for sentence in wrong[:12]:
                print(f"    {sentence}")
        elif self.failed == TOLD + 1:
            print("  … and more")

    def line(self) -> str:
        notes = "".join(f"; {note}" for note in self.notes)
        return f"{self.name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped{notes}"


def run_all(context: Context, tally: Tally, trials: Iterable[str], trial: Callable[[str], list[str]], jobs: int = 0,
            unreached: float = 0.05) -> Tally:
    """Makes each trial, named by a word that tells all about it, and counts; of the calls that share may not be reached."""
    chosen = [word for word in trials if context.only in word]

    def one(word: str):
        try:
            return trial(word)
        except Skip as skip:
            return skip
        except Exception:  # A broken check is a failure like any other, and must not end the others.
            return [traceback.format_exc()]

    missed = 0
    with ThreadPoolExecutor(jobs or context.jobs) as pool:
        for word, wrong in zip(chosen, pool.map(one, chosen)):
            if isinstance(wrong, Skip):
                tally.skipped += 1
                missed += isinstance(wrong, NotReached)
                if str(wrong) not in tally.notes:
                    tally.notes.append(str(wrong))
            else:
                tally.add(word, wrong)
    # A run makes a call more or less, as drops settle together or apart; more of them would hide something.
    if missed > 1 + int(len(chosen) * unreached):
        tally.add("in all", [f"{missed} of {len(chosen)} calls were not reached"])
    return tally


def settle(place: Place, database: Path, again: bool = False, removing: bool = False) -> list[str]:
    """The next start finishes everything; with `again`, a further one changes nothing and doubles nothing."""
    ending = place.once()
    if ending.status not in (0, 1):
        return [f"the next start ends with {ending.status}: {ending.text[-400:]}"]
    wrong = checks.when_settled(place, database, removing)
    if again and not wrong:
        wrong = checks.dropped_again(place, database)
    if not wrong:
        shutil.rmtree(place.root, ignore_errors=True)
    return wrong
