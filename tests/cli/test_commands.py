"""The commands do what the library does, and say so."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import convolve_native as cn
from convolve_native import images, kernels
from convolve_native.cli import main
from convolve_native.cli.app import COMMANDS
from convolve_native.cli.convert import BLURS
from convolve_native.machine import DEFAULT

RNG = np.random.default_rng(0)
PHOTOGRAPHS = {
    "grey": RNG.integers(0, 256, (12, 17), np.uint8),
    "RGB": RNG.integers(0, 256, (12, 17, 3), np.uint8),
    "RGBA": RNG.integers(0, 256, (12, 17, 4), np.uint8),
    "16-bit": RNG.integers(0, 65536, (12, 17), np.uint16),
    "a pixel": RNG.integers(0, 256, (1, 1), np.uint8),
}


@pytest.fixture(params=PHOTOGRAPHS)
def image(request):
    return PHOTOGRAPHS[request.param]


@pytest.fixture
def convert(tmp_path, capsys, image):
    """Run a command on the photograph, and give what it wrote."""
    images.write(tmp_path / "in.png", image)

    def run(command, *options):
        argv = [command, str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png"), *options]
        assert (main(argv), *capsys.readouterr()) == (0, "", "")
        return images.read(tmp_path / "out.png")

    return run


def on_photograph(function, image, gain=1.0):
    """Apply to colours multiplied by alpha, and to alpha unless the gain is 0; divide again."""
    if image.shape[2:] != (4,):
        return function(image)
    alpha = image[..., 3:].astype(np.float32)
    weighed = function(image[..., :3] * (alpha / np.float32(255)))
    alpha = function(alpha) / gain if gain else alpha
    opacity = np.clip(np.rint(alpha), 0, 255)
    colours = np.where(opacity > 0, weighed * 255.0 / np.where(opacity > 0, alpha, 1), 0)
    return np.dstack([np.clip(np.rint(colours), 0, 255), opacity]).astype(np.uint8)


def assert_close(one, other):
    assert one.dtype == other.dtype
    assert np.abs(one.astype(int) - other).max() <= 1


@pytest.mark.parametrize(
    ("options", "kernel"),
    [
        ([], kernels.gaussian(2.0)),
        (["--sigma", "1.5"], kernels.gaussian(1.5)),
        (["--kind", "box"], kernels.box(7)),
        (["--kind", "box", "--size", "4"], kernels.box(4)),
        (["--kind", "motion"], kernels.motion(15, 30)),
        (["--kind", "motion", "--angle", "-20"], kernels.motion(15, -20)),
    ],
)
@pytest.mark.parametrize("boundary", ["symmetric", "wrap"])
def test_blur(convert, image, options, kernel, boundary):
    expected = on_photograph(lambda x: cn.convolve(x, kernel, boundary=boundary), image)
    blurred = convert("blur", *options, "--boundary", boundary)
    assert_close(blurred, expected)  # taps an axis may round otherwise


def test_every_kind_of_blur_is_a_kernel():
    for row in BLURS.values():
        kernel = row.kernel(**row.defaults)
        taps = kernel if isinstance(kernel, tuple) else (kernel,)
        assert [each.sum() for each in taps] == pytest.approx([1.0] * len(taps))


@pytest.mark.parametrize(
    ("spec", "kernel"),
    [
        ("sharpen", kernels.sharpen()),
        ("sobel:axis=1", kernels.sobel(1)),
        ("box:size=2x5", kernels.box((2, 5))),
        (
            "motion:length=5,angle=40,rasterization=tutorial",
            kernels.motion(5, 40, rasterization="tutorial"),
        ),
    ],
)
def test_filter_by_name(convert, image, spec, kernel):
    expected = on_photograph(lambda x: cn.convolve(x, kernel), image, kernel.sum())
    assert_close(convert("filter", "--kernel", spec), expected)


@pytest.mark.parametrize(
    ("name", "content", "kernel"),
    [
        ("row.txt", "1 0 -1\n", [[1, 0, -1]]),
        ("commas.csv", "# weights\n.25, .5\n\n.25, 0  # the last\n", [[0.25, 0.5], [0.25, 0]]),
        ("one.txt", "0.5", [[0.5]]),
        ("array.npy", np.eye(3) / 3, np.eye(3) / 3),
        ("array.NPY", np.array([[1, -1]]), [[1, -1]]),
    ],
)
def test_filter_by_file(tmp_path, convert, image, name, content, kernel):
    if isinstance(content, str):
        (tmp_path / name).write_text(content)
    else:
        with (tmp_path / name).open("wb") as stream:
            np.save(stream, content)
    weights = np.array(kernel, float)
    expected = on_photograph(lambda x: cn.convolve(x, weights), image, weights.sum())
    assert_close(convert("filter", "--file", str(tmp_path / name)), expected)


def test_filter_shows_the_size_of_negative_results(convert, image):
    def size(x):
        edges = np.abs(cn.convolve(x.astype(np.float64), kernels.laplacian()))
        white = 255 if x.dtype.kind == "f" else np.iinfo(x.dtype).max
        return np.minimum(edges, white).astype(x.dtype)

    result = convert("filter", "--kernel", "laplacian", "--absolute")
    assert_close(result, on_photograph(size, image, 0))


@pytest.mark.parametrize("by", ["--psf", "--psf-file"])
def test_deblur(tmp_path, convert, image, by):
    psf = kernels.motion(5, 30)
    np.save(tmp_path / "psf.npy", psf)
    value = {"--psf": "motion:length=5,angle=30", "--psf-file": str(tmp_path / "psf.npy")}[by]

    def restore(x):
        channels = x[..., None] if x.ndim == 2 else x
        planes = np.moveaxis(channels, -1, 0)
        restored = [cn.wiener(each, psf, nsr=0.05, boundary="mirror") for each in planes]
        return np.stack(restored, axis=-1).reshape(x.shape)

    chosen = "--method", "wiener", "--nsr", "0.05", "--boundary", "mirror"
    result = convert("deblur", by, value, *chosen)
    assert_close(result, on_photograph(restore, image))


def test_a_photograph_may_be_replaced_and_keeps_what_belongs_to_it(tmp_path):
    path = tmp_path / "in.jpg"
    Image.fromarray(PHOTOGRAPHS["RGB"]).save(path, dpi=(300, 300))
    assert main(["blur", str(path), "-o", str(path)]) == 0
    with Image.open(path) as picture:
        assert picture.info["dpi"] == (300, 300)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("options", [[], ["--measure"]])
def test_explain(capsys, options):
    argv = ["explain", "--shape", "20x30x3", "--kernel", "box:size=3", "--dtype", "float32"]
    assert main([*argv, *options]) == 0
    out, err = capsys.readouterr()
    choice = cn.choose_method(np.ones((20, 30, 3), np.float32), kernels.box(3))
    assert ("measured" in out.splitlines()[2]) == bool(options)
    for name in choice.seconds:
        assert name in out
    assert err == ""
    assert options or out == f"{choice}\n"


def test_calibrate(capsys, monkeypatch):
    monkeypatch.setattr(cn, "calibrate", lambda: DEFAULT)
    assert main(["calibrate"]) == 0
    assert capsys.readouterr() == (f"{DEFAULT}\n", "")
    assert main(["calibrate", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["provenance"] == DEFAULT.provenance
    assert found["seconds"] == DEFAULT.figures


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {}),
        (["--dtype", "float32"], {"dtypes": ["float32"]}),
        (
            ["--method", "box", "--method", "direct", "--dtype", "uint8"],
            {"dtypes": ["uint8"], "methods": ["box", "direct"]},
        ),
    ],
)
def test_warmup(capsys, monkeypatch, options, expected):
    given = []
    monkeypatch.setattr(cn, "warmup", lambda **keywords: given.append(keywords))
    assert main(["warmup", *options]) == 0
    assert given == [expected]
    assert capsys.readouterr() == ("", "")


def test_info(capsys):
    assert main(["info"]) == 0
    assert capsys.readouterr() == (f"{cn.info()}\n", "")


@pytest.mark.parametrize("command", [[], *([each] for each in COMMANDS)])
def test_help(capsys, command):
    assert main([*command, "--help"]) == 0
    out, err = capsys.readouterr()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert " ".join(["Usage: convolve-native", *command]) in plain
    assert err == ""


def test_help_loads_neither_compiler_nor_fftw():
    script = "import sys; from convolve_native.cli import main; main(['--help']); "
    script += "sys.exit(bool({'numba', 'pyfftw', 'matplotlib'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra(missing):
    script = f"import sys; sys.modules[{missing!r}] = None; "
    script += "from convolve_native.cli import main; sys.exit(main(['info']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "convolve-native: this needs the extra 'cli': "
        'python -m pip install "convolve_native[cli]"\n'
    )


def test_another_missing_module_is_a_fault_that_shows():
    script = "import sys; sys.modules['numpy'] = None; "
    script += "from convolve_native.cli import main; sys.exit(main(['info']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert "numpy" in done.stderr.splitlines()[-1]
