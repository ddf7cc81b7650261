"""Real servers on the loopback: OpenSSH's sftp, Samba and vsftpd, each with 200 files of mixed size, some torn.

Needs root and the packages openssh-server, samba with smbclient, vsftpd with lftp; what is missing is skipped with a word.
"""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import time
from pathlib import Path

import checks
import drops
from faults import wait_for
from place import Place
from trial import Context, Skip, Tally, run_all, settle
from watching import all_come, begun, require_root

FILES = 200
# Each tenth file is sent in half first and then anew, as clients do after a broken connection.
TORN = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command: list, port: int, **more):
    """A server in the foreground, until it is no longer needed."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **more)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        if not wait_for(lambda: answers() or server.poll() is not None, 30) or server.poll() is not None:
            raise Skip(f"{Path(command[0]).name} does not start here")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, 15)
        server.wait(30)


def made(context: Context, place: Place, feed: str) -> tuple[Path, dict[str, bytes]]:
    """A folder of files to be sent, of some hundred bytes to some hundred KiB."""
    dice = random.Random(f"{context.seed} {feed}")
    outside = place.root / "outside"
    outside.mkdir()
    files = {}
    for n in range(FILES):
        count = dice.choice([1, 5, 40, 400, 4_000 if n % 20 == 0 else 100])
        files[f"{n:03}.csv"] = drops.as_csv(drops.records(count, range(1, 10**6), dice))
    for name, data in files.items():
        (outside / name).write_bytes(data)
    return outside, files


def sent(context: Context, feed: str, send) -> list[str]:
    """Lets the daemon watch while `send` uploads all files into a feed's folder."""
    place = Place(context.folder(), {}).make()
    os.chmod(context.scratch, 0o755)
    for folder in (place.root, place.inbox):
        os.chmod(folder, 0o755)
    (place.inbox / feed).mkdir()
    outside, files = made(context, place, feed)
    place.drops = {f"{feed}/{name}": data for name, data in files.items()}
    daemon = begun(place)
    try:
        send(place, outside, list(files))
    except BaseException:
        daemon.kill()
        daemon.wait()
        raise
    wrong = checks.at_any_moment(place, place.root / "taken")
    return wrong + all_come(place, daemon, 120)


def half(outside: Path, name: str) -> Path:
    """The first half of a file, to be sent under the whole one's name."""
    torn = outside / "torn"
    torn.mkdir(exist_ok=True)
    data = (outside / name).read_bytes()
    (torn / name).write_bytes(data[: len(data) // 2])
    return torn / name


def sftp(context: Context) -> list[str]:
    require_root("sftp", "ssh-keygen")
    if not os.access("/usr/sbin/sshd", os.X_OK):
        raise Skip("no sshd")

    def send(place: Place, outside: Path, names: list[str]) -> None:
        keys, port = place.root / "keys", free_port()
        keys.mkdir(mode=0o700)
        Path("/run/sshd").mkdir(exist_ok=True)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / key], check=True)
        shutil.copy(keys / "user.pub", keys / "authorized")
        (keys / "config").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/authorized\nPidFile none\n"
            "StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n"
        )
        folder = place.inbox / "sftp"
        lines = []
        for n, name in enumerate(names):
            if n % TORN == 0:
                lines += [f"put {half(outside, name)} {folder}/{name}.part"]
            # By turns: put in place, put aside and renamed the POSIX way, and by link and unlink (`rename -l`).
            if n % 3 == 0 and n % TORN:
                lines += [f"put {outside}/{name} {folder}/{name}"]
            else:
                lines += [f"put {outside}/{name} {folder}/{name}.part", f"rename {'-l ' if n % 3 == 2 else ''}{folder}/{name}.part {folder}/{name}"]
        (keys / "batch").write_text("\n".join(lines) + "\n")
        with running(["/usr/sbin/sshd", "-D", "-e", "-f", keys / "config"], port):
            subprocess.run(
                ["sftp", "-q", "-b", keys / "batch", "-P", str(port), "-i", keys / "user", "-o", "StrictHostKeyChecking=no",
                 "-o", f"UserKnownHostsFile={keys}/known", "-o", "IdentitiesOnly=yes", "root@127.0.0.1"],
                check=True, capture_output=True, timeout=300,
            )

    return sent(context, "sftp", send)


def samba(context: Context) -> list[str]:
    require_root("smbd", "smbclient")

    def send(place: Place, outside: Path, names: list[str]) -> None:
        home, port = place.root / "samba", free_port()
        home.mkdir()
        (home / "smb.conf").write_text(
            "[global]\nserver role = standalone server\nmap to guest = Bad User\nguest account = root\nload printers = no\n"
            f"disable spoolss = yes\nbind interfaces only = yes\ninterfaces = 127.0.0.1\nsmb ports = {port}\n"
            + "".join(f"{kind} = {home}\n" for kind in ("private dir", "lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir"))
            + f"log file = {home}/log\n[drop]\npath = {place.inbox}/samba\nguest ok = yes\nread only = no\nforce user = root\n"
        )
        lines = []
        for n, name in enumerate(names):
            if n % TORN == 0:
                lines += [f"put {half(outside, name)} {name}.part"]
            lines += [f"put {outside}/{name} {name}"] if n % 2 == 0 and n % TORN else [f"put {outside}/{name} {name}.part", f"rename {name}.part {name}"]
        with running(["smbd", "--foreground", "--no-process-group", "-s", home / "smb.conf"], port):
            subprocess.run(
                ["smbclient", "-N", "-s", home / "smb.conf", "-p", str(port), "//127.0.0.1/drop", "-c", "; ".join(lines)],
                check=True, capture_output=True, timeout=300,
            )

    return sent(context, "samba", send)


def ftp(context: Context) -> list[str]:
    require_root("vsftpd", "lftp")

    def send(place: Place, outside: Path, names: list[str]) -> None:
        home, port = place.root / "ftp", free_port()
        home.mkdir()
        (home / "empty").mkdir()
        folder = place.inbox / "ftp"
        shutil.chown(folder, "ftp")
        (home / "vsftpd.conf").write_text(
            f"listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nanonymous_enable=YES\nlocal_enable=NO\nwrite_enable=YES\n"
            f"anon_upload_enable=YES\nanon_mkdir_write_enable=YES\nanon_other_write_enable=YES\nno_anon_password=YES\nanon_umask=022\n"
            f"anon_root={place.inbox}\nsecure_chroot_dir={home}/empty\nbackground=NO\nseccomp_sandbox=NO\nallow_writeable_chroot=YES\n"
        )
        lines = ["set net:max-retries 2", "set ftp:use-feat no", "cd ftp"]
        for n, name in enumerate(names):
            if n % TORN == 0:
                lines += [f"put {half(outside, name)} -o {name}.part"]
            lines += [f"put {outside}/{name} -o {name}"] if n % 2 == 0 and n % TORN else [f"put {outside}/{name} -o {name}.part", f"mv {name}.part {name}"]
        with running(["vsftpd", home / "vsftpd.conf"], port):
            subprocess.run(["lftp", "-c", f"open ftp://127.0.0.1:{port}; " + "; ".join(lines)], check=True, capture_output=True, timeout=300)

    return sent(context, "ftp", send)


TRIALS = {"sftp": sftp, "samba": samba, "ftp": ftp}


def servers(context: Context) -> Tally:
    return run_all(context, Tally("servers on the loopback", context.seed), TRIALS, lambda word: TRIALS[word](context), jobs=1)
