"""The proof of the harness: the program is made wrong in sixteen ways, and each must turn it red.

Six are rules of the shim, which swallows the syncs that the mutant leaves out. Ten are changes of the source: each names a
text that stands there exactly once and what replaces it. All of those are built at once in a copy of the package, and the
variable MUTANT chooses one.
"""

import dataclasses
import io
import os
import shutil
import subprocess
import traceback
from contextlib import redirect_stdout

import checks
import faults
import kills
import modelled
import races
from place import PACKAGE
from trial import KNOWN_FEEDS, Context, Skip, Tally, run_all

# Which syncs of which paths. A rename lasts after a sync of either folder, so the sync of the staging folder that follows the
# publishing (its third) goes with that of the outbox. Without any folder of inbox and outbox, the ledger alone remembers.
SWALLOWED = {
    "no-sync-of-batch-files": ["*@*/outbox/.staging/*.ndjson"],
    "no-sync-of-outbox": ["*@*/outbox/[!.]*/", "3+@*/outbox/.staging/"],
    "no-sync-of-staging": ["*@*/outbox/.staging/"],
    "no-sync-of-claims": ["*@*/inbox/.claimed*/"],
    "no-sync-of-any-folder": ["*@*/inbox*/", "*@*/outbox*/"],
    "no-sync-of-ledger-at-commit": ["*@*/ledger.sqlite-wal"],
}

CHOICE = """
/// Whether the process is to be wrong in this way.
public func isMutant(_ name: String) -> Bool { environmentValue("MUTANT") == name }
"""

