"""Draw every picture that shows what the shipped model does; no browser needed.

    python -m scripts.make.pictures [WORKFLOW ...]

Runs the workflows on a real ComfyUI for their thumbnails (workflows/*.jpg) and for what the tests compare with
(tests/expected/*.png), and the library for README's montage (docs/montage.jpg), the help pages
(web/docs/*_does.jpg), icon and banner (docs/icon.png, docs/banner.png). Look at them afterwards. With names of
workflows it does these only. Pictures of the page itself come from the browser tests:
`make test ARGS="tests/test_browser.py --update-screens"`.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw, ImageFont

from mmaif import FusionPipeline
from mmaif.degradation import degrade
from mmaif.evaluation.montage import montage as compare_montage
from mmaif.grid import grid
from mmaif.images import load_image, to_pil
from mmaif.infrared import read_thermal
from scripts.comfy.server import ComfyServer, shipped
from scripts.comfy.tiny_upscaler import write_tiny_upscaler
from scripts.setup.environment import CACHE, ROOT

LANCZOS = Image.Resampling.LANCZOS
THUMBNAIL = (512, 384)
LABEL = 24
WORKFLOWS = sorted(path.stem for path in (ROOT / "workflows").glob("*.json"))
# needs models of others -> shows the picture of this one
FOREIGN = {"Fuse then edit with Flux": "Fuse visible and infrared"}
RAIN = "remove the rain"
Row = tuple[list[torch.Tensor], list[str]]  # pictures [H, W, 3] in 0..1, the label under each


def example(name: str) -> torch.Tensor:
    """[H, W, 3] in 0..1."""
    return load_image(ROOT / "assets" / f"mmaif_{name}.jpg").movedim(0, -1)


def spoiled(image: torch.Tensor, *ops: tuple[str, float], seed: int = 5) -> torch.Tensor:
    """The picture with some degradations, always the same ones."""
    return degrade(image.movedim(-1, 0)[None], ops, seed)[0].movedim(0, -1)


def sheet(rows: list[Row], width: int = 400) -> Image.Image:
    """Rows of pictures, `width` pixels each, with a label under each."""
    size = (width, width * 3 // 4)
    pictures = [[to_pil(each.movedim(-1, 0)).resize(size, LANCZOS) for each in row] for row, _ in rows]
    return grid(pictures, labels=[labels for _, labels in rows])


# --- workflows ---


def run_workflows(names: list[str]) -> None:
    """Write thumbnails and expected pictures of these workflows."""
    server = ComfyServer(CACHE / "base")
    write_tiny_upscaler(server.base)
    with server as comfy:
        info = comfy.object_info()
        for name in names:
            prompt = shipped(FOREIGN.get(name, name), info)
            result = comfy.run(prompt, timeout=1800)
            if result.errors:
                raise comfy.trouble(f"{name} did not run: {' '.join(result.errors)}")
            picture = result.main_image(prompt).convert("RGB")
            if name not in FOREIGN:
                small = (96, round(96 * picture.height / picture.width))
                picture.resize(small, Image.Resampling.BOX).save(ROOT / "tests" / "expected" / f"{name}.png")
            kinds = {node["class_type"] for node in prompt.values()}
            insets = [] if "MMAIFCompare" in kinds else loaded(prompt)  # that one shows the sources itself
            thumbnail(picture, insets).save(ROOT / "workflows" / f"{name}.jpg", quality=88)
            print(f"{name}: {result.seconds:.1f} s", flush=True)


def loaded(prompt: dict[str, Any]) -> list[str]:
    """The files of assets/ that a prompt opens, of folders the first pair."""
    loaders = ("LoadImage", "MMAIFLoadThermal")
    names = [node["inputs"]["image"] for node in prompt.values() if node["class_type"] in loaders]
    folders = [node["inputs"] for node in prompt.values() if node["class_type"] == "MMAIFLoadFolders"]
    kinds = [Path(inputs[folder]).name for inputs in folders for folder in ("folder_a", "folder_b")]
    return names + [min(path.name for path in (ROOT / "assets").glob(f"pair_{kind}_*")) for kind in kinds]


def thumbnail(picture: Image.Image, loaded: list[str]) -> Image.Image:
    """The picture, with its sources as insets below on the left."""
    width, height = THUMBNAIL
    wide = picture.width > 2 * picture.height  # two side by side: show both
    scale = (min if wide else max)(width / picture.width, height / picture.height)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), LANCZOS)
    page = picture.crop((0, 0, width, height))
    for index, name in enumerate(loaded):
        inset = shown(ROOT / "assets" / name).resize((120, 90), LANCZOS)
        place = (10 + index * 130, height - 100)
        ImageDraw.Draw(page).rectangle((place[0] - 2, place[1] - 2, place[0] + 121, place[1] + 91), "white")
        page.paste(inset, place)
    return page


def shown(path: Path) -> Image.Image:
    """A source as one sees it: a sensor's counts as gray, a painted mask in white."""
    if path.suffix == ".png":
        return to_pil(read_thermal(path, path.name, "auto", 0.5, 99.5)[0][0].expand(3, -1, -1))
    picture = Image.open(path)
    if "A" in picture.getbands():
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


