"""What a file is by its first bytes: which reader takes it, and the name of what no reader takes."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError

READ = "JPEG, PNG, TIFF, WebP, AVIF, BMP, GIF, JPEG 2000, EXR, HDR, PNM, NPY or camera RAW"
MOST_PIXELS = 178_956_970  # of a picture that is read, as Pillow has it
CAMERA = tuple(
    f".{s}" for s in "3fr arw cr2 cr3 crw dng erf iiq kdc mef mos mrw nef nrw orf pef raf rw2 srw x3f".split()
)

# (offset, bytes) -> what people call it. Only kinds that no reader of ours takes.
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_OTHERS = (
    (0, b"%PDF", "a PDF document"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"8BPB", "a Photoshop document"),
    (0, b"gimp xcf", "a GIMP picture"),
    (0, b"SIMPLE  =", "a FITS file"),
    (128, b"DICM", "a DICOM file"),
    (0, b"\x89HDF", "an HDF5 file"),
    (0, b"FFF\0", "a FLIR recording"),
    (0, b"AFF\0", "a FLIR recording"),
    (0, b"\x1aE\xdf\xa3", "a film"),
    (0, b"RIFF....AVI ", "a film"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf", "a 7z archive"),
    (0, b"BPG\xfb", "a BPG picture"),
    (0, b"SDPX", "a DPX frame"),
    (0, b"XPDS", "a DPX frame"),
)


def first_bytes(path: Path) -> bytes:
    """Enough of the file to tell its kind; InputError where there is none to open."""
    try:
        if not path.is_file():  # a folder, a pipe that would be waited for, or a name that no file can have
            raise InputError(f"No picture at {path}: check the path.")
        with open(path, "rb") as file:
            return file.read(512)
    except OSError as error:
        raise InputError(
            f"The picture {path} cannot be opened ({error.strerror or error}); check your rights."
        ) from error


def other_kind(head: bytes) -> str:
    """The name of a healthy kind of file that is not read here, or ""."""
    if head[4:8] == b"ftyp":
        if head[8:12] in (b"avif", b"avis"):
            return ""
        return "a HEIC picture" if head[8:12] in _HEIF else "a film"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text):
        return "an SVG drawing"
    for offset, mark, name in _OTHERS:
        there = head[offset : offset + len(mark)]
        if len(there) == len(mark) and all(m in (h, ord(".")) for h, m in zip(there, mark, strict=True)):
            return name
    return ""


def not_read(path: object, head: bytes) -> InputError:
    """The sentence about a file that no reader takes."""
    kind = other_kind(head)
    if kind:
        return InputError(f"{path} is {kind}, a kind that is not read here; save it as {READ}.")
    if not head:
        return InputError(f"The picture {path} is empty; copy it anew.")
    return InputError(f"The picture {path} cannot be read: it is damaged or of an unknown kind; give {READ}.")


def deep_codec(head: bytes) -> str:
    """FFmpeg's name of the codec of a picture that Pillow would cut to 8 bits or not read at all, or ""."""
    if head.startswith(b"\x89PNG") and len(head) > 25 and head[24] == 16 and head[25] != 0:
        return "png"
    if head.startswith(b"\x76\x2f\x31\x01"):
        return "exr"
    if head.startswith(b"#?"):
        return "hdr"
    if head.startswith(b"PF\n"):
        return "pfm"
    return "ppm" if head.startswith(b"P6") and _most_of_pnm(head) > 255 else ""


def _most_of_pnm(head: bytes) -> int:
    """The value of white in the header of a PNM file, 0 if it is not to be read."""
    lines = [line.split(b"#")[0] for line in head.split(b"\n")]
    words = b" ".join(lines).split()[1:4]
    return int(words[2]) if len(words) == 3 and words[2].isdigit() else 0
