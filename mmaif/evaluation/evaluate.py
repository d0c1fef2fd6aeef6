"""Evaluate folders of fused pictures: every metric per picture, means with confidence intervals, montages."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from ..errors import InputError
from ..files import made_folder
from ..images import save_image
from ..metrics import measure, pick
from ..progress import Progress, stage
from .baselines import BASELINES
from .folders import load_scene, match
from .montage import montage
from .report import Evaluation, MethodScores, Scores
from .statistics import finite, summary


def evaluate(
    methods: Mapping[str, Path],
    sources: Sequence[Path],
    reference: Path | None = None,
    metrics: Sequence[str] | None = None,
    sheets: Path | None = None,
    progress: Progress | None = None,
    baselines: Sequence[str] = (),
    task: str = "auto",
) -> Evaluation:
    """Measure the pictures of one or more methods; files belong together by their names without suffix.

    The first method's pictures say which scenes there are; every other folder must hold them all, and may
    hold more.

    Args:
        methods: name -> folder of fused pictures.
        sources: one folder per source.
        reference: the folder of the ground truth.
        metrics: names of metrics; None: all that apply.
        sheets: the folder for one montage per scene.
        baselines: names of methods of `baselines` that fuse the sources here and now, for `task`.

    Raises:
        InputError: missing folders or files, sizes that differ, unknown metrics.
    """
    if baselines and not sources:
        raise InputError("Baselines fuse the sources; give the folders of the sources too.")
    for name in baselines:
        if name in methods:
            raise InputError(
                f"A folder of --fused and a baseline are both called {name}; rename the folder by NAME=DIR."
            )
    picked = pick(metrics, bool(sources), reference is not None)
    folders = {f"the fused folder {name}": folder for name, folder in methods.items()}
    folders |= {f"source folder {index}": folder for index, folder in enumerate(sources, 1)}
    folders |= {"the reference folder": reference} if reference is not None else {}
    scenes = match(folders)
    if sheets is not None:
        if sheets.exists() and not sheets.is_dir():
            raise InputError(f"--montage {sheets} is a file; name a folder.")
        made_folder(sheets)

    told = stage(progress, "measure")
    labels = [f"source {index}" for index in range(1, len(sources) + 1)] if len(sources) > 1 else ["source"]
    images: dict[str, dict[str, Scores]] = {name: {} for name in (*methods, *baselines)}
    for done, (scene, files) in enumerate(scenes.items(), 1):
        pictures = load_scene(files)
        fused, rest = dict(zip(methods, pictures, strict=False)), pictures[len(methods) :]
        given, truth = rest[: len(sources)], rest[-1] if reference is not None else None
        stack = torch.stack(given)[None] if given else None
        fused |= {name: BASELINES[name](stack, task)[0] for name in baselines}
        for name, picture in fused.items():
            values = measure(picked, picture[None], stack, None if truth is None else truth[None])
            images[name][scene] = {key: finite(value.item()) for key, value in values.items()}
        if sheets is not None:
            columns = dict(zip(labels, given, strict=False)) | fused
            columns |= {} if truth is None else {"reference": truth}
            sheet = montage(columns, None if truth is None else "reference")
            save_image(sheet, sheets / f"{scene}.jpg", quality=92)
        if told:
            told(done, len(scenes))
    return Evaluation({n: _scores(s) for n, s in images.items()}, {metric.name: metric.direction for metric in picked})


def _scores(images: dict[str, Scores]) -> MethodScores:
    over = summary(list(images.values()))
    return MethodScores(over.mean, over.ci95, images)
