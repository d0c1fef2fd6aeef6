"""The pack in the real web page of the real ComfyUI, in a real Chromium.

Screenshots of all that is loaded and run land in build/browser: look at them. `--update-screens` renews the pictures
of the page in the docs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.comfy.page import PACK_TEMPLATES, Page, no_browser
from scripts.comfy.server import PACK

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "build" / "browser"
WORKFLOWS = {path.stem: path for path in sorted((ROOT / "workflows").glob("*.json"))}
# The search for nodes, and what it finds, in older pages and newer ones.
SEARCH = ".comfy-vue-node-search-box input, [role=search] input"
SELECT_ALL = "\ue009a\ue000"  # control and a
FOUND = ".comfy-vue-node-search-box-option, [role=option]"
NEEDS_DOWNLOADS = {"Fuse then edit with Flux"}
# Node -> the workflow that shows it, for its picture; one workflow after the other.
SHOWN_IN = {path.stem: "Restore picture" for path in sorted((ROOT / "web" / "docs").glob("*.md"))}
SHOWN_IN["MMAIFLoadThermal"] = "Fuse and composite by mask"
SHOWN_IN["MMAIFLoadFolders"] = "Fuse folder of pairs"
SHOWN_IN["MMAIFAlignSources"] = "Fuse exposure bracket"
SHOWN_IN |= dict.fromkeys(("MMAIFDegrade", "MMAIFCompare"), "Degrade then repair and compare")
NODES = sorted(SHOWN_IN, key=SHOWN_IN.get)

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(bool(no_browser()), reason=no_browser() or "there is one"),
]


@pytest.fixture(scope="module")
def page(small_comfy: Any) -> Iterator[Page]:
    """The page as a new user finds it; the tests use it one after the other."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with Page(small_comfy, newcomer=True) as page:
        yield page


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> bool:
    """Whether to renew the pictures of the page in the docs."""
    return request.config.getoption("--update-screens")


def keep(page: Page, name: str, docs: bool) -> None:
    """Screenshot into build/browser, and reduced into docs/ where asked."""
    page.screenshot(SHOTS / f"{name}.png")
    if docs:
        picture = page.picture()
        picture.resize((1200, round(1200 * picture.height / picture.width))).save(
            ROOT / "docs" / f"{name}.jpg", quality=72
        )


def test_first_picture_within_five_clicks(page: Page, screens: bool) -> None:
    """A new user's first fused picture: the page opens with the templates; pick the pack, pick a card, press Run.

    build/browser/first_picture.txt says how long it took.
    """
    started, page.clicks = time.monotonic(), 0
    card = "[data-testid='template-workflow-Fuse visible and infrared']"
    page.click(PACK_TEMPLATES, PACK)
    page.find(card)
    keep(page, "first_picture_1", screens)
    page.open_template("Fuse visible and infrared", dialog_is_open=True)
    keep(page, "first_picture_2", screens)
    assert page.run()["status"]["status_str"] == "success"
    page.wait("the picture is shown", page.shown_pictures)
    keep(page, "first_picture_3", screens)
    assert page.clicks <= 5
    (SHOTS / "first_picture.txt").write_text(f"{page.clicks} clicks, {time.monotonic() - started:.1f} s\n")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_template_loads_and_runs_in_the_page(page: Page, name: str) -> None:
    """From the Templates dialog: no node missing, no dialog of complaint, nothing lost, and Run shows a picture."""
    page.console_errors()  # forget those before
    page.open_template(name)
    page.screenshot(SHOTS / f"{name}_loaded.png")
    assert page.missing_nodes() == []
    if name in NEEDS_DOWNLOADS:  # older pages offer in a dialog what newer ones offer beside the graph
        assert all("t5xxl_fp8_e4m3fn.safetensors" in dialog for dialog in page.dialogs())
        page.close_dialogs()
    assert page.dialogs() == []
    shipped = {n["id"]: n["widgets_values"] for n in json.loads(WORKFLOWS[name].read_text())["nodes"]}
    for node in page.workflow()["nodes"]:
        if node["type"].startswith("MMAIF"):  # the page fills in what core's own nodes leave out
            assert node.get("widgets_values", []) == shipped[node["id"]], node["type"]
    if name not in NEEDS_DOWNLOADS:
        entry = page.run()
        assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
        savers = [node["id"] for node in page.workflow()["nodes"] if node["type"] in ("SaveImage", "PreviewImage")]
        page.wait("the pictures are shown", lambda: set(savers) <= set(page.shown_pictures()))
        page.screenshot(SHOTS / f"{name}_done.png")
    assert page.console_errors() == []


