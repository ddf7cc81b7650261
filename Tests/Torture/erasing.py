"""An erasure is killed before every call that changes something; then nothing of the person is left, and all others are there."""

import json
import sqlite3
import subprocess
import zlib

import consumer
from place import KILLED, PATIENCE, Ending, Place, binary
from trial import Context, NotReached, Tally, run_all

PERSON = {"id": 4711, "email": "ghost.of+a.person@example.org", "name": "Ghost Walker"}


def rows(first: int, count: int) -> list[dict]:
    return [{"id": n, "email": f"n{n}@example.org", "name": f"Name {n}"} for n in range(first, first + count)]


def as_csv(records: list[dict]) -> bytes:
    return "".join(["id,email,name\n"] + [f"{r['id']},{r['email']},{r['name']}\n" for r in records]).encode()


def drops() -> dict[str, bytes]:
    """Originals of several forms and packings, a row that cannot be read, and an original of others alone."""
    ghost = f"{PERSON['email']},{PERSON['name']}"
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(as_csv(rows(1, 20) + [PERSON]) + f"9,{ghost},1,2,3,4,5,6\n".encode()) + packer.flush()
    xml = "".join("<p>" + "".join(f"<{k}>{v}</{k}>" for k, v in r.items()) + "</p>" for r in [PERSON | {"id": 4712}] + rows(40, 5))
    return {
        "people/a.csv.gz": packed,
        "people/b.json": json.dumps(rows(30, 5) + [PERSON | {"id": 4713}]).encode(),
        "people/c.xml": f"<r>{xml}</r>".encode(),
        "people/d.csv": as_csv(rows(1, 8)),
    }


def erase(place: Place, rules: str = "", **more: str) -> Ending:
    words = [binary(), "erase", "--feed", "people", "--key", f"email={PERSON['email']}"]
    folders = ["--inbox", str(place.inbox), "--outbox", str(place.outbox), "--state", str(place.state)]
    try:
        done = subprocess.run(words + folders, env=place.environment(rules, **more), capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Ending(-1000, f"hangs for {PATIENCE} s")
    return Ending(done.returncode, done.stderr.decode(errors="replace"))


def made(context: Context) -> Place:
    place = Place(context.folder(), drops()).make()
    ending = place.once()
    assert ending.status in (0, 1), ending.text
    return place


def traces(place: Place) -> list[str]:
    """Files that hold something of the person, as they are or unpacked."""
    needles = [PERSON["email"].encode(), PERSON["name"].encode()]
    found = []
    for folder in (place.inbox, place.outbox, place.state):
        for path in place.files(folder):
            if not path.is_file():
                continue
            data = path.read_bytes()
            if data[:2] == b"\x1f\x8b":
                data += zlib.decompressobj(31).decompress(data)
            if any(needle in data for needle in needles):
                found.append(f"{path.relative_to(place.root)} names the person")
    return found


def wrong_in(place: Place) -> list[str]:
    wrong = traces(place)
    database = place.root / "taken"
    wrong += consumer.take(str(place.outbox), str(database))[1]
    connection = sqlite3.connect(database)
    lines = sorted(line for (line,) in connection.execute("SELECT line FROM records"))
    connection.close()
    others = rows(1, 20) + rows(30, 5) + rows(40, 5)
    wanted = sorted(json.dumps(r, sort_keys=True, separators=(",", ":")) for r in others)
    if lines != wanted:
        wrong.append(f"targets have {len(lines)} records of others, not {len(wanted)}")
    done = subprocess.run([binary(), "verify", str(place.outbox), "--state", str(place.state)], capture_output=True, text=True)
    if done.returncode != 0:
        wrong.append(f"verify ends with {done.returncode}: {(done.stdout + done.stderr)[-300:]}")
    return wrong


def erasures(context: Context) -> Tally:
    """A kill before each call of an erasure, then of the start that finishes it; then the person is dropped again."""
    place = made(context)
    assert traces(place), "the search for the person finds nothing"
    ending = erase(place, log=place.root / "log")
    assert ending.status == 0, ending.text
    count = len(place.calls(place.root / "log"))
    place.remove()
    tally = Tally("kill of an erasure", context.seed)
    return run_all(context, tally, context.some(map(str, range(1, count + 1)), 60, "erasures"), lambda word: kill_at(context, word))


def kill_at(context: Context, word: str) -> list[str]:
    place, number = made(context), int(word)
    ending = erase(place, f"kill:any:{number}")
    if ending.status == 0:
        raise NotReached
    if ending.status != KILLED:
        return [f"ends with {ending.status}: {ending.text[-200:]}"]
    place.once(f"kill:any:{number // 2 + 1}")
    ending = place.once()
    if ending.status not in (0, 1):
        return [f"the next start ends with {ending.status}: {ending.text[-200:]}"]
    # A kill before the request was recorded has begun nothing.
    if not place.ledger("SELECT 1 FROM erasures")[0]:
        assert erase(place).status == 0
    wrong = wrong_in(place)
    place.drop({"people/again.csv": as_csv([PERSON]), "people/d.csv": as_csv(rows(1, 8) + [PERSON])})
    place.once()
    wrong += [f"dropped again: {sentence}" for sentence in wrong_in(place)]
    if not wrong:
        place.remove()
    return wrong
