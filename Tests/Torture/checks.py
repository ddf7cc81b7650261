"""What must be true: at any moment, and when all is settled. Each check gives sentences of what is wrong."""

import csv
import hashlib
import io
import json
import sqlite3
from collections import Counter
from pathlib import Path

import consumer
import oracle
from place import Place

RECEIPT = ".receipt.json"


def feed_of(path: str) -> str:
    """The feed of a drop of a sub-folder; the drops of these tests all come in one."""
    return path.split("/")[0]


def expected(drops: dict[str, bytes]) -> dict[str, oracle.Expected]:
    return {path: oracle.convert(path, data) for path, data in drops.items()}


def expected_records(place: Place) -> dict[str, Counter]:
    """The records of each feed: each once, however often it was dropped; by occurrence, as often as in the drop that has most."""
    records: dict[str, Counter] = {}
    for path, outcome in expected(place.drops).items():
        counts = Counter(outcome.lines)
        if place.identity == "content":
            counts = Counter(set(counts))
        # By hand: the operator looks at all that was there before, which a soak makes quadratic.
        known = records.setdefault(feed_of(path), Counter())
        for line, count in counts.items():
            known[line] = max(known[line], count)
    return {feed: counts for feed, counts in records.items() if counts}


def taken_records(database: Path) -> dict[str, Counter]:
    """What a target has taken so far, by feed."""
    records: dict[str, Counter] = {}
    connection = sqlite3.connect(database)
    connection.executescript(consumer.TABLES)
    for feed, line in connection.execute("SELECT feed, line FROM records"):
        records.setdefault(feed, Counter())[line] += 1
    connection.close()
    return records


def at_any_moment(place: Place, database: Path, removing: bool = False) -> list[str]:
    """What a target sees now is whole, in sequence, and nothing that was not dropped; it is taken."""
    wrong = come_again(place, database) if removing else []
    if place.outbox.exists():
        wrong += consumer.take(str(place.outbox), str(database), removing)[1]
    wanted = expected_records(place)
    for feed, records in taken_records(database).items():
        for line, count in (records - wanted.get(feed, Counter())).items():
            wrong.append(f"{feed}: delivered {count + wanted.get(feed, Counter())[line]} times, never to come so often: {line}")
    return wrong


def come_again(place: Place, database: Path) -> list[str]:
    """Batches that a target has taken and removed, and that are there again: right after a power cut only."""
    if not database.exists():
        return []
    connection = sqlite3.connect(database)
    known = {name for (name,) in connection.execute("SELECT batch FROM taken")}
    connection.close()
    there = {path.name.split(".")[0] for path in place.files(place.outbox, hidden=False) if "00" in path.name}
    return [f"{name} was taken and removed, and came again" for name in sorted(known & there)]


def receipts_in_time(place: Place, database: Path) -> list[str]:
    """No receipt tells of a batch that no target could have taken by now."""
    connection = sqlite3.connect(database)
    connection.executescript(consumer.TABLES)
    known = {name for (name,) in connection.execute("SELECT batch FROM taken")}
    connection.close()
    wrong = []
    for path in place.files(place.inbox / "_done"):
        if path.name.endswith(RECEIPT):
            batch = json.loads(path.read_bytes()).get("batch")
            if batch and batch not in known:
                wrong.append(f"{path.name} tells of {batch}, which was not to be seen yet")
    return wrong


def when_settled(place: Place, database: Path, removing: bool = False) -> list[str]:
    """Nothing lost, nothing twice, every sum closes, nothing left behind."""
    wrong = at_any_moment(place, database, removing)
    taken = taken_records(database)
    for feed, wanted in expected_records(place).items():
        for line in (wanted - taken.get(feed, Counter())).elements():
            wrong.append(f"{feed}: lost: {line}")
    return wrong + inbox(place, taken) + outbox(place) + ledger(place)