# --- pages ---


def montage(pipe: FusionPipeline) -> Image.Image:
    """README's: every kind of fusion and repair."""
    rows = []
    for sources in (("visible", "infrared"), ("exposures_under", "exposures_over"), ("focus_near", "focus_far")):
        pictures = [example(source) for source in sources]
        rows.append(([*pictures, pipe(pictures)], [source.replace("_", " ") for source in sources] + ["fused"]))
    near, far = (spoiled(example(name), ("haze", 0.6), seed=4) for name in ("focus_near", "focus_far"))
    rows.append(([near, far, pipe([near, far], "dehaze")], ["near, hazy", "far, hazy", '"dehaze"']))
    for name, prompt in (("dark", "too dark and noisy"), ("rainy", RAIN)):
        picture = example(name)
        rows.append(([picture, pipe([picture]), pipe([picture], prompt)], [name, "no prompt", f'"{prompt}"']))
    return sheet(rows)


def help_pictures(pipe: FusionPipeline) -> dict[str, Image.Image]:
    """Node id -> what the node does."""
    rainy, hazy = example("rainy"), spoiled(example("rainy"), ("haze", 0.5))
    near, far, clean = example("focus_near"), example("focus_far"), example("exposures_mid")
    night = [example("visible"), example("infrared")]
    stack, derained = pipe([near, far]), pipe([rainy], RAIN)
    said = [
        ([rainy, pipe([rainy]), derained], ["rain", "nothing said", f'"{RAIN}"']),
        (
            [hazy, pipe([hazy], RAIN), pipe([hazy], f"{RAIN} and the haze")],
            ["rain and haze", f'"{RAIN}"', '"... and the haze"'],
        ),
    ]
    details = [pipe([near, far], detail=detail)[200:380, 20:260] for detail in (0.0, 1.0)]
    kinds = [["rain", "snow", "haze"], ["noise", "motion_blur", "low_exposure"]]
    looks = [([spoiled(clean, (kind, 0.5)) for kind in row], row) for row in kinds]
    compared = {"source 1": rainy, "fused": derained, "reference": clean}
    return {
        "MMAIFDegradationPrompt": sheet(said, 240),
        "MMAIFEncodeSources": sheet([([near, far, stack], ["image_a", "image_b", "fused"])], 240),
        "MMAIFFusionSampler": sheet([([*night, pipe(night)], ["visible", "infrared", "fused"])], 240),
        "MMAIFDecode": sheet([(details, ["detail 0", "detail 1"])], 360),
        "MMAIFDegrade": sheet(looks, 240),
        "MMAIFCompare": compare_montage({k: v.movedim(-1, 0) for k, v in compared.items()}, "reference", 240),
    }


def emblem(size: tuple[int, int], fused: torch.Tensor, text: str = "") -> Image.Image:
    """Dark and bright source and the fused picture between them, cut aslant; for the registry."""
    width, height = size
    pictures = (example("exposures_under"), fused, example("exposures_over"))
    parts = [to_pil(picture.movedim(-1, 0)) for picture in pictures]
    scale = max(width / parts[0].width, height / parts[0].height)
    larger = (round(parts[0].width * scale), round(parts[0].height * scale))
    left, top = (larger[0] - width) // 4, (larger[1] - height) // 2
    page = Image.new("RGB", size)
    slant = height // 6
    for index, part in enumerate(parts):
        cuts = [width * 0.3, width * 0.7]
        near, far = ([-slant, *cuts][index], [*cuts, width + slant][index])
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).polygon(
            [(near + slant, 0), (far + slant, 0), (far - slant, height), (near - slant, height)], fill=255
        )
        page.paste(part.resize(larger, LANCZOS).crop((left, top, left + width, top + height)), (0, 0), mask)
        if index:
            ImageDraw.Draw(page).line([(near + slant, 0), (near - slant, height)], "white", max(3, height // 70))
    if text:
        font = ImageFont.load_default(height // 8)
        place = (width / 2, height * 0.86)
        ImageDraw.Draw(page).text(place, text, "white", font, anchor="mm", stroke_width=4, stroke_fill="#101418")
    return page


def main() -> None:
    """Write everything, or the workflows named on the command line."""
    run_workflows(sys.argv[1:] or WORKFLOWS)
    if sys.argv[1:]:
        return
    docs, pipe = ROOT / "docs", FusionPipeline.from_pretrained("regression")
    montage(pipe).save(docs / "montage.jpg", quality=86)
    for node, picture in help_pictures(pipe).items():
        picture.save(ROOT / "web" / "docs" / f"{node}_does.jpg", quality=82)
    fused = pipe([example("exposures_under"), example("exposures_over")])
    for name, size, text in (("icon", (400, 400), ""), ("banner", (1050, 450), "MMAIF Image Fusion")):
        emblem(size, fused, text).quantize(256).save(docs / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
