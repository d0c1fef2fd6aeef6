"""A local T5 encoder, such as Flan-T5, in place of our own text encoder.

It is frozen and large, so a checkpoint that was trained with it holds its name and width, not its weights: the
folder (config.json, model and tokenizer, as `transformers` saves them) has to be there again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ..checks import shown
from ..configuration import build
from ..errors import InputError
from .text import Encoded


@dataclass(frozen=True)
class T5Config:
    """What a checkpoint records of it: the name of the folder and the width of its tokens."""

    name: str
    width: int
    kind: str = "t5"
    max_tokens: int = 96


def is_t5(config: Mapping[str, Any]) -> bool:
    """Whether this is the text configuration of a checkpoint that was trained with T5."""
    return config.get("kind") == "t5"


class T5Text(nn.Module):
    """Sentences -> Encoded, as `TextEncoder.encode`; the pooled vector is the mean over the tokens."""

    def __init__(self, folder: str | Path):
        super().__init__()
        folder = Path(folder)
        if not (folder / "config.json").is_file():
            raise InputError(f"There is no T5 in {folder}; name a folder with config.json, model and tokenizer.")
        try:
            from transformers import AutoTokenizer, T5EncoderModel  # heavy, and needed for this alone

            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.model = T5EncoderModel.from_pretrained(folder, local_files_only=True)
        except ImportError as error:
            raise InputError(
                "A T5 text encoder needs transformers and sentencepiece; install the extra [t5]."
            ) from error
        except (OSError, ValueError) as error:
            raise InputError(f"The T5 in {folder} cannot be read ({error}); fetch it again.") from error
        self.config = T5Config(folder.resolve().name, self.model.config.d_model)
        self.eval().requires_grad_(False)

    def encode(self, prompts: Sequence[str]) -> Encoded:
        """Sentences -> Encoded, on the device of the weights."""
        batch = self.tokenizer(
            [prompt.strip() for prompt in prompts],
            padding=True,
            truncation=True,
            max_length=self.config.max_tokens,
            return_tensors="pt",
        ).to(self.model.device)
        mask = batch["attention_mask"].bool()
        tokens = self.model(batch["input_ids"], batch["attention_mask"]).last_hidden_state * mask[..., None]
        pooled = tokens.sum(1) / mask.sum(1, keepdim=True).to(tokens)
        return Encoded(tokens, mask, pooled, pooled[:, :0])


def t5_name(config: Mapping[str, Any]) -> str:
    """The name of the folder of the T5 that a text configuration asks for, "" where it asks for none; InputError for a
    name that leads elsewhere."""
    if not is_t5(config):
        return ""
    name = build(T5Config, config, "the checkpoint's text").name
    if Path(name).name != name or name.startswith("."):
        raise InputError(f"The checkpoint names the T5 folder {shown(name)}, which is no plain name; do not use it.")
    return name


def load_t5(config: Mapping[str, Any], folder: str | Path | None) -> T5Text:
    """The encoder that a checkpoint's text configuration asks for, from `folder`; InputError if it is another."""
    config = build(T5Config, config, "the checkpoint's text")
    if folder is None or not Path(folder).is_dir():
        raise InputError(
            f"This checkpoint reads prompts with the T5 encoder {shown(config.name)}; put the folder of that name "
            "beside the checkpoint or pass it as text_folder."
        )
    text = T5Text(folder)
    if text.config.width != config.width:
        raise InputError(
            f"The T5 in {folder} has width {text.config.width}, the checkpoint was trained with width "
            f"{config.width} ({config.name}); use that one."
        )
    return text