def test_the_sentence_shows_again_where_a_workflow_is_loaded(page: Page) -> None:
    """After a run Degradation Prompt shows what the model read and understood, and so it does in what is saved then;
    neither the prompt nor the values in the file know of that box."""
    page.open_template("Restore picture")
    page.script(
        "const n = app.graph.nodes.find(n => n.type === 'MMAIFDegradationPrompt');"
        "const set = (name, value) => { n.widgets.find(w => w.name === name).value = value };"
        "set('rain', true); set('severity', 'light'); set('text', 'but keep the grain');"
    )
    saved = page.workflow()
    (node,) = (node for node in saved["nodes"] if node["type"] == "MMAIFDegradationPrompt")
    (inputs,) = (n["inputs"] for n in page.prompt().values() if n["class_type"] == "MMAIFDegradationPrompt")
    assert "sentence" not in inputs and inputs["rain"] is True and inputs["severity"] == "light"
    assert len(node["widgets_values"]) == 6 + 2 * 13
    page.run()
    code = (
        "return app.graph.nodes.find(n => n.type === 'MMAIFDegradationPrompt')"
        ".widgets.find(w => w.name === 'sentence').value"
    )
    sentence = page.wait("the sentence", lambda: page.script(code))
    first, understood = sentence.split("\n", 1)
    assert first == (
        "Remove the slight noise, remove the slight rain and brighten the slightly underexposed image. "
        "but keep the grain"
    )
    assert understood.startswith("Understood: ")
    page.node_picture("MMAIFDegradationPrompt").save(SHOTS / "sentence.png")
    after = page.workflow()
    page.script("await app.loadGraphData(args[0])", saved)
    assert page.script(code) == ""
    again = page.workflow()
    assert [n.get("widgets_values") for n in again["nodes"]] == [n.get("widgets_values") for n in saved["nodes"]]
    page.script("await app.loadGraphData(args[0])", after)
    assert page.script(code) == sentence


def test_strengths_show_of_what_is_ticked_when_asked_for(page: Page) -> None:
    """Thirteen sliders more would bury the others; "Show Advanced" brings those of the ticked boxes."""
    page.open_template("Restore picture")
    shown = (
        "const n = app.graph.nodes.find(n => n.type === 'MMAIFDegradationPrompt');"
        "n.showAdvanced = args[0];"
        "return n.widgets.filter(w => n.isWidgetVisible(w)).map(w => w.name)"
    )
    few, more = page.script(shown, False), page.script(shown, True)
    assert few == ["task", "text", "auto", "severity", "repairs", "sentence"]
    assert {*more} - {*few} == {"severity_a", "severity_b", "noise_strength", "low_exposure_strength"}
    page.node_picture("MMAIFDegradationPrompt").save(SHOTS / "strengths.png")


NODE = "const n = app.graph.nodes.find(n => n.type === args[0]);"


def test_what_regression_ignores_is_greyed(page: Page) -> None:
    """Steps and seed, as long as the model loaded is the regression model, through the widgets' own callbacks."""
    page.open_template("Fuse focus pair")
    disabled = NODE + "return n.widgets.filter(w => w.disabled).map(w => w.name)"
    choose = NODE + "const w = n.widgets.find(w => w.name === args[1]); w.value = args[2]; w.callback(args[2])"
    ignored = {"steps", "seed", "sampler", "shift", "guidance"}
    assert ignored <= {*page.script(disabled, "MMAIFFusionSampler")}
    page.script(choose, "MMAIFLoadModel", "model_name", "flow")
    assert not ignored & {*page.script(disabled, "MMAIFFusionSampler")}
    page.script(choose, "MMAIFFusionSampler", "mode", "regression")
    assert ignored <= {*page.script(disabled, "MMAIFFusionSampler")}


@pytest.mark.parametrize("vue", [False, True], ids=["classic", "nodes 2.0"])
def test_the_basic_graph_on_both_kinds_of_page(small_comfy: Any, screens: bool, vue: bool) -> None:
    """On a window of usual size: a click on a box is in the prompt; what the prompt says stays text, whatever it is;
    every template opens whole, with no word of ours in the console."""
    with Page(small_comfy, size=(1600, 1000), vue=vue) as page:
        page.console_errors()
        name = "vue" if vue else "classic"
        for template in WORKFLOWS:
            page.load_workflow(json.loads(WORKFLOWS[template].read_text()), template)
            assert page.missing_nodes() == [], template
            page.screenshot(SHOTS / f"{name}_{template}.png")
        assert page.console_errors() == []
        page.load_workflow(json.loads(WORKFLOWS["Fuse visible and infrared"].read_text()), "basic")
        page.find("label", "rain").click()
        evil = f"remove the noise <img src=x onerror='window.ours_ran = 1'> on {name} pages"  # no run finds it cached
        write = NODE + "n.widgets.find(w => w.name === 'text').value = args[1]"
        page.script(write, "MMAIFDegradationPrompt", evil)
        (said,) = (n["inputs"] for n in page.prompt().values() if n["class_type"] == "MMAIFDegradationPrompt")
        assert said["rain"] is True and said["snow"] is False and "repairs" not in said and "sentence" not in said
        page.run()
        page.find("div", "Understood: remove")
        assert page.script("return [...document.querySelectorAll('img')].every(i => !i.src.endsWith('/x'))")
        assert page.script("return window.ours_ran") is None
        if screens:
            page.script(write, "MMAIFDegradationPrompt", "remove the noise, keep the haze")
            page.run()
            page.find("div", "Kept: haze")
        page.fit()
        keep(page, f"first_picture_{name}", screens and vue)


