"""Ask the shipped model how it understands sentences, and write docs/prompts.md with its pictures.

python -m scripts.pages.prompts [--model NAME]
"""

import argparse

import torch
from torch import Tensor

from mmaif import FusionPipeline
from mmaif.degradation import degrade
from mmaif.images import load_image, save_image
from mmaif.language.understanding import sentence
from scripts.pages.common import DOCS, markdown
from scripts.setup.environment import ROOT

GROUPS = {
    "Name what is wrong": (
        "Remove the rain",
        "dehaze, please",
        "denoise",
        "It's too dark",
        "This photo is overexposed, tone it down",
        "get rid of the jpeg blocks",
        "the picture is blurry because I moved the camera",
        "make it sharper",
    ),
    "Several faults, and how bad they are": (
        "remove the heavy rain and the slight noise",
        "derain, dehaze and brighten it a little",
        "I shot this at ISO 12800 from a moving car",
        "no noise and no haze please",
    ),
    "What is to stay": (
        "dehaze, but leave the film grain in",
        "don't remove the snow, just fix the contrast",
        "no need to denoise",
        "repair everything except the noise",
        "keep the fog, it is the mood of the picture",
    ),
    "Faults of one source": (
        "the infrared has vertical lines",
        "Remove the rain from the visible image and the stripes from the infrared one",
        "the short exposure is noisy",
    ),
    "Only fuse": (
        "merge these into one picture",
        "HDR merge please",
        "all in focus please",
        "fuse the thermal and the visible image",
    ),
    "What it cannot do": (
        "make the sky bluer",
        "remove the tourists",
        "only the left side, please",
        "crop it to a square and denoise",
        "turn it into a painting",
        "fix the white balance",
    ),
}
STRENGTHS = (0.0, 0.5, 1.0)
PAGE = """# How to talk to it

Say what is wrong, in a sentence, and it is repaired while the pictures are fused. **Only what is named is repaired**;
what you do not name stays, and an empty prompt only fuses. The node shows below the sentence what was understood, and
so do `python -m mmaif fuse --explain` and `FusionPipeline.understand(prompt)`: look there first when a picture is not
what you wanted. A wish that is no repair is to change nothing; the last table shows where one is misread all the same.
How well sentences are read, by kind and language, stands in [how a prompt is read](text.md).

{groups}

## This much

Every repair has a strength from 0 to 1: 0 leaves the fault as if it had not been named, 1 is the whole repair.

```
python -m mmaif fuse photo.jpg -o out.png --prompt "remove the noise" --strength noise=.5
pipe([photo], "remove the noise", strength={{"noise": 0.5}})
```

In ComfyUI the strengths are widgets of Degradation Prompt, shown by *Show Advanced* in the menu of the node. A
strength between 0 and 1 is a blend of the picture with and without that repair, so every step of the slider changes it
by as much; each different value costs one fusion more.

![Noise at the strengths {strengths}, and removed inside a mask only](prompts_strength.jpg)

*The same noisy photo: "remove the noise" at the strengths {strengths}, and, last, inside a mask on the left half.*

## Here

A mask, white where repairs are wanted: inside it the prompt counts, its rim fades inwards over a few pixels, and
outside the sources are fused as without words, to the last bit. It costs one fusion more. "Only the left side" in words
is not understood: draw it.

```
python -m mmaif fuse photo.jpg -o out.png --prompt "remove the noise" --mask mask.png
pipe([photo], "remove the noise", mask=mask)
```

In ComfyUI connect a MASK to *mask* of Encode Sources; our sampler and Decode keep to it exactly, core samplers nearly.

## Without this passer-by

What is transparent in a source takes no part: other sources fill it. So does what a mask excludes, one for each source:

```
python -m mmaif fuse a.jpg b.jpg -o out.png --exclude passer_by.png -
pipe([a, b], exclude=[passer_by, None])
```

In ComfyUI, *Join Image with Alpha* gives a picture such a mask.

*Written by `python -m scripts.pages.prompts --model {model}`.*
"""


def main() -> None:
    """Read the sentences, draw the picture, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="regression")
    options = parser.parse_args()
    pipe = FusionPipeline.from_pretrained(options.model)
    save_image(_strip(pipe), DOCS / "prompts_strength.jpg", quality=88)
    groups = "\n\n".join(f"## {title}\n\n{_read(pipe, texts)}" for title, texts in GROUPS.items())
    strengths = ", ".join(f"{strength:g}" for strength in STRENGTHS)
    (DOCS / "prompts.md").write_text(PAGE.format(groups=groups, strengths=strengths, model=options.model))


def _read(pipe: FusionPipeline, texts: tuple[str, ...]) -> str:
    """The sentences, and what the node says of each."""
    rows = [["you write", "it says"]]
    return markdown([*rows, *([text, sentence(pipe.understand(text)).replace("\n", " ")] for text in texts)])


def _strip(pipe: FusionPipeline) -> Tensor:
    """A noisy photo with its noise removed at each strength, then inside a mask, side by side [3, H, W]."""
    photo = load_image(ROOT / "assets" / "mmaif_exposures_mid.jpg", 320)[None]
    noisy = degrade(photo, [("noise", 0.5)], seed=1)[None]
    mask = torch.zeros_like(photo[:, :1])
    mask[..., : mask.shape[-1] // 2] = 1
    said = ["remove the noise"], "restore"
    pictures = [pipe.fuse(noisy, *said, strength={"noise": strength}) for strength in STRENGTHS]
    pictures.append(pipe.fuse(noisy, *said, mask=mask))
    return torch.cat([picture[0] for picture in pictures], -1)


if __name__ == "__main__":
    main()
