"""Hash what a redesign must not change: python -m scripts.fingerprint --data ROOT > before.json

400 prompts and the standard sentences, 200 training samples, every workflow, and five fused pictures in float32. Two
runs on one machine give the same file as long as behaviour is the same; ROOT holds a manifest.tsv.
"""

import argparse
import hashlib
import json
import random
from pathlib import Path

import numpy as np
import torch

from mmaif import FusionPipeline
from mmaif.data.samples import SampleMaker
from mmaif.data.scenes import read_scenes, split
from mmaif.language.prompts import make_prompt, random_prompt
from mmaif.language.sentences import source_sentence, standard_sentence
from mmaif.repairs import REPAIRS
from mmaif.tasks import KNOWN_TASKS
from scripts.setup.environment import ROOT

# model, pictures in assets/, prompt, options
FUSIONS = (
    ("regression", ("visible", "infrared"), "", {}),
    ("regression", ("rainy",), "remove the rain", {}),
    ("regression", ("exposures_under", "exposures_mid", "exposures_over"), "remove the noise", {"tile": 256}),
    ("flow", ("focus_near", "focus_far"), "", {"steps": 2, "guidance": 1.5}),
    ("regression", ("hazy",), "dehaze, keep the grain", {"detail": 0.5}),
)


def main() -> None:
    """Print the hashes as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = {"prompts": digest(*prompts()), "samples": digest(*samples(options.data))}
    found |= {path.name: digest(path.read_bytes()) for path in sorted((ROOT / "workflows").glob("*.json"))}
    for model, names, prompt, settings in FUSIONS:
        pipe = FusionPipeline.from_pretrained(model, dtype="float32")
        fused = pipe([ROOT / "assets" / f"mmaif_{name}.jpg" for name in names], prompt=prompt, **settings)
        found[f"{model} {' '.join(names)}"] = digest(np.asarray(fused).tobytes())
    print(json.dumps(found, indent=1))


def digest(*parts: bytes) -> str:
    """The first half of the SHA-256 of all parts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    return whole.hexdigest()[:32]


def prompts() -> list[bytes]:
    """Prompts as training draws them, and what nodes say."""
    rng, out = random.Random(7), []
    for index in range(200):
        present = rng.sample(REPAIRS, 4)
        levels = {name: rng.choice(("strong", "light")) for name in present}
        for prompt in (
            random_prompt(rng),
            make_prompt(present, present[: rng.randrange(5)], rng.choice(KNOWN_TASKS), rng, levels),
        ):
            out.append(repr((prompt.text, sorted(prompt.repairs), sorted(prompt.kept), prompt.severity)).encode())
        out.append(standard_sentence(present, rng.choice(KNOWN_TASKS), levels[present[0]]).encode())
        out.append(source_sentence([levels, levels], "vif", rng if index % 2 else None).encode())
    return out


def samples(data: Path) -> list[bytes]:
    """Training samples of 128 px, pictures and words."""
    maker, out = SampleMaker(split(read_scenes(data), "train"), 128), []
    for sample in map(maker, range(200)):
        out += [np.ascontiguousarray(each.numpy()).tobytes() for each in (sample.sources, sample.target, sample.clean)]
        recipe = sample.recipe
        out.append(repr((sample.prompt, sample.task, recipe.ops, sorted(recipe.named), recipe.remaining)).encode())
    return out


if __name__ == "__main__":
    main()
