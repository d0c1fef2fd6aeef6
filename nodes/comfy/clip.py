"""The text encoder as a CLIP that core CLIP Text Encode accepts."""

from typing import Any

import comfy.model_management
import comfy.ops
import comfy.sd
import comfy.supported_models_base
import comfy.utils
import torch
from torch import Tensor

from ...mmaif.checkpoint import Checkpoint
from ...mmaif.language.understanding import Understanding, understanding
from ...mmaif.network.parts import load_part
from ...mmaif.network.text import TextEncoder


class _Tokenizer:
    """Sentences to ids through the encoder's own tokenizer; no embeddings folder, no weights in brackets."""

    def __init__(self, encoder: TextEncoder):
        self.encoder = encoder

    def tokenize_with_weights(self, text: str, return_word_ids: bool = False, **_: Any) -> dict[str, Any]:
        ids = self.encoder.tokenize([text])[0].tolist()
        return {"mmaif": [[(i, 1.0, 0) if return_word_ids else (i, 1.0) for i in ids]]}

    def untokenize(self, pairs: list[Any]) -> list[Any]:
        return [(pair, self.encoder.tokenizer.decode([pair[0]])) for pair in pairs]

    def state_dict(self) -> dict[str, Any]:
        return {}


class _TextModel(torch.nn.Module):
    """TextEncoder under the calls that ComfyUI makes of a text encoder."""

    def __init__(self, encoder: TextEncoder, dtype: torch.dtype, device: Any, model_options: Any = None):
        super().__init__()
        self.encoder = encoder.to(device=device, dtype=dtype)
        self.dtypes = {dtype}

    def set_clip_options(self, options: dict[str, Any]) -> None:
        """There are no layers to skip."""

    def reset_clip_options(self) -> None:
        """There are no layers to skip."""

    def encode_token_weights(self, tokens: dict[str, Any]) -> tuple[Tensor, Tensor]:
        rows = [[pair[0] for pair in row] for row in tokens["mmaif"]]
        device = comfy.model_management.text_encoder_device()
        with torch.no_grad():
            encoded = self.encoder(torch.tensor(rows, device=device))
        out = comfy.model_management.intermediate_device()
        return encoded.tokens.float().to(out), encoded.said.float().to(out)

    def load_sd(self, state: dict[str, Tensor]) -> Any:
        return self.encoder.load_state_dict(state, strict=False)


def make_clip(checkpoint: Checkpoint) -> comfy.sd.CLIP:
    """The text encoder as a CLIP that core CLIP Text Encode accepts."""
    state = checkpoint.tensors["text"]
    encoder = load_part(checkpoint, "text", comfy.ops.manual_cast)

    def clip(dtype: torch.dtype, device: Any, model_options: Any) -> _TextModel:
        return _TextModel(encoder, dtype, device, model_options)

    def tokenizer(embedding_directory: Any = None, tokenizer_data: Any = None) -> _Tokenizer:
        return _Tokenizer(encoder)

    target = comfy.supported_models_base.ClipTarget(tokenizer, clip)
    return comfy.sd.CLIP(
        target,
        parameters=comfy.utils.calculate_parameters(state),
        model_options={"dtype": torch.float32},  # a few MB, and then it reads the same on every device
    )


def understand(clip: comfy.sd.CLIP, prompt: str) -> Understanding | None:
    """What the text encoder understands of a prompt; None for a CLIP that is none of ours."""
    if not isinstance(clip.cond_stage_model, _TextModel):
        return None
    clip.load_model()
    with torch.no_grad():
        return understanding(prompt, clip.cond_stage_model.encoder.readings)
