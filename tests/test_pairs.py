"""Pictures that others spoiled: what is wrong with each, what is trained on and what is not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from mmaif.data.pairs import FAULTS, PAIR_KINDS, real_pairs, validation_pairs
from mmaif.data.samples import SampleConfig, SampleMaker
from mmaif.data.scenes import read_scenes, split
from mmaif.images import save_image
from mmaif.repairs import REPAIRS

NAMES = {
    "pair_rain": ("rain100h_1", "val_pcnet_2"),
    "pair_exposure": ("sice_1_over", "sice_2_under", "val_sice_3_over"),
    "pair_mixed": ("reco_LLVIP_vi_1", "reco_MFNet_vi_MFNet_4", "val_reco_FMB_ir_FMB_2", "reco_LLVIP_ir_190015"),
    "noise": ("polyu_Canon_1", "polyu_Nikon_2"),
    "clean": ("photo", "val_photo"),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with small pairs of several kinds, and a photo."""
    root = tmp_path_factory.mktemp("data")
    lines = ["kind\tname\torigin\tlicence\tfiles"]
    torch.manual_seed(0)
    for kind, names in NAMES.items():
        for name in names:
            pictures = {"A": torch.rand(3, 40, 52), "GT": torch.rand(3, 40, 52)}
            keys = {"noise": ("A_degraded", "A"), "clean": ("A",)}.get(kind, ("A", "GT"))
            files = {key: f"{name}_{key}.png" for key in keys}
            for picture, file in zip(pictures.values(), files.values(), strict=False):
                save_image(picture, root / file)
            lines.append(f"{kind}\t{name}\to\tl\t{' '.join(f'{k}={v}' for k, v in files.items())}")
    (root / "manifest.tsv").write_text("\n".join(lines) + "\n")
    return root


def test_val_names_are_never_trained_on(root: Path) -> None:
    train, val = (split(read_scenes(root), fold) for fold in ("train", "val"))
    assert not any(scene.name.startswith("val_") for scene in train)
    held = {name for names in NAMES.values() for name in names if name.startswith("val_")}
    assert {scene.name for scene in val if scene.kind != "noise"} == held
    assert {"rain100h_1", "sice_1_over", "reco_LLVIP_vi_1"} <= {scene.name for scene in train}


def test_what_is_wrong_with_each(root: Path) -> None:
    repairs = {pair.name: pair.repairs for pair in real_pairs(read_scenes(root))}
    assert "photo" not in repairs
    assert repairs["sice_1_over"] == {"high_exposure"} and repairs["sice_2_under"] == {"low_exposure"}
    assert repairs["reco_LLVIP_vi_1"] == {"low_exposure", "noise"} and repairs["reco_MFNet_vi_MFNet_4"] == {"haze"}
    assert repairs["val_reco_FMB_ir_FMB_2"] == {"noise", "stripes"}
    assert repairs["reco_LLVIP_ir_190015"] == {"low_contrast"} and repairs["polyu_Canon_1"] == {"noise"}
    assert {repair for _, _, wrong in FAULTS for repair in wrong} <= set(REPAIRS)


def test_validation_pairs(root: Path) -> None:
    pairs = [pair for pair in validation_pairs(root) if pair.kind != "noise"]
    assert [pair.name for pair in pairs] == ["val_pcnet_2", "val_sice_3_over", "val_reco_FMB_ir_FMB_2"]
    degraded, truth = pairs[0].load()
    assert degraded.shape == truth.shape == (3, 40, 52) and not torch.equal(degraded, truth)
    assert pairs[0].kind in PAIR_KINDS


def test_samples_of_pairs(root: Path) -> None:
    scenes = split(read_scenes(root), "train")
    maker = SampleMaker(scenes, 32, SampleConfig(selective=0.3))
    kinds, kept = set(), 0
    for seed in range(60):
        sample = maker.real_pair(random.Random(seed))
        assert sample.task == "restore" and sample.sources.shape == (1, 3, 32, 32)
        recipe = sample.recipe
        kinds.add(frozenset(recipe.present))
        assert recipe.named in (recipe.present, frozenset())
        assert recipe.prompt.repairs & recipe.present == recipe.named
        assert torch.equal(sample.target, sample.clean if recipe.named else sample.sources[0])
        kept += not recipe.named
    assert len(kinds) >= 5 and 5 < kept < 35


def test_share_of_pairs(root: Path) -> None:
    scenes = split(read_scenes(root), "train")
    for share in (0.0, 1.0):
        maker = SampleMaker(scenes, 32, SampleConfig(pairs=share, clean=1.0))
        assert all(bool(maker(seed).recipe.present) == bool(share) for seed in range(10))
    a, b = (SampleMaker(scenes, 32, SampleConfig(pairs=1.0))(4) for _ in range(2))
    assert torch.equal(a.sources, b.sources) and a.prompt == b.prompt
