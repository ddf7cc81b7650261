"""The parts of docs/scores.md that commands write, between `<!-- NAME -->` and `<!-- NAME end -->`."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "scores.md"


def pattern(name):
    return re.compile(rf"(<!-- {name} -->\n)(.*?)(<!-- {name} end -->)", re.S)


def section(name):
    """What stands in the part; nothing where there is none."""
    found = pattern(name).search(FILE.read_text())
    return found[2] if found else ""


def replace(name, text):
    """Puts `text` in place of what stands in the part, which must be there."""
    before = FILE.read_text()
    if not pattern(name).search(before):
        raise SystemExit(f"docs/scores.md has no part <!-- {name} -->")
    FILE.write_text(pattern(name).sub(lambda m: f"{m[1]}{text.strip()}\n{m[3]}", before))


def commit():
    """The commit that is measured, with a plus where files differ from it."""
    git = lambda *words: subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "Sources", "Package.swift")
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
