"""picture.py - pictures and streams of the wall as a stranger's tool (ffmpeg) reads them, and the stamps in them.

The stamp is that of tests/support/stamp.c: 44 blocks over the width at the top and at the bottom edge of the camera's
picture, 4 sync, 16 source, 16 frame, 8 check.
"""
import json
import os
import re
import shutil
import struct
import subprocess

import tap

BLOCKS, MIN_CONTRAST = 44, 48


class Luma:
    """The grey plane of a picture."""

    def __init__(self, data, width, height):
        self.data, self.width, self.height = data, width, height


def _size(file_bytes):
    """Width and height; a PNG says them at its beginning, which spares a process for each picture."""
    if file_bytes.startswith(b"\x89PNG\r\n\x1a\n") and file_bytes[12:16] == b"IHDR":
        return struct.unpack(">II", file_bytes[16:24])
    found = probe("-", "stream=width,height", data=file_bytes)["streams"][0]
    return found["width"], found["height"]


def decode(file_bytes):
    """A PNG or JPEG file as Luma."""
    width, height = _size(file_bytes)
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        input=file_bytes,
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
    tap.equal(len(raw), width * height, "size of the decoded picture")
    return Luma(raw, width, height)


def snapshot_file(api, wall="main", screen="1", kind="png"):
    """The bytes of the file; None while nothing is composed yet."""
    status, content_type, data = api.raw("GET", f"/api/v1/walls/{wall}/screens/{screen}/snapshot.{kind}")
    if status == 503:
        return None
    tap.check(status == 200, f"snapshot: {status} {data[:200]!r}")
    tap.equal(content_type, "image/png" if kind == "png" else "image/jpeg", "content type")
    return data


def letters(api):
    """What a program reads on the wall that knows Chinese letters and nothing of us; no spaces. Skips without tesseract."""
    if not shutil.which("tesseract"):
        raise tap.Skip("tesseract is not installed (Debian: tesseract-ocr-chi-sim)")
    result = subprocess.run(
        ["tesseract", "-", "-", "-l", "chi_sim+eng", "--psm", "11"],
        input=snapshot_file(api),
        capture_output=True,
        timeout=120,
        check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return re.sub(r"\s", "", result.stdout.decode("utf-8", "replace"))


def snapshot(api, wall="main", screen="1", kind="png"):
    """The picture as Luma; None while nothing is composed yet."""
    data = snapshot_file(api, wall, screen, kind)
    return decode(data) if data else None


def colours(api, rect, wall="main", screen="1"):
    """The pixels of a part of the picture, (red, green, blue) each."""
    x, y, w, h = rect
    crop = f"crop={w}:{h}:{x}:{y}"
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "-", "-vf", crop, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        input=snapshot_file(api, wall, screen),
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
    tap.equal(len(raw), w * h * 3, "bytes of the part")
    return list(zip(raw[0::3], raw[1::3], raw[2::3]))


def _crc8(word):
    crc = 0xFF
    for shift in (24, 16, 8, 0):
        crc ^= word >> shift & 0xFF
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc


def _read_row(luma, left, top, width, rows):
    levels = []
    for i in range(BLOCKS):
        x0 = left + int((i + 0.3) * width / BLOCKS + 0.5)
        x1 = max(left + int((i + 0.7) * width / BLOCKS + 0.5), x0 + 1)
        y0, y1 = top + rows // 4, max(top + rows - rows // 4, top + rows // 4 + 1)
        total = sum(sum(luma.data[y * luma.width + x0 : y * luma.width + x1]) for y in range(y0, y1))
        levels.append(total // ((y1 - y0) * (x1 - x0)))
    white, black = (levels[0] + levels[2]) // 2, (levels[1] + levels[3]) // 2
    if white - black < MIN_CONTRAST:
        return None
    bits = 0
    for level in levels:
        bits = bits << 1 | (level * 2 > white + black)
    word = bits >> 8 & 0xFFFFFFFF
    is_good = bits >> 40 == 0xA and bits & 0xFF == _crc8(word)
    return (word >> 16, word & 0xFFFF) if is_good else None


def stamp(luma, rect):
    """(source, frame) in this part of the picture, read at its upper edge (the lower one lies under the tile's label);
    None if there is no stamp."""
    x, y, w, h = rect
    return _read_row(luma, x, y, w, max(h // 15, 4))


def lower_stamp(luma, rect):
    """The same at the lower edge, for a camera without a label there."""
    x, y, w, h = rect
    rows = max(h // 15, 4)
    return _read_row(luma, x, y + h - rows, w, rows)


def sources(luma, tiles, origin=(0, 0), scale=1.0):
    """tile number -> source seen in it. tiles: as in the wall's JSON; origin: of the screen on the wall."""
    seen = {}
    for tile in tiles:
        x, y, w, h = tile.get("shown", tile["rect"])
        rect = [int(v * scale) for v in (x - origin[0], y - origin[1], w, h)]
        if 0 <= rect[0] and 0 <= rect[1] and rect[0] + rect[2] <= luma.width and rect[1] + rect[3] <= luma.height:
            found = stamp(luma, rect)
            seen[tile["tile"]] = found[0] if found else None
    return seen


def probe(source, *entries, data=None, options=(), within_s=60):
    """ffprobe's JSON for a URL, or for bytes on its standard input."""
    result = subprocess.run(
        ["ffprobe", "-v", "error", *options, "-show_entries", ":".join(entries), "-of", "json", source],
        input=data,
        capture_output=True,
        timeout=within_s,
    )
    tap.check(result.returncode == 0, f"ffprobe: {result.stderr.decode(errors='replace')[:400]}")
    return json.loads(result.stdout)


def frames(data, width, height):
    """The pictures of a stream in a file's bytes, as Luma."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        input=data,
        capture_output=True,
        timeout=120,
        check=True,
    ).stdout
    size = width * height
    tap.check(raw and len(raw) % size == 0, f"{len(raw)} bytes are no whole pictures of {width}x{height}")
    return [Luma(raw[i : i + size], width, height) for i in range(0, len(raw), size)]
