"""Pictures in and out: files, PIL, numpy and tensors to float [3, H, W] in 0..1 and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from .errors import InputError
from .files import check_target, written_whole

REC601 = (0.299, 0.587, 0.114)


def luminance(image: Tensor) -> Tensor:
    """Rec. 601 luma of [..., C, H, W], C 3 or 1 (then itself): [..., 1, H, W], range and type unchanged."""
    if image.shape[-3] == 1:
        return image
    return (image * image.new_tensor(REC601).view(3, 1, 1)).sum(-3, keepdim=True)


def srgb_to_linear(image: Tensor) -> Tensor:
    """sRGB values 0..1 to linear light 0..1 (IEC 61966-2-1)."""
    return torch.where(image <= 0.04045, image / 12.92, ((image.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: Tensor) -> Tensor:
    """Linear light >= 0 to sRGB values (IEC 61966-2-1)."""
    return torch.where(light <= 0.0031308, light * 12.92, 1.055 * light.clamp_min(0.0031308) ** (1 / 2.4) - 0.055)


def load_image(path: str | Path, longest: int | None = None) -> Tensor:
    """A picture as float32 [3, H, W] in 0..1; gray is repeated, transparency dropped, EXIF rotation applied.

    With `longest` (pixels) a larger picture is reduced so that its longer side has that length.
    """
    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(file)
            if image.mode.startswith("I"):  # 16-bit gray, as thermal cameras write
                wide = np.asarray(image, np.float32) / 65535
                image = Image.fromarray((wide * 255).round().clip(0, 255).astype(np.uint8))
            image = image.convert("RGB")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"No picture at {path}: check the path.") from error
    except (UnidentifiedImageError, OSError) as error:
        raise InputError(f"The picture {path} cannot be read: it is damaged or of an unknown format.") from error
    if longest is not None and max(image.size) > longest:
        scale = longest / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().float().div_(255)


def check_output(path: str | Path) -> Path:
    """The path, if a picture can be written there: to be asked before any work is done."""
    path = Path(path)
    if Image.registered_extensions().get(path.suffix.lower()) not in Image.SAVE:  # some formats are only read
        raise InputError(f"The output {path} has no known picture suffix; end it in .png or .jpg.")
    return check_target(path, "the output ")


def save_image(image: Tensor | Image.Image, path: str | Path, quality: int = 95) -> None:
    """Write [3, H, W] in 0..1, or a PIL picture, the format by the suffix; quality: of a JPEG, 1..95."""
    path = check_output(path)
    picture = to_pil(image) if isinstance(image, Tensor) else image
    with written_whole(path) as partial:
        picture.save(partial, **({"quality": quality} if path.suffix.lower() in (".jpg", ".jpeg") else {}))


def to_pil(image: Tensor) -> Image.Image:
    """[3, H, W] in 0..1 -> PIL RGB."""
    array = (image.detach().float().cpu().clamp(0, 1) * 255).round().to(torch.uint8)
    return Image.fromarray(array.permute(1, 2, 0).numpy())


def kind_of(picture: Any) -> str:
    """What it is, in a word or two: its shape where it has one."""
    shape, name = getattr(picture, "shape", None), type(picture).__name__
    return f"{name} of shape {list(shape)}" if isinstance(shape, tuple) else f"of kind {name}"


def list_of_pictures(sources: Any) -> list[Any]:
    """The sources of a scene as a list; a picture alone, or what must not be gone through twice, is refused."""
    if not isinstance(sources, (list, tuple)):
        raise InputError(f"sources are {kind_of(sources)}; give a list of pictures, such as [a, b].")
    if not sources:
        raise InputError("No sources given; pass at least one picture.")
    return list(sources)


def plain_picture(picture: Any, name: str) -> Any:
    """The picture, if `to_batch` can take it: a path, a PIL picture, or real numbers in memory of its own, and not
    none of them."""
    if isinstance(picture, (str, Path, Image.Image)):
        return picture
    if isinstance(picture, np.ndarray) and picture.dtype.kind in "uifb":
        picture = np.ascontiguousarray(picture)  # torch takes no negative strides
    elif not isinstance(picture, Tensor) or picture.is_complex() or picture.is_meta or picture.layout != torch.strided:
        raise InputError(f"{name} is {kind_of(picture)}; give a path, a PIL picture, or an array or tensor of numbers.")
    if 0 in picture.shape:
        raise InputError(f"{name} has shape {list(picture.shape)}: no picture is in it; check what makes it.")
    return picture


def socket_batch(picture: Any, name: str) -> Tensor:
    """What is connected to an IMAGE socket, [B, H, W, C] -> [B, 3, H, W]. A file is never opened here."""
    if not isinstance(picture, Tensor):
        raise InputError(f"{name} is {kind_of(picture)}, no picture; connect a node with an IMAGE output.")
    return to_batch(plain_picture(picture, name), name)


def to_batch(picture: Any, name: str) -> Tensor:
    """PIL, numpy or tensor, [H, W, C] or [B, H, W, C] in 0..1 (bytes: 0..255), C 1, 3 or 4 -> [B, 3, H, W].

    Raises InputError naming `name` for other shapes, NaN or values outside the range.
    """
    if isinstance(picture, (str, Path)):
        return load_image(picture)[None]
    if isinstance(picture, Image.Image):
        picture = np.array(picture.convert("RGB"))
    tensor = torch.as_tensor(picture)
    tensor = tensor.float() / 255 if tensor.dtype == torch.uint8 else tensor.float()
    if tensor.ndim == 2:
        tensor = tensor[..., None]
    if tensor.ndim == 3:
        tensor = tensor[None]
    if tensor.ndim != 4 or tensor.shape[-1] not in (1, 3, 4):
        raise InputError(
            f"{name} has shape {list(tensor.shape)}; give [H, W, C] or [B, H, W, C] with 1, 3 or 4 channels."
        )
    if not torch.isfinite(tensor).all():
        raise InputError(f"{name} holds NaN or infinite values; mend the picture or the node before.")
    if tensor.min() < -0.01 or tensor.max() > 1.01:
        raise InputError(f"{name} has values from {tensor.min():.3g} to {tensor.max():.3g}; scale it to 0..1.")
    tensor = tensor[..., :3].movedim(-1, 1)  # BHWC -> BCHW
    return tensor.expand(-1, 3, -1, -1).clamp(0, 1).contiguous()


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


def socket_pictures(image_a: Any, image_b: Any = None, stack: Any = None) -> dict[str, Tensor]:
    """What is connected to the sockets of a node -> the sources by name, [B, 3, H, W] each.

    image_a, image_b: a source of every scene each, [B, H, W, C]. stack: more sources of one scene, [N, H, W, C], named
    stack[0] and so on.
    """
    given = {"image_a": image_a, "image_b": image_b}
    pictures = {name: socket_batch(image, name) for name, image in given.items() if image is not None}
    frames = () if stack is None else socket_batch(stack, "stack").split(1)
    return pictures | {f"stack[{index}]": frame for index, frame in enumerate(frames)}


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
