"""The drops: six scenarios of three files each, and as many more as a soak wants, all from a seed."""

import csv
import functools
import gzip
import io
import json
import random
from xml.sax.saxutils import escape

WORDS = ["Ann", "Ben", "Müller", "naïve café", "say \"hi\"", "a, b; c", "two\nlines", "Łódź", "日本", "o'Neil", "x" * 60]
CITIES = ["Oslo", "Rome", "São Paulo", "Zürich", "Bern & Co", "<none>"]


def record(ids: range, dice: random.Random) -> dict:
    """A record; each of its columns has one type in every drop, so that the oracle needs no memory of a feed."""
    return {
        "id": dice.choice(ids),
        "name": dice.choice(WORDS),
        "city": dice.choice(CITIES),
        "price": f"{dice.randrange(1, 99999)}.{dice.randrange(1, 10)}5",
        "zip": f"0{dice.randrange(1000, 9999)}",
        "paid": dice.choice(["true", "false"]),
        "day": f"2026-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}",
    }


def records(count: int, ids: range, dice: random.Random) -> list[dict]:
    return [record(ids, dice) for _ in range(count)]


def as_csv(rows: list[dict], delimiter: str = ",", ending: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator=ending)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_values(row: dict) -> dict:
    return {**row, "price": float(row["price"]), "paid": row["paid"] == "true"}


def as_json(rows: list[dict]) -> bytes:
    return json.dumps([as_values(row) for row in rows], ensure_ascii=False, indent=1).encode()


def as_lines(rows: list[dict]) -> bytes:
    return "".join(json.dumps(as_values(row)) + "\n" for row in rows).encode()


def as_xml(rows: list[dict]) -> bytes:
    body = "".join(
        "<order>" + "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in row.items()) + "</order>\n"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<orders>\n{body}</orders>\n'.encode()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def scenarios(seed: int) -> dict[str, dict[str, bytes]]:
    """S1 to S6: path below the inbox to bytes."""
    dice = random.Random(seed)
    ids = range(1, 1000)
    some = lambda count=20: records(count, ids, dice)
    a, b, c = some(), some(), some()
    broken = as_csv(some()).replace(b"\n", b"\nonly,three,cells\n", 3)
    return {
        "S1-csv": {
            "orders/a.csv": as_csv(a), "orders/b.csv": as_csv(a[5:] + b, ";", "\r\n"), "people/c.csv": as_csv(c, "\t"),
        },
        "S2-json": {
            "orders/a.json": as_json(a), "orders/b.ndjson": as_lines(a[:7] + b), "people/c.json": as_json(c),
        },
        "S3-xml": {
            "orders/a.xml": as_xml(a), "orders/b.xml": as_xml(a[3:9] + c), "people/c.xml": as_xml(b),
        },
        "S4-gz": {
            "orders/a.csv.gz": packed(as_csv(a)), "orders/b.json.gz": packed(as_json(a[9:] + b)),
            "people/c.xml.gz": packed(as_xml(c)),
        },
        "S5-rejected": {
            "orders/a.csv": broken, "orders/b.csv.gz": packed(as_csv(b))[:-6],
            "people/c.xml": as_xml(c).replace(b"</orders>", b""),
        },
        "S6-duplicate": {
            "orders/a.csv": as_csv(a), "orders/b-again.csv": as_csv(a), "orders/c.csv.gz": packed(as_csv(a)),
        },
    }


@functools.lru_cache
def large(seed: int) -> dict[str, bytes]:
    """A drop whose batch takes several writes, which are done on a thread of their own, and one that follows it."""
    dice = random.Random(f"{seed} large")
    return {"orders/a.csv": as_csv(records(10_000, range(1, 100_000), dice)), "orders/b.csv": as_csv(records(20, range(1, 1000), dice))}


def stream(seed: int, feeds: int = 5, size: int = 40):
    """Drops without end: overlapping records, all forms, now and then a bad one or one that was there before."""
    dice = random.Random(seed)
    sent: list[tuple[str, bytes]] = []
    number = 0
    while True:
        number += 1
        feed = f"feed{dice.randrange(feeds)}"
        rows = records(dice.randrange(1, 2 * size), range(1, 1000), dice)
        suffix, data = dice.choice([
            ("csv", as_csv), ("csv", lambda rows: as_csv(rows, ";")), ("json", as_json), ("ndjson", as_lines), ("xml", as_xml),
        ])
        body, name = data(rows), f"{number:06}.{suffix}"
        odd = dice.random()
        if odd < 0.05 and sent:
            old, body = dice.choice(sent)
            feed, name = old.split("/")[0], f"{number:06}-{old.split('/')[1].split('-')[-1]}"
        elif odd < 0.25:
            body, name = packed(body), name + ".gz"
            if odd < 0.08:
                body = body[:-5]
        elif odd < 0.30 and suffix == "ndjson":
            body += b"{broken\n"
        if len(sent) < 500:
            sent.append((f"{feed}/{name}", body))
        yield f"{feed}/{name}", body


def many(seed: int, count: int, feeds: int = 5) -> dict[str, bytes]:
    """The first drops of the stream."""
    drops = stream(seed, feeds)
    return dict(next(drops) for _ in range(count))