# Mutant: how it is caught, the file, the text, its replacement.
CHANGED = {
    "publish-before-commit": (
        "kills", "Sources/Mill/Group.swift",
        "    try house.ledger.commit(commit)\n",
        """    if isMutant("publish-before-commit") {
      for batch in commit.batches {
        for file in batch.files {
          try house.outbox.publish(Outbox.Staged(file), feed: try house.ledger.feed(batch.id.feed).slug)
        }
      }
    }
    try house.ledger.commit(commit)
""",
    ),
    "fingerprints-in-their-own-transaction": (
        "kills", "Sources/Mill/Group.swift",
        "    CrashPoint.reach(.commitReady)\n",
        """    CrashPoint.reach(.commitReady)
    if isMutant("fingerprints-in-their-own-transaction") {
      var early = GroupCommit()
      early.runs = commit.runs
      try house.ledger.commit(early)
      try house.remember(early)
      commit.runs = []
    }
""",
    ),
    # What is kept lies in a folder of its own, where no check looks.
    "regenerate-what-is-not-staged": (
        "kills", "Sources/Outbox/Outbox.swift",
        """    do throws(FileError) {
      try staging.rename(name, to: folder, as: target)
    } catch  where error.isErrno(Errno.notFound) {
      return nil
""",
        """    let kept = Array((environmentValue("MUTANT_FOLDER") ?? "").utf8)
    let mark = (root.name + [UInt8(ascii: ".")] + target).map { $0 == 0x2F ? 0x5F : $0 }
    if isMutant("regenerate-what-is-not-staged"), try staging.factsIfThere(name) != nil {
      try Directory(path: kept).openOrCreate(mark).write(try staging.read(name).bytes(), at: 0)
    }
    do throws(FileError) {
      try staging.rename(name, to: folder, as: target)
    } catch  where error.isErrno(Errno.notFound) {
      if isMutant("regenerate-what-is-not-staged"), try folder.factsIfThere(target) == nil {
        try folder.create(target).write(try Directory(path: kept).read(mark).bytes())
      }
      return nil
""",
    ),
    "retry-of-a-sync": (
        "syncs", "Sources/Files/File.swift",
        """    let result = clinux_fsync(descriptor.raw)
    guard result < 0 else { return }
""",
        """    var result = clinux_fsync(descriptor.raw)
    if result < 0, isMutant("retry-of-a-sync") { result = clinux_fsync(descriptor.raw) }
    guard result < 0 else { return }
""",
    ),
    "archive-before-publish": (
        "kills", "Sources/Mill/Group.swift",
        "    try house.publish(commit.batches)\n",
        """    if isMutant("archive-before-publish") {
      try house.archivist.use { archive in
        for entry in entries {
          try archive.settle(
            entry.claim, isHeld: entry.drop.outcome == .held, feed: entry.drop.feed, firstSeen: entry.firstSeen,
            receipt: entry.receipt, hasRejects: entry.hasRejects)
        }
        try archive.sync()
      }
    }
    try house.publish(commit.batches)
    if isMutant("archive-before-publish") {
      try house.ledger.markSettled(entries.map { ClaimID($0.claim.id) }, at: house.settings.clock.now)
      return
    }
""",
    ),
    "no-second-look-at-what-was-claimed": (
        "swapped", "Sources/Inbox/Inbox+Claim.swift",
        "    guard claimed.identity == identity else {\n",
        "    guard claimed.identity == identity || isMutant(\"no-second-look-at-what-was-claimed\") else {\n",
    ),
    "overflow-ignored": (
        "overflow", "Sources/Inbox/Inbox.swift",
        "    if event.change == .overflow { return true }\n",
        "    if event.change == .overflow { return !isMutant(\"overflow-ignored\") }\n",
    ),
    "listed-before-watched": (
        "late", "Sources/Inbox/Inbox.swift",
        """    let id = try enter(directory, path: path)
    found.insert(id)
    // In the order of their names: what waits together is taken in an order that people can foresee.
    let entries = try directory.entries().sorted { $0.name.lexicographicallyPrecedes($1.name) }
""",
        """    var early: [DirectoryEntry]?
    if isMutant("listed-before-watched") { early = try directory.entries() }
    let id = try enter(directory, path: path)
    found.insert(id)
    if early == nil { early = try directory.entries() }
    let entries = (early ?? []).sorted { $0.name.lexicographicallyPrecedes($1.name) }
""",
    ),
    "no-number-of-occurrence": (
        "repeated", "Sources/Identity/OccurrenceSession.swift",
        "    let made = dm_occurrence(dm_fingerprint(high: own.high, low: own.low), number)\n",
        """    let number = isMutant("no-number-of-occurrence") ? 2 : number
    let made = dm_occurrence(dm_fingerprint(high: own.high, low: own.low), number)
""",
    ),
    "text-for-names": (
        "alike", "Sources/Inbox/Settling.swift",
        """    /// The file of that name in that folder.
""",
        """    public static func == (one: Path, other: Path) -> Bool {
      guard isMutant("text-for-names") else { return one.folder == other.folder && one.name == other.name }
      return one.folder == other.folder
        && String(decoding: one.name, as: UTF8.self) == String(decoding: other.name, as: UTF8.self)
    }
    public func hash(into hasher: inout Hasher) {
      hasher.combine(folder)
      if isMutant("text-for-names") { hasher.combine(String(decoding: name, as: UTF8.self)) } else { hasher.combine(name) }
    }

    /// The file of that name in that folder.
""",
    ),
}


