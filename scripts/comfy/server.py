"""Start a real headless ComfyUI with this pack in its custom_nodes, run prompts on it, stop it.

The demo and the tests share it. All that ComfyUI writes (input, output, temp, user, database) and the folder
it finds the pack in lie in a private base directory, so a user's own ComfyUI is only read. No other custom
node is loaded. COMFYUI_OPTIONS holds more options for it, such as "--front-end-root FOLDER".

    with ComfyServer(base) as comfy:
        result = comfy.run(to_api(workflow, comfy.object_info()))
        result.image.save("fused.png")
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image

from scripts.comfy.workflow import WorkflowError, to_api
from scripts.setup.environment import ROOT, comfyui_folder, comfyui_python

__all__ = ["PACK", "ComfyError", "ComfyServer", "RunResult", "WorkflowError", "shipped", "to_api"]

PACK = "ComfyUI-MMAIF"
PREVIEW_IMAGE = 1  # protocol.py: BinaryEventTypes.PREVIEW_IMAGE
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach this machine's loopback


class ComfyError(RuntimeError):
    """ComfyUI did not start, died, or did not answer in time; the message ends with the tail of its log."""


def shipped(name: str, object_info: dict[str, Any]) -> dict[str, Any]:
    """The API prompt of a workflow of this pack, a new one each time; see `to_api`."""
    return to_api(json.loads((ROOT / "workflows" / f"{name}.json").read_text()), object_info)


@dataclass
class RunResult:
    """What came back for one prompt."""

    prompt_id: str = ""
    seconds: float = 0.0
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # all messages about the prompt, in order
    progress: list[tuple[str, int, int]] = field(default_factory=list)  # (node id, step, steps)
    previews: list[Image.Image] = field(default_factory=list)
    images: dict[str, list[Image.Image]] = field(default_factory=dict)  # by node id
    rejected: dict[str, Any] | None = None  # body of the 400: "error" and "node_errors"
    failed: dict[str, Any] | None = None  # the execution_error message
    interrupted: bool = False

    @property
    def image(self) -> Image.Image:
        """The one picture of a prompt that makes one."""
        (images,) = self.images.values()
        (image,) = images
        return image

    def main_image(self, prompt: dict[str, Any]) -> Image.Image:
        """The picture that this prompt saved, or else the first that it showed."""
        for kind in ("SaveImage", "PreviewImage"):
            for node_id, images in self.images.items():
                if prompt[node_id]["class_type"] == kind:
                    return images[0]
        raise ComfyError("The prompt made no picture.")

    @property
    def errors(self) -> list[str]:
        """What the web page would show as wrong, a sentence each; empty where the prompt ran."""
        if self.failed:
            node = f"{self.failed['node_type']} {self.failed['node_id']}"
            return [f"{node}: {self.failed['exception_message'].strip()}"]
        if not self.rejected:
            return []
        named = [
            f"{node['class_type']} {node_id}: {error['message']}: {error['details']}"
            for node_id, node in self.rejected["node_errors"].items()
            for error in node["errors"]
        ]
        return named or [f"{self.rejected['error']['message']} {self.rejected['error']['details']}".strip()]


class ComfyServer:
    """One ComfyUI process and a client for it; a context manager."""

    def __init__(self, base: Path, cpu: bool = True, start_timeout: float = 600.0, options: Sequence[str] = ()) -> None:
        """
        Args:
            base: the private base directory; made where missing.
            cpu: run on the CPU even where there is a GPU.
            start_timeout: seconds to wait for the server; a first start on a busy machine takes minutes.
            options: more of ComfyUI's own options; those in COMFYUI_OPTIONS come on top.
        """
        self.base = base
        self.cpu = cpu
        self.options = [*options, *os.environ.get("COMFYUI_OPTIONS", "").split()]
        self.start_timeout = start_timeout
        self.log_file = base / "comfyui.log"
        self.process: subprocess.Popen | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"

    # -- the process ----------------------------------------------------------------------------------------

    def command(self) -> list[str]:
        """The command line of the server."""
        options = (
            f"--port {self.address.split(':')[1]} --disable-auto-launch --disable-api-nodes "
            f"--preview-method latent2rgb --disable-all-custom-nodes --whitelist-custom-nodes {PACK}"
        ).split()
        # The database has its own option: it lies in ComfyUI's folder whatever the base directory.
        database = f"sqlite:///{self.base / 'comfyui.db'}"
        options += ["--base-directory", str(self.base), "--database-url", database]
        if self.cpu:
            options.append("--cpu")
        options += self.options
        return [str(comfyui_python()), str(comfyui_folder() / "main.py"), *options]

    def prepare(self) -> None:
        """Make the base directory, with the pack linked into it; the pack puts its example pictures into input."""
        for name in ("custom_nodes", "models", "input", "output", "temp", "user"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        link = self.base / "custom_nodes" / PACK
        if link.is_symlink():
            link.unlink()
        link.symlink_to(ROOT, target_is_directory=True)

    def __enter__(self) -> ComfyServer:
        self.prepare()
        quiet = {"PYTHONDONTWRITEBYTECODE": "1"} if os.environ.get("COMFYUI_PATH") else {}
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1", **quiet}
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.base,
                env=environment,
            )
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def wait_until_ready(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + self.start_timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise self.trouble(f"ComfyUI ended with exit code {self.process.returncode} while it started")
            try:
                self.get("/system_stats")
                return
            except OSError:
                time.sleep(0.2)
        raise self.trouble(f"ComfyUI did not answer within {self.start_timeout:.0f} s")

    def stop(self) -> None:
        """End the process."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> str:
        """All that ComfyUI has printed so far."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def trouble(self, sentence: str) -> ComfyError:
        """An error that shows the end of the log."""
        tail = "\n".join(self.log.splitlines()[-40:])
        return ComfyError(f"{sentence}. The end of {self.log_file}:\n{tail}")

    # -- the client -----------------------------------------------------------------------------------------

    def fetch(self, path: str, payload: Any = None, timeout: float = 60.0) -> bytes:
        """GET a path, or POST `payload` to it as JSON; urllib.error.HTTPError for a bad answer."""
        body = None if payload is None else json.dumps(payload).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", body, {"Content-Type": "application/json"})
        with LOCAL.open(request, timeout=timeout) as answer:
            return answer.read()

    def get(self, path: str) -> Any:
        """GET a path that answers in JSON."""
        return json.loads(self.fetch(path))

    def object_info(self) -> dict[str, Any]:
        """All nodes with their inputs and outputs."""
        return self.get("/object_info")

    def queue(self, prompt: dict[str, Any], client_id: str = "") -> str:
        """Queue an API prompt and return its id; urllib.error.HTTPError with code 400 if it is refused."""
        answer = self.fetch("/prompt", {"prompt": prompt, "client_id": client_id or uuid.uuid4().hex})
        return json.loads(answer)["prompt_id"]

    def interrupt(self) -> None:
        """Cancel the prompt that runs, as the web page's button does."""
        self.fetch("/interrupt", {})

    def run(
        self,
        prompt: dict[str, Any],
        timeout: float = 300.0,
        on_progress: Callable[[RunResult], None] | None = None,
    ) -> RunResult:
        """Queue an API prompt, follow it to its end and fetch its pictures.

        Args:
            prompt: in API format, see `to_api`.
            timeout: seconds; a prompt that takes longer raises ComfyError.
            on_progress: called after each progress message, say to interrupt.
        """
        started = time.monotonic()
        result = RunResult()
        try:
            asyncio.run(asyncio.wait_for(self.follow(prompt, result, on_progress), timeout))
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise
            result.rejected = json.loads(error.read())
        except asyncio.TimeoutError:
            raise self.trouble(f"The prompt did not end within {timeout:.0f} s") from None
        result.seconds = time.monotonic() - started
        return result

    async def follow(
        self, prompt: dict[str, Any], result: RunResult, on_progress: Callable[[RunResult], None] | None
    ) -> None:
        """Queue a prompt and note into `result` all that the websocket tells about it."""
        client_id = uuid.uuid4().hex
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"http://{self.address}/ws?clientId={client_id}", max_msg_size=0) as channel,
        ):
            result.prompt_id = self.queue(prompt, client_id)
            async for message in channel:
                if message.type == aiohttp.WSMsgType.BINARY:
                    if struct.unpack(">I", message.data[:4])[0] == PREVIEW_IMAGE:  # then 4 bytes of image format
                        result.previews.append(Image.open(io.BytesIO(message.data[8:])))
                elif message.type == aiohttp.WSMsgType.TEXT:
                    kind, data = (json.loads(message.data)[key] for key in ("type", "data"))
                    if data.get("prompt_id") != result.prompt_id:
                        continue
                    self.note(result, kind, data)
                    if kind == "progress" and on_progress:
                        on_progress(result)
                    if kind == "executing" and data["node"] is None:  # the last message, however the prompt ended
                        return
        raise self.trouble("ComfyUI closed the connection while the prompt ran")

    def note(self, result: RunResult, kind: str, data: dict[str, Any]) -> None:
        """Enter one message into the result."""
        result.events.append((kind, data))
        if kind == "progress":
            result.progress.append((data["node"], data["value"], data["max"]))
        elif kind == "execution_error":
            result.failed = data
        elif kind == "execution_interrupted":
            result.interrupted = True
        elif kind == "executed":
            output = data["output"] or {}
            if output.get("images") and not output.get("animated"):  # videos come under the same name
                result.images[data["node"]] = [self.picture(file) for file in output["images"]]

    def picture(self, file: dict[str, str]) -> Image.Image:
        """Fetch a picture that a node announced as {"filename", "subfolder", "type"}."""
        data = self.fetch(f"/view?{urllib.parse.urlencode(file)}")
        return Image.open(io.BytesIO(data))
