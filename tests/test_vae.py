"""Our VAE in ComfyUI's own nodes, and core's Flux autoencoder (taef1) in ours, on a real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
TEACHERS = ROOT.parent / "shared" / "teachers"
PICTURE = "mmaif_focus_near.jpg"
Prompt = dict[str, Any]

pytestmark = pytest.mark.server


def decibels(a: Image.Image, b: Image.Image, margin: int = 0) -> float:
    """PSNR of two pictures, `margin` pixels off the border; 99 for equal ones."""
    x, y = (np.asarray(image.convert("RGB"), np.float64)[margin or None : -margin or None] for image in (a, b))
    x, y = (array[:, margin or None : -margin or None] for array in (x, y))
    error = ((x - y) ** 2).mean()
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


def there_and_back(decode: str, **settings: int) -> Prompt:
    """An example picture through core VAE Encode and a core decoder, with our VAE."""
    return {
        "model": {"class_type": "MMAIFLoadModel", "inputs": {"model_name": "regression"}},
        "picture": {"class_type": "LoadImage", "inputs": {"image": PICTURE}},
        "encode": {"class_type": "VAEEncode", "inputs": {"vae": ["model", 2], "pixels": ["picture", 0]}},
        "decode": {"class_type": decode, "inputs": {"vae": ["model", 2], "samples": ["encode", 0], **settings}},
        "save": {"class_type": "SaveImage", "inputs": {"images": ["decode", 0], "filename_prefix": decode}},
    }


def test_core_nodes_encode_and_decode(comfy: Any) -> None:
    """Core VAE Encode and VAE Decode give the picture back, VAE Decode (Tiled) the same as the whole."""
    whole = comfy.run(there_and_back("VAEDecode"))
    tiles = {"tile_size": 320, "overlap": 128, "temporal_size": 64, "temporal_overlap": 8}
    tiled = comfy.run(there_and_back("VAEDecodeTiled", **tiles))
    assert whole.errors == tiled.errors == []
    with Image.open(ROOT / "assets" / PICTURE) as picture:
        assert decibels(whole.image, picture.crop((0, 0, *whole.image.size))) > 25
    assert tiled.image.size == whole.image.size and max(whole.image.size) > 320
    assert decibels(tiled.image, whole.image, margin=64) > 48


@pytest.mark.skipif(not TEACHERS.is_dir(), reason="taef1 is not here; it lies beside the project for developers")
def test_taef1_by_cores_loader_takes_the_place_of_our_vae(comfy: Any, workflow_prompt: Callable[[str], Prompt]) -> None:
    """Encode Sources and Decode work with it, and our network fuses its latents as it does ours."""
    folder = comfy.base / "models" / "vae_approx"
    folder.mkdir(exist_ok=True)
    for part in ("encoder", "decoder"):
        shutil.copy(TEACHERS / f"taef1_{part}.safetensors", folder)
    ours, theirs = workflow_prompt("Fuse focus pair"), workflow_prompt("Fuse focus pair")
    theirs["taef1"] = {"class_type": "VAELoader", "inputs": {"vae_name": "taef1"}}
    for node in theirs.values():
        if node["class_type"] in ("MMAIFEncodeSources", "MMAIFDecode"):
            node["inputs"]["vae"] = ["taef1", 0]
    for node in ours.values():
        if node["class_type"] == "MMAIFDecode":
            node["inputs"]["detail"] = 0.0
    with_ours, with_theirs = comfy.run(ours), comfy.run(theirs)
    assert with_ours.errors == with_theirs.errors == []
    assert with_theirs.image.size == with_ours.image.size
    assert decibels(with_theirs.image, with_ours.image) > 22
