"""Measure what the shipped model repairs, word by word, and write docs/model.md with a picture of 30 results.

    python -m scripts.pages.model --data ROOT [--model NAME] [--photos 8] [--size 320]

ROOT holds a manifest.tsv; only its validation scenes are used.
"""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from mmaif import FusionPipeline
from mmaif.data.makers import exposure_stack, focus_stack
from mmaif.data.samples import Sample, SampleConfig, SampleMaker
from mmaif.data.scenes import Scene, load_image, read_scenes, split
from mmaif.degradation import OPERATORS, degrade
from mmaif.grid import folded, grid
from mmaif.images import to_pil
from mmaif.language.sentences import standard_sentence
from mmaif.metrics import psnr
from mmaif.metrics.colour import chroma
from mmaif.repairs import OPERATOR_REPAIR
from scripts.pages.common import DOCS, clean_photos, markdown, photo_options

SEVERITIES = (0.35, 0.7)
DOUBLE = ("rain", "haze", "noise", "low_exposure", "low_contrast", "jpeg", "snow", "gaussian_blur")
SHEET = 30
CEILING = 60.0  # dB
NAMES = {"mef": "Exposures", "mff": "Focus"}
TEXT = """# What the model repairs

Written by `python -m scripts.pages.model --model {model}` on {photos} photos ({size} px) and {pairs} visible + infrared
pairs that were held out of training. PSNR in dB, at most {ceiling:.0f}.

## One picture, one fault

The prompt names the fault (*named*), or is empty (*not named*: then the picture should stay as it is, so this column is
measured against the spoiled picture).

{faults}

## Words decide

Photos with two faults. The prompt names one of them; *selective* is the PSNR to the picture from which just that fault
is gone, *other targets* the best of those to the picture without the other fault, without both and with both.

{words}

## Order, number, colour

{rest}

## Thirty results

Sources (at most two), what the prompt asks for, and the result; rows in two columns. **The worst five**, by gain over
the better source: {worst}.

![Thirty results](model_results.jpg)
"""


