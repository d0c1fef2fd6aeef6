"""Pictures as tensors: float [3, H, W] in 0..1 from what `mmaif.reading` reads, and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .checks import kind_of
from .errors import InputError
from .reading import Raw, read, read_all
from .reading.ranges import levelled
from .writing import check_output, write_pillow

REC601 = (0.299, 0.587, 0.114)


def luminance(image: Tensor) -> Tensor:
    """Rec. 601 luma of [..., C, H, W], C 3 or 1 (then itself): [..., 1, H, W], range and type unchanged."""
    if image.shape[-3] == 1:
        return image
    red, green, blue = image.split(1, -3)
    return REC601[0] * red + REC601[1] * green + REC601[2] * blue


def is_gray(sources: Tensor) -> bool:
    """Whether no pixel of [..., 3, H, W] has a colour at all."""
    return bool((sources.amax(-3) - sources.amin(-3)).max() < 1e-3)


def srgb_to_linear(image: Tensor) -> Tensor:
    """sRGB values 0..1 to linear light 0..1 (IEC 61966-2-1)."""
    return torch.where(image <= 0.04045, image / 12.92, ((image.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: Tensor) -> Tensor:
    """Linear light >= 0 to sRGB values (IEC 61966-2-1)."""
    return torch.where(light <= 0.0031308, light * 12.92, 1.055 * light.clamp_min(0.0031308) ** (1 / 2.4) - 0.055)


def load_image(path: str | Path, longest: int | None = None) -> Tensor:
    """A picture, of a stack the first, as float32 [3, H, W] in 0..1, sRGB; gray is repeated, transparency dropped.

    With `longest` (pixels) a larger picture is reduced so that its longer side has that length.
    """
    raw = levelled(read(Path(path), str(path))[:1])[0]
    height, width = raw.array.shape[:2]
    if longest is None or max(height, width) <= longest:
        return tensor_of(raw)[0]
    scale = longest / max(height, width)
    return _resized(raw, (max(1, round(width * scale)), max(1, round(height * scale))))


def _resized(raw: Raw, size: tuple[int, int]) -> Tensor:
    """A picture in 0..1 as [3, height, width] of `size` (width, height), by Lanczos at its own depth."""
    if raw.bits == 8:
        array = (raw.array * 255).round().astype(np.uint8).repeat(3 // raw.array.shape[-1], -1)
        small = np.array(Image.fromarray(array).resize(size, Image.Resampling.LANCZOS))
        return torch.from_numpy(small).permute(2, 0, 1).contiguous().float().div_(255)
    planes = [Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS) for plane in np.moveaxis(raw.array, -1, 0)]
    return torch.from_numpy(np.stack([np.array(plane) for plane in planes])).expand(3, -1, -1).clamp(0, 1).contiguous()


def tensor_of(raw: Raw) -> Tensor:
    """What was read, in 0..1, as [B, 3, H, W]."""
    tensor = torch.from_numpy(np.ascontiguousarray(raw.array))
    tensor = tensor[None] if tensor.ndim == 3 else tensor
    return tensor.movedim(-1, 1).expand(-1, 3, -1, -1).contiguous()  # BHWC -> BCHW


def cover_of(raw: Raw) -> Tensor | None:
    """The alpha of what was read as [B, 1, H, W] in 0..1; None where it is opaque."""
    if raw.alpha is None or bool((raw.alpha > 0.999).all()):
        return None
    alpha = torch.from_numpy(np.ascontiguousarray(raw.alpha, np.float32))
    return alpha[:, None] if alpha.ndim == 3 else alpha[None, None]


def save_image(image: Tensor | Image.Image, path: str | Path, quality: int = 95) -> None:
    """Write [3, H, W] in 0..1, or a PIL picture, in 8 bits; more is for `mmaif.writing.write`."""
    picture = to_pil(image) if isinstance(image, Tensor) else image
    write_pillow(picture, check_output(path), quality)


def to_pil(image: Tensor) -> Image.Image:
    """[3, H, W] in 0..1 -> PIL RGB; [4, H, W] -> RGBA."""
    array = (image.detach().float().cpu().clamp(0, 1) * 255).round().to(torch.uint8)
    return Image.fromarray(array.permute(1, 2, 0).numpy())


def connected(picture: Any, name: str) -> Tensor:
    """The picture, if it is what an IMAGE socket carries, a tensor: of anything else a file might be opened."""
    if not isinstance(picture, Tensor):
        raise InputError(f"{name} is {kind_of(picture)}, no picture; connect a node with an IMAGE output.")
    return picture


def socket_batch(picture: Any, name: str) -> Tensor:
    """What is connected to an IMAGE socket, [B, H, W, C] -> [B, 3, H, W]."""
    return to_batch(connected(picture, name), name)


def to_batch(picture: Any, name: str) -> Tensor:
    """A picture of any kind that `mmaif.reading` reads, transparency dropped, -> [B, 3, H, W] in 0..1; the pages of a
    stack are B. Raises InputError naming `name` for other shapes, NaN or values outside the range."""
    raws, _ = read_all([picture], [name])
    return torch.cat([tensor_of(raw) for raw in raws])


def read_scene(sources: Sequence[Any], names: Sequence[str]) -> list[Tensor]:
    """Each source of one scene, of any kind that `mmaif.reading` reads, as [B, 3, H, W] in 0..1, transparency dropped;
    the pages of a stack are B. Sensor counts are levelled by what stands beside them."""
    pages = [read(source, name) for source, name in zip(sources, names, strict=True)]
    ready = iter(levelled([raw for raws in pages for raw in raws]))
    pictures = [[tensor_of(next(ready)) for _ in raws] for raws in pages]
    for of_one, name in zip(pictures, names, strict=True):
        if len(of_one) > 1:
            check_same_size(of_one, [f"{name}, page {number}" for number in range(1, len(of_one) + 1)])
    return [torch.cat(of_one) for of_one in pictures]


def check_same_size(pictures: Sequence[Tensor], names: Sequence[str]) -> None:
    """Raise InputError unless pictures [..., H, W] are all as large as the first, and that at least 16x16."""
    sizes = [f"{picture.shape[-1]}x{picture.shape[-2]}" for picture in pictures]
    for size, name in zip(sizes, names, strict=True):
        if size != sizes[0]:
            raise InputError(f"{name} is {size} but {names[0]} is {sizes[0]}; resize or crop them to one size.")
    if min(pictures[0].shape[-2:]) < 16:
        raise InputError(f"{names[0]} is {sizes[0]}; pictures must be at least 16x16.")


def stack_sources(pictures: Sequence[Tensor], names: Sequence[str]) -> Tensor:
    """Sources [B, 3, H, W] each -> [B, N, 3, H, W]; sizes and batches must agree."""
    check_same_size(pictures, names)
    count = len(pictures[0])
    for picture, name in zip(pictures, names, strict=True):
        if len(picture) != count:
            raise InputError(f"{name} holds {len(picture)} pictures but {names[0]} holds {count}; match them.")
    return torch.stack(list(pictures), 1)


def socket_pictures(image_a: Any, image_b: Any = None, stack: Any = None, **more: Any) -> dict[str, Tensor]:
    """What is connected to the sockets of a node -> the sources by name, [B, H, W, C] each, for `mmaif.sources.gather`.

    image_a, image_b, more: a source of every scene each. stack: more sources of one scene, named stack[0] and so on.
    Values outside 0..1, as EXR files and resizing bring them, are cut off, as where ComfyUI saves a picture.
    """
    given = {"image_a": image_a, "image_b": image_b}
    frames = () if stack is None else connected(stack, "stack").split(1)
    given |= {f"stack[{index}]": frame for index, frame in enumerate(frames)}
    connections = {name: image for name, image in (given | more).items() if image is not None}
    return {name: connected(image, name).clamp(0, 1) for name, image in connections.items()}


def join_sources(sources: Tensor) -> Tensor:
    """Sources [B, N, 3, H, W] of B scenes -> one batch [N * B, 3, H, W]: the first source of all scenes comes first."""
    return sources.transpose(0, 1).flatten(0, 1)


def split_sources(batch: Tensor, scenes: int, kind: str) -> Tensor:
    """One batch [N * B, 3, H, W], as `join_sources` makes it, -> [B, N, 3, H, W]; `kind` is what there are B of."""
    if len(batch) % scenes:
        raise InputError(
            f"sources holds {len(batch)} pictures, which is no multiple of the {scenes} {kind}; "
            "connect the sources output of the same Encode Sources (MMAIF)."
        )
    return batch.unflatten(0, (-1, scenes)).transpose(0, 1)