@pytest.mark.parametrize("node", NODES)
def test_help_panel_shows_our_page(page: Page, screens: bool, node: str) -> None:
    """Select a node, press its info button: our page, with its pictures."""
    page.console_errors()
    if not page.shows(SHOWN_IN[node]):
        page.open_template(SHOWN_IN[node])
    page.fit()
    picture = page.node_picture(node)
    picture.save(SHOTS / f"{node}.png")
    if screens:
        picture.save(ROOT / "web" / "docs" / f"{node}_node.jpg", quality=82)
    page.open_help(node)
    heading = (ROOT / "web" / "docs" / f"{node}.md").read_text().splitlines()[0].removeprefix("# ")
    page.find(".node-help-content h1", heading)
    page.wait(
        "the pictures of the help page",
        lambda: page.script(
            "const i = [...document.querySelectorAll('.node-help-content img')];"
            "return i.length >= 1 && i.every(e => e.complete && e.naturalWidth)"
        ),
    )
    keep(page, f"first_picture_help_{node}", screens and node == "MMAIFDegradationPrompt")
    assert page.console_errors() == []


WORDS = ["HDR", "focus stack", "infrared", "merge exposures", "derain", "dehaze", "denoise", "thermal"]


def test_everyday_words_find_the_pack(small_comfy: Any, screens: bool) -> None:
    """In the search that a double click on the canvas opens."""
    missed = []
    with Page(small_comfy, size=(1600, 1000)) as page:
        page.command("Workspace.SearchBox.Toggle")
        box = page.find(SEARCH)
        for word in WORDS:
            box.send_keys(SELECT_ALL, word)
            time.sleep(1)  # it searches while one types
            found = page.script(
                "return [...document.querySelectorAll(args[0])].filter(e => e.getClientRects().length)"
                ".map(e => e.textContent)",
                FOUND,
            )
            missed += [] if any("MMAIF" in each for each in found) else [(word, found[:5])]
            keep(page, f"first_picture_search_{word.replace(' ', '_')}", screens and word == "focus stack")
    assert missed == []


def test_the_blueprint_is_the_whole_graph_in_one_box(page: Page) -> None:
    """Found by name in the node search, placed, wired to a picture, run."""
    page.console_errors()
    page.command("Comfy.NewBlankWorkflow")
    page.command("Workspace.SearchBox.Toggle")
    page.find(SEARCH).send_keys("MMAIF Fuse")
    page.click(FOUND, "MMAIF Fuse")
    page.wait("the box is placed", lambda: page.script("return app.graph.nodes.some(n => n.isSubgraphNode?.())"))
    page.script(
        "const box = app.graph.nodes.find(n => n.isSubgraphNode?.());"
        "box.pos = [400, 0];"
        "const add = (type, x, y) => {"
        "  const n = LiteGraph.createNode(type); n.pos = [x, y]; app.graph.add(n); return n };"
        "const near = add('LoadImage', 0, 0), far = add('LoadImage', 0, 400), save = add('SaveImage', 900, 0);"
        "near.widgets[0].value = 'mmaif_focus_near.jpg'; far.widgets[0].value = 'mmaif_focus_far.jpg';"
        "near.connect(0, box, 0); far.connect(0, box, 1); box.connect(0, save, 0);"
        "box.widgets.find(w => w.name.endsWith('text')).value = 'remove the noise';"
    )
    entry = page.run()
    assert entry["status"]["status_str"] == "success", entry["status"]["messages"][-1]
    assert any("remove the noise" in json.dumps(node["inputs"]) for node in entry["prompt"][2].values())
    page.wait("the picture is shown", page.shown_pictures)
    page.fit()
    page.screenshot(SHOTS / "blueprint.png")
    assert page.console_errors() == []