def main() -> None:
    """Measure, then write the page and its picture."""
    options = photo_options(__doc__, photos=8)
    pipe = FusionPipeline.from_pretrained(options.model)
    scenes = split(read_scenes(options.data), "val")
    photos = clean_photos(scenes, options.photos, options.size)
    pairs = [scene for scene in scenes if scene.kind == "vif"][:: max(1, len(scenes) // 60)][:12]
    worst = sheet(pipe, SampleMaker(scenes, 256, SampleConfig(clean=0.2, selective=0.2, frames=(1.0, 0, 0))))
    text = TEXT.format(
        model=Path(options.model).stem,
        photos=len(photos),
        size=options.size,
        pairs=len(pairs),
        ceiling=CEILING,
        faults=faults(pipe, photos),
        words=words(pipe, photos),
        rest=rest(pipe, photos, pairs),
        worst=worst,
    )
    (DOCS / "model.md").write_text(text)
    print(text)


def quality(picture: Tensor, target: Tensor) -> float:
    """PSNR of [3, H, W] pictures in dB, at most CEILING."""
    return min(psnr(picture[None], target[None]).item(), CEILING)


def repair(pipe: FusionPipeline, picture: Tensor, prompt: str) -> Tensor:
    """One picture [3, H, W] through the model."""
    return pipe.fuse(picture[None, None], [prompt], "restore")[0]


def faults(pipe: FusionPipeline, photos: Sequence[Tensor]) -> str:
    """Table: every operator at two severities, before and after."""
    rows = [["fault", "severity", "spoiled", "named", "gain", "not named"]]
    for operator in OPERATORS:
        if operator.startswith("ir_"):
            continue
        for severity in SEVERITIES:
            before, after, kept = [], [], []
            for seed, photo in enumerate(photos):
                spoiled = degrade(photo[None], [(operator, severity)], seed)[0]
                before.append(quality(spoiled, photo))
                named = standard_sentence({OPERATOR_REPAIR[operator]})
                after.append(quality(repair(pipe, spoiled, named), photo))
                kept.append(quality(repair(pipe, spoiled, ""), spoiled))
            cells = [fmean(before), fmean(after), fmean(after) - fmean(before), fmean(kept)]
            rows.append([operator, f"{severity:g}", *(f"{cell:.1f}" for cell in cells)])
    return markdown(rows)


def words(pipe: FusionPipeline, photos: Sequence[Tensor]) -> str:
    """Table: doubly spoiled photos of which one fault is named."""
    rows = [["named", "left", "selective", "other targets", "lead"]]
    leads = []
    for index, (first, second) in enumerate(combinations(DOUBLE, 2)):
        photo = photos[index % len(photos)]
        ordered = [name for name in OPERATORS if name in (first, second)]
        for named, left in ((first, second), (second, first)):
            both = degrade(photo[None], [(name, 0.5) for name in ordered], index)[0]
            alone = {name: degrade(photo[None], [(name, 0.5)], index)[0] for name in ordered}
            result = repair(pipe, both, standard_sentence({OPERATOR_REPAIR[named]}))
            wanted = quality(result, alone[left])
            other = max(quality(result, target) for target in (alone[named], photo, both))
            leads.append(wanted - other)
            rows.append([named, left, f"{wanted:.1f}", f"{other:.1f}", f"{wanted - other:+.1f}"])
    share = sum(lead >= 3 for lead in leads) / len(leads)
    return f"{markdown(rows)}\n\nMean lead {fmean(leads):.1f} dB; at least 3 dB in {share:.0%} of the cases."


def rest(pipe: FusionPipeline, photos: Sequence[Tensor], pairs: Sequence[Scene]) -> str:
    """Sentences on swapped sources, on stacks of four, and on colour."""
    lines = []
    stacks = {"mef": exposure_stack, "mff": lambda photo, seed, frames: focus_stack(photo, seed, frames)[0]}
    for task, make in stacks.items():
        swapped, direct, chained = [], [], []
        for seed, photo in enumerate(photos):
            two, four = make(photo, seed, 2), make(photo, seed, 4)
            one, other = (pipe.fuse(each[None], [""], task)[0] for each in (two, two.flip(0)))
            swapped.append((one - other).abs().mean().item() * 255)
            direct.append(quality(pipe.fuse(four[None], [""], task)[0], photo))
            chain = four[0]
            for frame in four[1:]:
                chain = pipe.fuse(torch.stack([chain, frame])[None], [""], task)[0]
            chained.append(quality(chain, photo))
        lines.append(
            f"- {NAMES[task]}: swapping the sources changes {fmean(swapped):.3f} of 255 on average; four frames "
            f"at once {fmean(direct):.1f} dB, fused pair by pair {fmean(chained):.1f} dB."
        )
    errors = []
    for scene in pairs:
        visible, infrared = (load_image(scene.files[key], 640) for key in "AB")
        fused = pipe.fuse(torch.stack([visible, infrared.expand(3, -1, -1)])[None], [""], "vif")
        errors.append(chroma(fused, visible[None]).item())
    lines.append(
        f"- Visible + infrared: distance in CIELAB a*b* from the visible colour {fmean(errors):.2f} on average, "
        f"{max(errors):.2f} at most."
    )
    return "\n".join(lines)


def sheet(pipe: FusionPipeline, maker: SampleMaker) -> str:
    """Write the picture of the results; return the worst five in words."""
    tasks = ("vif", "mef", "mff", "restore", "restore")
    rows, gains = [], []
    for index in range(SHEET):
        sample = maker(90_000 + index, tasks[index % len(tasks)])
        result = pipe.fuse(sample.sources[None], [sample.prompt], sample.task)[0]
        best = max(quality(source, sample.target) for source in sample.sources)
        gains.append((quality(result, sample.target) - best, index + 1, sample))
        shown = [None] * (2 - len(sample.sources[:2])) + [*sample.sources[:2], sample.target, result]
        rows.append([None if each is None else to_pil(each).resize((192, 192)) for each in shown])
    grid(folded(rows), gap=0).save(DOCS / "model_results.jpg", quality=95)
    worst = sorted(gains, key=lambda gain: gain[0])[:5]
    return "; ".join(f"number {index} ({_what(sample)}, {gain:+.1f} dB)" for gain, index, sample in worst)


def _what(sample: Sample) -> str:
    faults = ", ".join(sorted(sample.recipe.present)) or "clean"
    return f"{sample.task}: {faults}"


if __name__ == "__main__":
    main()
