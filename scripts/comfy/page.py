"""The real web page of a running ComfyUI in a real Chromium, as a user works with it.

with ComfyServer(base) as comfy, Page(comfy) as page:
    page.open_template("Fuse focus pair")
    page.run()
    page.screenshot(Path("focus.png"))
"""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from scripts.comfy.server import PACK, ComfyServer

SIZE = (2000, 1250)  # of the window, in pixels
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACK_TEMPLATES = "[role=dialog] nav *"  # with the pack's name as text
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-dev-shm-usage "
    "--no-first-run --no-proxy-server --hide-scrollbars --force-color-profile=srgb --lang=en"
)


def no_browser() -> str:
    """Why there is no browser to drive, in a sentence; "" where there is one."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "Selenium is not installed: run 'make setup'."
    if not any(map(shutil.which, BROWSERS)):
        return "There is no Chromium: install it (on Debian: apt-get install chromium chromium-driver)."
    if not shutil.which("chromedriver"):
        return "There is no chromedriver: install the one of your Chromium (on Debian: chromium-driver)."
    return ""


class Page:
    """One browser window; a context manager. `clicks` counts what a user would have clicked."""

    def __init__(
        self,
        comfy: ComfyServer,
        timeout: float = 240.0,
        size: tuple[int, int] = SIZE,
        vue: bool = False,
        newcomer: bool = False,
    ) -> None:
        """
        Args:
            comfy: a server that runs.
            timeout: seconds to wait for anything; generous, for machines that do something else as well.
            size: of the window, in pixels.
            vue: whether to draw the nodes as Nodes 2.0.
            newcomer: whether nobody has been here: the page opens with the templates.
        """
        from selenium.webdriver import Chrome, ChromeOptions, ChromeService

        self.comfy, self.timeout, self.clicks = comfy, timeout, 0
        self.settings = {
            "Comfy.Minimap.Visible": False,
            "LiteGraph.Canvas.MinFontSizeForLOD": 0,
            "Comfy.VueNodes.Enabled": vue,
            "Comfy.TutorialCompleted": not newcomer,
            "Comfy.Workflow.ShowMissingModelsWarning": newcomer,  # a dialog of older pages
        }
        options = ChromeOptions()
        options.binary_location = next(filter(None, map(shutil.which, BROWSERS)))
        for option in (*OPTIONS.split(), f"--window-size={size[0]},{size[1]}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = Chrome(options, ChromeService(shutil.which("chromedriver")))
        self.driver.set_script_timeout(timeout)
        self.driver.set_page_load_timeout(timeout)

    def __enter__(self) -> Page:
        self.load()
        return self

    def __exit__(self, *exc: object) -> None:
        self.driver.quit()

    # -- driving --------------------------------------------------------------------------------------------

    def script(self, code: str, *arguments: Any) -> Any:
        """Run JavaScript in the page; `await` works, `return` gives a value."""
        done = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            f"(async (...args) => {{ {code} }})(...arguments).then(v => done([v]), e => done(String(e.stack || e)));",
            *arguments,
        )
        if isinstance(done, str):
            raise RuntimeError(f"The page raised: {done}")
        return done[0]

    def wait(self, what: str, ready: Callable[[], Any]) -> Any:
        """The first true value of `ready()`; TimeoutError naming `what`."""
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline:
            value = ready()
            if value:
                return value
            time.sleep(0.1)
        raise TimeoutError(f"The page did not get to this within {self.timeout:.0f} s: {what}")

    def find(self, selector: str, text: str = "") -> Any:
        """The first visible, innermost element of a CSS selector with this text, once there is one."""
        code = (
            "const fits = e => e.getClientRects().length && e.textContent.includes(args[1]);"
            "return [...document.querySelectorAll(args[0])].find("
            "e => fits(e) && ![...e.querySelectorAll(args[0])].some(fits)) ?? null"
        )
        return self.wait(f"{selector} {text}".strip(), lambda: self.script(code, selector, text))

    def click(self, selector: str, text: str = "") -> None:
        """Click on an element, as a user does."""
        from selenium.common.exceptions import StaleElementReferenceException

        self.clicks += 1

        def clicked() -> bool:
            try:
                self.find(selector, text).click()
            except StaleElementReferenceException:  # the page drew it anew in between
                return False
            return True

        self.wait(f"a click on {selector} {text}".strip(), clicked)

    def command(self, name: str) -> None:
        """One of the page's own commands, as its menus and keys run them."""
        self.script("await app.extensionManager.command.execute(args[0])", name)

    # -- what the page does ---------------------------------------------------------------------------------

    def load(self) -> None:
        """Open the page, without its banner and minimap, and wait until its graph can be used."""
        self.comfy.fetch("/settings", self.settings)
        self.driver.get(f"http://{self.comfy.address}/system_stats")  # any address of the page's own storage
        self.driver.execute_script("localStorage.setItem('vueNodesBannerDismissed', 'true')")
        self.driver.get(f"http://{self.comfy.address}/")
        self.wait(
            "the page is up",
            lambda: self.script(
                "return !!window.app?.graph && !!app.extensionManager?.command && "
                "!!document.querySelector('[data-testid=queue-button]')"
            ),
        )

    def open_template(self, name: str, dialog_is_open: bool = False) -> None:
        """Load a workflow of this pack from the Templates dialog."""
        if not dialog_is_open:
            self.command("Comfy.BrowseTemplates")
            self.click(PACK_TEMPLATES, PACK)
        self.click(f"[data-testid='template-workflow-{name}']")
        self.wait(f"{name} is loaded", lambda: self.shows(name))
        self.fit()

    def load_workflow(self, workflow: dict[str, Any], name: str) -> None:
        """Load a workflow as if its file was dragged onto the page, whatever lies before it."""
        self.script("await app.loadGraphData(args[0], true, true, args[1])", workflow, name)
        self.wait(f"{name} is loaded", lambda: self.script("return app.graph.nodes.length") == len(workflow["nodes"]))
        self.fit()

    def shows(self, name: str) -> bool:
        """Whether the graph that is open came from this template; its tab may have a number added."""
        return self.script(
            "return !document.querySelector('[data-testid=template-workflows-content]') && "
            "app.extensionManager.workflow.activeWorkflow?.filename?.replace(/ \\(\\d+\\)$/, '') === args[0] && "
            "app.graph.nodes.some(n => n.type === 'MMAIFLoadModel')",
            name,
        )

    def fit(self) -> None:
        """Show the whole graph, with no panel before it and nothing selected."""
        self.script("app.extensionManager.sidebarTab.activeSidebarTabId = null; app.canvas.deselectAll()")
        self.command("Comfy.Canvas.FitView")
        time.sleep(0.8)  # it moves there

    def dialogs(self) -> list[str]:
        """The text of the dialogs that are open: none unless something is missing."""
        return self.script(
            "return [...document.querySelectorAll('[role=dialog]')].filter(e => e.getClientRects().length)"
            ".map(e => e.textContent)"
        )

    def close_dialogs(self) -> None:
        """Press Escape until none is open."""
        from selenium.webdriver import ActionChains, Keys

        while self.dialogs():
            ActionChains(self.driver).send_keys(Keys.ESCAPE).perform()
            time.sleep(0.3)

    def missing_nodes(self) -> list[str]:
        """Types in the graph that the page does not know."""
        return self.script(
            "return app.graph.nodes.map(n => n.type).filter(t => !LiteGraph.registered_node_types[t] && "
            "!app.graph.subgraphs?.has(t))"
        )

    def workflow(self) -> dict[str, Any]:
        """What the page would save now."""
        return self.script("return JSON.parse(JSON.stringify(app.graph.serialize()))")

    def prompt(self) -> dict[str, Any]:
        """What the page would queue now, in API format."""
        return self.script("return JSON.parse(JSON.stringify((await app.graphToPrompt()).output))")

    def open_help(self, kind: str) -> None:
        """Select a node and press the info button of the bar above it."""
        self.fit()
        self.script("app.canvas.selectNode(app.graph.nodes.find(n => n.type === args[0]))", kind)
        self.picture()  # draws it
        self.click("[data-testid=info-button]")

    def run(self) -> dict[str, Any]:
        """Press Run, wait for the end, and return the prompt's entry in the server's history."""
        known = set(self.comfy.get("/history"))
        self.click("[data-testid=queue-button]")
        new = self.wait("the prompt ended", lambda: set(self.comfy.get("/history")) - known)
        return self.comfy.get("/history")[new.pop()]

    def shown_pictures(self) -> list[int]:
        """Ids of the nodes that show a picture."""
        return self.script(
            "return app.graph.nodes.filter(n => n.imgs?.length && n.imgs.every(i => i.naturalWidth) "
            "&& n.type !== 'LoadImage').map(n => Number(n.id))"  # text in newer pages, but not in what they save
        )

    def console_errors(self) -> list[str]:
        """New errors in the console that are the pack's: its own files, or raised by JavaScript at all.

        Not ours: the page asks the network what it knows of each node and how large missing files are, which the
        server forbids it, and looks for help pages in its language first.
        """
        foreign = re.compile(r"api\.comfy\.org|huggingface\.co|/docs/\w+/\w+\.md")
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE"
            and ("MMAIF" in entry["message"] or entry["source"] == "javascript")
            and not foreign.search(entry["message"])
        ]

    # -- looking at it --------------------------------------------------------------------------------------

    def picture(self) -> Image.Image:
        """The window, once it is drawn."""
        self.script("app.canvas.draw(true, true); await new Promise(r => setTimeout(r, 400))")
        return Image.open(io.BytesIO(self.driver.get_screenshot_as_png())).convert("RGB")

    def screenshot(self, path: Path) -> None:
        """Save the window; the suffix says how."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.picture().save(path)

    def node_picture(self, kind: str, margin: int = 12) -> Image.Image:
        """One node of the graph at its natural size."""
        box = self.script(
            "const n = app.graph.nodes.find(n => n.type === args[0]); const ds = app.canvas.ds;"
            "app.canvas.deselectAll(); ds.scale = 1; const b = n.getBounding();"
            "ds.offset[0] = 300 - b[0]; ds.offset[1] = 90 - b[1];"
            "const r = app.canvas.canvas.getBoundingClientRect(); return [r.x + 300, r.y + 90, b[2], b[3]]",
            kind,
        )
        left, top, width, height = map(round, box)
        return self.picture().crop((left - margin, top - margin, left + width + margin, top + height + margin))
