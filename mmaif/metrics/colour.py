"""Colour error, in CIELAB (D65, 2 degrees) of sRGB pictures [B, C, H, W] in 0..1; gray counts as R = G = B."""

import torch
from torch import Tensor

from ..images import srgb_to_linear
from .windows import per_picture

XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))


def delta_e(image: Tensor, reference: Tensor) -> Tensor:
    """Mean CIEDE2000 difference per picture, [B]; 0 is identical, about 1 is just visible, 100 is black to white."""
    return per_picture(ciede2000(lab(image), lab(reference)))


def chroma(image: Tensor, reference: Tensor) -> Tensor:
    """Mean distance in the a*b* plane per picture, [B]: the colour error that lightness has no part in; 0 is ideal."""
    return per_picture((lab(image) - lab(reference))[:, 1:].norm(dim=1))


def chroma_first(image: Tensor, sources: Tensor) -> Tensor:
    """`chroma` against the first of the sources [B, N, C, H, W], [B].

    For visible + infrared, where the visible comes first and a grey or tinted result is the common fault. In
    exposure stacks the sources' own colours differ, so 0 is not to be expected there.
    """
    return chroma(image, sources[:, 0])


def lab(image: Tensor) -> Tensor:
    """sRGB [..., C, H, W] in 0..1 -> L* in 0..100, a*, b*: float64 [..., 3, H, W]."""
    image = image.double().expand(*image.shape[:-3], 3, *image.shape[-2:])
    matrix = torch.tensor(XYZ, dtype=torch.float64, device=image.device)
    matrix = matrix / matrix.sum(1, keepdim=True)  # relative to white, which thereby has no colour
    xyz = torch.einsum("ij, ...jhw -> ...ihw", matrix, srgb_to_linear(image))
    threshold = (6 / 29) ** 3
    f = torch.where(xyz > threshold, xyz.clamp(min=threshold) ** (1 / 3), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f.unbind(-3)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -3)


def ciede2000(first: Tensor, second: Tensor) -> Tensor:
    """CIEDE2000 of CIELAB [..., 3, H, W] -> [..., H, W], with kL = kC = kH = 1 (Sharma, Wu and Dalal 2005).

    Equation numbers are theirs; checked against their 34 test pairs.
    """
    (l1, a1, b1), (l2, a2, b2) = first.double().unbind(-3), second.double().unbind(-3)
    gain = 1.5 - 0.5 * _saturation((torch.hypot(a1, b1) + torch.hypot(a2, b2)) / 2)  # 1 + G, eq. 4
    a1, a2 = gain * a1, gain * a2
    c1, c2 = torch.hypot(a1, b1), torch.hypot(a2, b2)
    h1, h2 = (torch.rad2deg(torch.atan2(b, a)) % 360 for b, a in ((b1, a1), (b2, a2)))
    gray = c1 * c2 == 0

    turn = (h2 - h1 + 180) % 360 - 180  # eq. 10; at exactly 180 the sign has no effect on the result
    turn = turn.masked_fill(gray, 0)
    d_l, d_c = l2 - l1, c2 - c1
    d_h = 2 * (c1 * c2).sqrt() * torch.sin(torch.deg2rad(turn / 2))

    lightness, colour, hue_sum = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    across = torch.where(hue_sum < 360, hue_sum + 360, hue_sum - 360) / 2
    hue = torch.where((h1 - h2).abs() > 180, across, hue_sum / 2)  # eq. 14
    hue = torch.where(gray, hue_sum, hue)

    def cos(factor: int, shift: int) -> Tensor:
        return torch.cos(torch.deg2rad(factor * hue + shift))

    t = 1 - 0.17 * cos(1, -30) + 0.24 * cos(2, 0) + 0.32 * cos(3, 6) - 0.20 * cos(4, -63)
    off_centre = (lightness - 50).square()
    d_l = d_l / (1 + 0.015 * off_centre / (20 + off_centre).sqrt())
    d_c = d_c / (1 + 0.045 * colour)
    d_h = d_h / (1 + 0.015 * colour * t)
    angle = torch.deg2rad(60 * torch.exp(-((hue - 275) / 25).square()))
    rotation = -torch.sin(angle) * 2 * _saturation(colour)
    return (d_l.square() + d_c.square() + d_h.square() + rotation * d_c * d_h).clamp(min=0).sqrt()


def _saturation(colour: Tensor) -> Tensor:
    """sqrt(C^7 / (C^7 + 25^7))"""
    power = colour**7
    return (power / (power + 25.0**7)).sqrt()
