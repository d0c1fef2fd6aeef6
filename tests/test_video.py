"""Films fused frame by frame: rate, sound, times, flicker, and sentences for what does not go."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch

av = pytest.importorskip("av")

from mmaif.__main__ import main  # noqa: E402
from mmaif.align.prepare import Wishes  # noqa: E402
from mmaif.align.warp import similarity, warped  # noqa: E402
from mmaif.errors import InputError  # noqa: E402
from mmaif.images import load_image  # noqa: E402
from mmaif.video import Calm, Moment, check_films, frames_of, fuse_films, is_film, together  # noqa: E402
from scripts.pages.shaken import film  # noqa: E402
from tests.pictures import psnr  # noqa: E402

PHOTO = Path(__file__).parent.parent / "assets" / "mmaif_exposures_mid.jpg"


@pytest.fixture(scope="module")
def photo() -> torch.Tensor:
    """[3, 120, 160] in 0..1."""
    return load_image(PHOTO, 160)


def frames(path: Path) -> torch.Tensor:
    """All frames [T, 3, H, W] in 0..1."""
    with av.open(str(path)) as file:
        return torch.cat([moment.picture for moment in frames_of(file)])


def test_frame_rate_sound_and_frames_are_kept(photo, tmp_path):
    names = [str(tmp_path / name) for name in ("a.mp4", "b.mp4", "out.mp4")]
    film([photo] * 30, Path(names[0]), 24, True)
    film([1 - photo.mean(0, keepdim=True).expand(3, -1, -1)] * 30, Path(names[1]), 24, False)
    seen = []

    def fuse(sources: torch.Tensor, task: str) -> torch.Tensor:
        seen.append((sources.shape, task))
        return sources.mean(1)

    notes = fuse_films(fuse, names[:2], names[2])
    assert notes[0] == "Task of the film: vif."
    assert set(seen) == {((1, 2, 3, 120, 160), "vif")} and len(seen) == 30
    with av.open(names[2]) as file:
        assert file.streams.video[0].average_rate == 24
        assert sum(frame.samples for frame in file.decode(audio=0)) == pytest.approx(30 / 24 * 44100, abs=2048)
    assert frames(Path(names[2])).shape == (30, 3, 120, 160)


def test_a_film_held_elsewhere_is_aligned_once(photo, tmp_path):
    names = [str(tmp_path / name) for name in ("a.mp4", "b.mp4", "out.mkv")]
    film([photo] * 4, Path(names[0]), 10, False)
    moved = warped(photo[None], similarity(-5 / 80))[0]
    film([moved] * 4, Path(names[1]), 10, False)
    for align, close in (("auto", True), ("off", False)):
        fuse_films(lambda sources, task: sources[:, 1], names[:2], names[2], "mff", Wishes(align))
        got = frames(Path(names[2]))[0, :, 12:-12, 12:-12]
        assert (psnr(got, photo[:, 12:-12, 12:-12]) > 28) == close


def test_frames_are_shown_when_the_others_are(photo):
    def run(count: int, rate: int) -> list[Moment]:
        return [Moment(torch.full((1, 1, 1, 1), float(i)), i, Fraction(1, rate)) for i in range(count)]

    pairs = [[int(each.picture) for each in moments] for moments in together([iter(run(8, 24)), iter(run(4, 12))])]
    assert pairs == [[0, 0], [1, 0], [2, 1], [3, 1], [4, 2], [5, 2], [6, 3], [7, 3]]
    assert len(list(together([iter(run(100, 10)), iter(run(3, 10))]))) < 6  # ends with the shortest


def test_what_keeps_still_does_not_flicker_and_what_moves_is_fresh(photo):
    calm, shown = Calm(), []
    generator = torch.Generator().manual_seed(0)
    for index in range(20):
        scene = photo[None].clone()
        scene[..., 40:60, 6 * index : 6 * index + 20] = 1.0
        sources = scene[:, None].expand(-1, 2, -1, -1, -1) + torch.randn(1, 2, 3, 120, 160, generator=generator) * 0.004
        shown.append(calm(sources.mean(1) + torch.randn(1, 3, 120, 160, generator=generator) * 0.02, sources))
        assert shown[-1][..., 44:56, 6 * index + 4 : 6 * index + 16].mean() > 0.95
    late = torch.cat(shown[5:])
    assert late[..., 80:, :].std(0).mean() < 0.012  # of 0.02


def test_sentences_for_what_does_not_go(photo, tmp_path, capsys):
    assert is_film("A.MP4") and not is_film("a.png")
    with pytest.raises(InputError, match="a.png is no film"):
        check_films(["a.png", "b.mp4"], str(tmp_path / "o.mp4"))
    with pytest.raises(InputError, match="suffix"):
        check_films(["a.mp4"], str(tmp_path / "o.png"))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")

    def fuse(*_: Any) -> torch.Tensor:
        raise AssertionError("nothing to fuse")

    for source, word in ((broken, "damaged"), (tmp_path / "none.mp4", "No film")):
        with pytest.raises(InputError, match=word):
            fuse_films(fuse, [str(source)], tmp_path / "o.mp4")
    assert not (tmp_path / "o.mp4").exists()
    good = tmp_path / "good.mp4"
    film([photo] * 2, good, 10, False)
    assert main(["fuse", str(good), "-o", str(tmp_path / "o.mp4"), "--auto"]) == 2
    assert "--prompt" in capsys.readouterr().err