def build() -> str:
    """Builds all changed mutants as one program; gives its path."""
    folder = PACKAGE / ".build-mutants"
    copy = folder / "package"
    copy.mkdir(parents=True, exist_ok=True)
    for name in ("Package.swift", "Package.resolved"):
        if (PACKAGE / name).exists():
            write_if_other(copy / name, (PACKAGE / name).read_text())
    wanted = {path.relative_to(PACKAGE): path for top in ("Sources", "Tests", "Benchmarks") for path in (PACKAGE / top).rglob("*")
              if path.is_file() and path.suffix in (".swift", ".c", ".h", ".cpp", ".modulemap")}
    texts = {str(relative): path.read_text() for relative, path in wanted.items()} | changed_sources()
    # The rooms of the changed files all see `Files`, which reads the environment.
    texts["Sources/Files/CrashPoint.swift"] += CHOICE
    for relative, text in texts.items():
        (copy / relative).parent.mkdir(parents=True, exist_ok=True)
        write_if_other(copy / relative, text)
    for path in [path for top in ("Sources", "Tests", "Benchmarks") for path in (copy / top).rglob("*") if path.is_file()]:
        if str(path.relative_to(copy)) not in texts:
            path.unlink()
    built = subprocess.run(
        ["swift", "build", "--package-path", copy, "--scratch-path", folder / "build", "--product", "dropmill"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    if built.returncode != 0:
        raise SystemExit(f"the mutants do not build:\n{built.stdout[-4000:]}")
    return str(folder / "build" / "debug" / "dropmill")


def changed_sources() -> dict[str, str]:
    """The files that the mutants change, by path, with all changes; ends where a text has moved away."""
    texts: dict[str, str] = {}
    for name, (_, file, old, new) in CHANGED.items():
        text = texts.get(file) or (PACKAGE / file).read_text()
        if text.count(old) != 1:
            raise SystemExit(f"mutant {name}: its text stands {text.count(old)} times in {file}; mend Tests/Torture/mutants.py")
        texts[file] = text.replace(old, new)
    return texts


def write_if_other(path, text: str) -> None:
    """Leaves what is the same untouched: it is not compiled again."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def is_red(context: Context, name: str) -> bool:
    """Whether the part that is to catch a mutant finds something; what it finds is expected and not told."""
    if name in SWALLOWED:
        cuts = modelled.cuts(context, "S1-csv", ",".join(f"swallow:sync:{rule}" for rule in SWALLOWED[name]))[0]
        trials, trial = cuts, lambda word: modelled.recover(context, cuts[word])
    elif CHANGED[name][0] == "kills":
        counts = {scenario: kills.count_calls(context, scenario) for scenario in ("S1-csv", KNOWN_FEEDS)}
        trials = [f"{scenario}:{n}" for scenario, count in counts.items() for n in range(1, count + 1)]
        trial = lambda word: kills.kill_at(context, word)
    elif CHANGED[name][0] == "syncs":
        trials = [word for word in faults.points(context, "sync") if word.startswith("S1-csv")]
        trial = lambda word: faults.sync_fails(context, word)
    else:
        trials, trial = [CHANGED[name][0]], lambda word: races.TRIALS[word](context)
    broken: list[str] = []

    def judged(word: str) -> list[str]:
        # A check that breaks says nothing of the mutant.
        try:
            return trial(word)
        except Skip:
            raise
        except Exception:
            broken.append(f"{word}: {traceback.format_exc()}")
            return []

    with redirect_stdout(io.StringIO()):
        tally = run_all(context, Tally(name, context.seed), trials, judged)
    if broken:
        raise SystemExit(f"mutant {name}: {len(broken)} checks broke, the first is {broken[0]}")
    print(f"  {name}: {tally.failed} of {tally.failed + tally.passed} trials red", flush=True)
    return tally.failed > 0


def mutants(context: Context, names=None) -> Tally:
    """All of them at full size; without a build those that the shim makes."""
    tally = Tally("mutants killed", context.seed)
    names = [name for name in names or [*SWALLOWED, *CHANGED] if context.only in name]
    context = dataclasses.replace(context, only="")
    if any(name in CHANGED for name in names):
        right = os.environ["DROPMILL"]
        os.environ["DROPMILL"] = str(shutil.copy(build(), context.scratch / "mutants"))
    os.environ["MUTANT_FOLDER"] = str(context.folder())
    for name in names:
        os.environ["MUTANT"] = name
        # What a mutant keeps beside the program's own folders must be within its reach.
        os.environ["DROPMILL_CONFINE"] = "false" if name in CHANGED else "true"
        tally.add(name, [] if is_red(context, name) else ["the harness stays green"])
    for name in ("MUTANT", "MUTANT_FOLDER", "DROPMILL_CONFINE"):
        os.environ.pop(name, None)
    if any(name in CHANGED for name in names):
        os.environ["DROPMILL"] = right
    return tally


def swallowed(context: Context) -> Tally:
    changed_sources()
    return mutants(context, list(SWALLOWED))
