"""Bad input is one line on standard error and exit code 2; nothing is written or changed."""

import io
import struct
import warnings
import zlib

import numpy as np
import pytest

import convolve_native as cn
from convolve_native import images
from convolve_native.boundary import BOUNDARIES
from convolve_native.cli import main
from convolve_native.kernels import KERNELS

GREY = np.random.default_rng(0).integers(0, 256, (30, 40), np.uint8)


def bomb():
    """Bytes of a PNG that claims 60 000 x 60 000 pixels and holds none."""

    def chunk(kind, data):
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a good photograph, and with all that is bad."""
    monkeypatch.chdir(tmp_path)
    images.write("grey.png", GREY)
    images.write("grey16.png", GREY.astype(np.uint16))
    images.write("whole.jpg", GREY)
    images.write("float.tif", GREY.astype(np.float32))
    whole = (tmp_path / "whole.jpg").read_bytes()
    for name, content in {
        "text.png": b"no picture",
        "cut.jpg": whole[: len(whole) * 3 // 4],
        "bomb.png": bomb(),
        "ragged.txt": b"1 2\n3\n",
        "words.txt": b"1 x\n",
        "empty.txt": b"# nothing\n",
        "cut.npy": npy(np.ones((3, 3)))[:-8],
        "pickle.npy": npy(np.array([{}], object)),
        "complex.npy": npy(np.array([[1j]])),
        "nan.npy": npy(np.array([[np.nan]])),
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


BLUR = ["blur", "grey.png", "-o", "out.png"]
FILTER = ["filter", "grey.png", "-o", "out.png"]
DEBLUR = ["deblur", "grey.png", "-o", "out.png"]
NAMES = ", ".join(map(repr, BOUNDARIES))
BOX = "kernel 'box' takes size=..., ndim=..., each once; got"

REFUSED = {
    # files
    ("blur", "none.png", "-o", "out.png"): "cannot read 'none.png': No such file or directory",
    ("blur", ".", "-o", "out.png"): "cannot read '.': Is a directory",
    ("blur", "text.png", "-o", "out.png"): "'text.png' is not a JPEG, PNG, TIFF, WebP or BMP image",
    ("blur", "cut.jpg", "-o", "out.png"): "'cut.jpg' is damaged: image file is truncated ",
    ("blur", "bomb.png", "-o", "out.png"): "'bomb.png' holds 60000 x 60000 pixels, more than PIL.",
    ("blur", "grey.png", "-o", "no/out.png"): (
        "cannot write 'no/out.png': No such file or directory"
    ),
    ("blur", "grey.png", "-o", "text.png/out.png"): (
        "cannot write 'text.png/out.png': Not a directory"
    ),
    (
        "blur",
        "grey.png",
        "-o",
        "out.gif",
    ): "path must end in one of .jpg, .jpeg, .png, .tif, .tiff, .webp, .bmp; got 'out.gif'",
    ("blur", "grey16.png", "-o", "out.jpg"): "JPEG cannot hold uint16 grey pixels; got 'out.jpg'",
    ("demo", "none.png"): "cannot read 'none.png': No such file or directory",
    ("demo", "cut.jpg"): "'cut.jpg' is damaged: image file is truncated ",
    ("demo", "grey.png", "--out-dir", "text.png"): "'text.png': File exists",
    ("demo", "grey.png", "--out-dir", "text.png/demo"): "'text.png/demo': Not a directory",
    ("demo", "grey.png", "--length", "0"): "length must be a finite number >= 1; got 0.0",
    # names and numbers
    (*BLUR, "--kind", "swirl"): "--kind must be one of gaussian, box, motion; got 'swirl'",
    (*BLUR, "--size", "3"): "--size says nothing to --kind gaussian, which takes --sigma",
    (*BLUR, "--kind", "motion", "--sigma", "3"): (
        "--sigma says nothing to --kind motion, which takes --length, --angle"
    ),
    (*BLUR, "--sigma", "-1"): "sigma must be a finite number >= 0; got -1.0",
    (*BLUR, "--boundary", "none"): f"boundary must be one of {NAMES}; got 'none'",
    (*BLUR, "--boundary", "edge"): f"boundary must be one of {NAMES}; got 'edge', say 'nearest'",
    (*BLUR, "--method", "swirl"): "method must be one of 'auto', 'direct', ",
    (*BLUR, "--kind", "motion", "--method", "box"): "method 'box' cannot do this: ",
    (*BLUR, "--workers", "0"): "workers must be at least 1, or None; got 0",
    ("blur", "float.tif", "-o", "out.tif", "--linear-light"): (
        "linear_light needs uint8 or uint16 pixels; got float32, which says nothing of how it "
    ),
    ("blur", "float.tif", "-o", "out.png"): "PNG cannot hold float32 grey pixels; got 'out.png'",
    ("features", "grey.png", "--out-dir", "out", "--kind", "swirl"): (
        "--kind must be one of sobel, laplacian, gabor, layer; got 'swirl'"
    ),
    ("features", "grey.png", "--out-dir", "out", "--kind", "sobel", "--kernel", "box:size=3"): (
        "--kernel and --file are for --kind layer"
    ),
    # where to
    ("blur", "grey.png"): "give one of --output and --out-dir",
    (*BLUR, "--out-dir", "out"): "give one of --output and --out-dir",
    ("blur", "grey.png", "whole.jpg", "-o", "out.png"): (
        "--output takes the result of one photograph; got 2: write --out-dir FOLDER"
    ),
    ("blur", "grey.png", "--out-dir", "."): (
        "--out-dir would write 'grey.png' over a photograph: name another"
    ),
    ("spectrum", "whole.jpg", "whole.png", "--out-dir", "out"): (
        "'whole.jpg' and 'whole.png' would both be written to 'out/whole-spectrum.png': "
    ),
    ("blur", "*.gif", "--out-dir", "out"): "no file matches '*.gif'",
    ("blur", "grey.png", "--out-dir", "text.png"): "'text.png': File exists",
    # kernels
    tuple(FILTER): "give one of --kernel and --file",
    (*FILTER, "--kernel", "box:size=3", "--file", "nan.npy"): "give one of --kernel and --file",
    (*DEBLUR, "--psf", "box:size=3", "--psf-file", "k.txt"): "give one of --psf and --psf-file",
    (*DEBLUR, "--psf", "box:size=3", "--nsr", "0", "--method", "wiener"): (
        "nsr must be finite and > 0; got 0.0"
    ),
    (*DEBLUR, "--psf", "box:size=3", "--nsr", "0.1"): (
        "--nsr says nothing to --method total_variation, which takes --regularization, --iterations"
    ),
    (*DEBLUR, "--psf", "box:size=3", "--method", "magic"): (
        "--method must be one of total_variation, hyper_laplacian, richardson_lucy, tikhonov, "
        "wiener; got 'magic'"
    ),
    (*FILTER, "--kernel", "swirl"): f"kernel must be one of {', '.join(KERNELS)}; got 'swirl'",
    (*FILTER, "--kernel", "box"): "kernel 'box' needs a value: write box:size=...",
    (*FILTER, "--kernel", "motion"): (
        "kernel 'motion' needs a value: write motion:length=...,angle=..."
    ),
    (*FILTER, "--kernel", "box:sise=3"): f"{BOX} 'sise=3'",
    (*FILTER, "--kernel", "box:size"): f"{BOX} 'size'",
    (*FILTER, "--kernel", "box:size="): f"{BOX} 'size='",
    (*FILTER, "--kernel", "box:size=3,size=5"): f"{BOX} 'size=5'",
    (*FILTER, "--kernel", "box:size=3,"): f"{BOX} ''",
    (*FILTER, "--kernel", "box:size=wide"): "size must be an integer >= 1; got 'wide'",
    (*FILTER, "--file", "none.txt"): "'none.txt': No such file or directory",
    (*FILTER, "--file", "."): "'.': Is a directory",
    (*FILTER, "--file", "grey.png"): "'grey.png' is not a kernel: 'utf-8' codec can't decode ",
    (
        *FILTER,
        "--file",
        "ragged.txt",
    ): "'ragged.txt' is not a kernel: the number of columns changed",
    (*FILTER, "--file", "words.txt"): "'words.txt' is not a kernel: could not convert string 'x'",
    (*FILTER, "--file", "empty.txt"): "'empty.txt' is not a kernel: it holds no weights",
    (*FILTER, "--file", "cut.npy"): "'cut.npy' is not a kernel: ",
    (
        *FILTER,
        "--file",
        "pickle.npy",
    ): "'pickle.npy' is not a kernel: Object arrays cannot be loaded",
    (*FILTER, "--file", "complex.npy"): (
        "'complex.npy' is not a kernel: complex128 holds no real numbers"
    ),
    (*FILTER, "--file", "nan.npy"): "kernel must be finite; got nan at (0, 0)",
    # explain
    ("explain", "--shape", "wide"): (
        "--shape must be whole numbers joined by x, as 768x1024x3; got 'wide'"
    ),
    ("explain", "--shape", "-3x4"): (
        "--shape must be whole numbers joined by x, as 768x1024x3; got '-3x4'"
    ),
    (
        "explain",
        "--shape",
        "3000000x3000000",
    ): "Unable to allocate 8.19 TiB for an array with shape ",
    ("explain", "--dtype", "wide"): "--dtype must be the name of a NumPy dtype; got 'wide'",
    # usage, in Typer's words, with where to read on
    (): "Missing command; see convolve-native --help",
    ("swirl",): "No such command 'swirl'; see convolve-native --help",
    (*BLUR, "--swirl"): "No such option: --swirl",
    ("blur",): "Missing argument '",
    ("features", "grey.png"): "Missing option '--out-dir'; see convolve-native features --help",
    (*BLUR, "--sigma", "wide"): "Invalid value for '--sigma': ",
}


@pytest.mark.parametrize("argv", REFUSED, ids=" ".join)
def test_refused_in_one_line_with_nothing_written(capsys, folder, argv):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"convolve-native: {REFUSED[argv]}")
    assert err.index("\n") == len(err) - 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError("this needs 9.0 GiB, and 1.0 GiB are available"), "this needs 9.0 GiB, and "),
        (MemoryError(), "MemoryError"),
        (OverflowError("no integer holds 2**70"), "no integer holds 2**70"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (ValueError("two\nlines"), "two lines"),
    ],
)
def test_what_the_library_refuses_is_one_line(capsys, monkeypatch, folder, error, message):
    def refuse(*args, **keywords):
        raise error

    monkeypatch.setattr(cn, "deconvolve", refuse)
    assert main([*DEBLUR, "--psf", "box:size=3"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"convolve-native: {message}")
    assert err.count("\n") == 1
    assert not (folder / "out.png").exists()


@pytest.mark.filterwarnings("default")
def test_a_warning_is_one_line_too(capsys, monkeypatch, folder):
    def warn(image, psf, **keywords):
        warnings.warn("EXIF is\nodd", stacklevel=1)
        return image

    shown = warnings.showwarning
    monkeypatch.setattr(cn, "deconvolve", warn)
    assert main([*DEBLUR, "--psf", "box:size=3"]) == 0
    assert capsys.readouterr().err == "convolve-native: warning: EXIF is odd\n"
    assert warnings.showwarning is shown
    assert (folder / "out.png").exists()


def test_ctrl_c_ends_without_a_word(capsys, monkeypatch, folder):
    def interrupt(*args, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(cn, "deconvolve", interrupt)
    assert main([*DEBLUR, "--psf", "box:size=3"]) == 130
    assert capsys.readouterr() == ("", "")
    assert not (folder / "out.png").exists()


def test_a_fault_of_ours_shows(monkeypatch):
    def fail(*args, **keywords):
        raise ZeroDivisionError

    monkeypatch.setattr(cn, "deconvolve", fail)
    with pytest.raises(ZeroDivisionError):
        main([*DEBLUR, "--psf", "box:size=3"])