def inbox(place: Place, taken: dict[str, Counter]) -> list[str]:
    """Each drop lies in one place with one receipt whose sums close and are those of the oracle."""
    wrong = []
    wanted = Counter()
    outcomes = expected(place.drops)
    for path, data in place.drops.items():
        wanted[(feed_of(path), "_held" if outcomes[path].held else "_done", hashlib.sha256(data).hexdigest())] += 1
    facts = {(feed_of(path), hashlib.sha256(data).hexdigest()): outcomes[path] for path, data in place.drops.items()}
    found, written = Counter(), Counter()
    for path in place.files(place.inbox):
        parts = path.relative_to(place.inbox).parts
        if parts[0] == "_rejected":
            if path.name.startswith("."):
                wrong.append(f"left behind: {'/'.join(parts)}")
            continue
        if parts[0] not in ("_done", "_held"):
            wrong.append(f"left in the inbox: {'/'.join(parts)}")
            continue
        if path.name.endswith(RECEIPT):
            if not path.with_name(path.name[: -len(RECEIPT)]).exists():
                wrong.append(f"a receipt without its drop: {'/'.join(parts)}")
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found[(parts[-2], parts[0], digest)] += 1
        outcome = facts.get((parts[-2], digest))
        if outcome is None:
            continue
        wrong += receipt(place, path, outcome, written)
    for key in (wanted - found).elements():
        wrong.append(f"an original is not where it belongs: {key[:2]}")
    for key in (found - wanted).elements():
        wrong.append(f"an original that nobody dropped, or dropped less often: {key[:2]}")
    for feed in set(written) | set(taken):
        if written[feed] != sum(taken.get(feed, Counter()).values()):
            wrong.append(f"{feed}: receipts tell of {written[feed]} records, {sum(taken.get(feed, Counter()).values())} came")
    return wrong


def receipt(place: Place, path: Path, outcome: oracle.Expected, written: Counter) -> list[str]:
    """A drop's receipt and its table of rejected records."""
    name = path.relative_to(place.inbox)
    try:
        facts = json.loads(path.with_name(path.name + RECEIPT).read_bytes())
    except (FileNotFoundError, json.JSONDecodeError) as error:
        return [f"{name}: no whole receipt: {error}"]
    wrong = []
    counts = [facts[key] for key in ("records_read", "records_written", "duplicates", "rejected")]
    if counts[0] != sum(counts[1:]) or (counts[0], counts[3]) != (outcome.read, outcome.rejected):
        wrong.append(f"{name}: read, written, duplicates, rejected are {counts}; the oracle read {outcome.read}, "
                     f"rejected {outcome.rejected}")
    if (facts["result"] == "held") != outcome.held:
        wrong.append(f"{name}: {facts['result']}, {facts.get('message')}")
    written[facts["feed"]] += counts[1]
    if outcome.rejected:
        table = place.inbox / facts.get("rejected_in", "nowhere")
        rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"), newline=""))) if table.is_file() else []
        if len(rows) != outcome.rejected + 1:
            wrong.append(f"{name}: {outcome.rejected} records were rejected, {max(len(rows) - 1, 0)} lie in {table.name}")
    return wrong


def outbox(place: Place) -> list[str]:
    """Nothing lies there but batches, manifests and schemas; nothing is left in the staging folder."""
    wrong = []
    names = {str(path.relative_to(place.outbox)) for path in place.files(place.outbox)}
    for name in sorted(names):
        if name.endswith(".ndjson") and name.replace(".ndjson", ".manifest.json") not in names:
            wrong.append(f"data without its manifest: {name}")
        elif name == ".staging/owner":
            continue
        elif not name.endswith((".ndjson", ".manifest.json", ".schema.json")) or name.startswith("."):
            wrong.append(f"left in the outbox: {name}")
    return wrong


def ledger(place: Place) -> list[str]:
    """The ledger is whole, has nothing open, and names exactly the runs that are there."""
    health, drops, batches, staged, runs = place.ledger(
        "PRAGMA integrity_check", "SELECT claim, state, settled FROM drops", "SELECT name FROM batches WHERE state <> 'published'",
        "SELECT count(*) FROM staged", "SELECT name FROM runs",
    )
    wrong = [] if health == [("ok",)] else [f"the ledger: {health[0][0]}"]
    wrong += [f"the drop {claim} is {state}, settled {settled}" for claim, state, settled in drops
              if state not in ("done", "held") or settled is None]
    wrong += [f"the batch {name} is not published" for (name,) in batches]
    if staged != [(0,)]:
        wrong.append("the ledger names staged files")
    files = {path.name for path in (place.state / "fingerprints").iterdir()}
    if files != {name for (name,) in runs}:
        wrong.append(f"runs on disk {sorted(files)}, in the ledger {sorted(runs)}")
    return wrong


def dropped_again(place: Place, database: Path) -> list[str]:
    """The same drops once more bring nothing new: what was delivered is known."""
    before = taken_records(database)
    place.drop(place.drops)
    ending = place.once()
    if ending.status not in (0, 1):
        return [f"ends with {ending.status}: {ending.text[-300:]}"]
    wrong = at_any_moment(place, database)
    if taken_records(database) != before:
        wrong.append("a drop that was dropped again brought records again")
    return wrong
