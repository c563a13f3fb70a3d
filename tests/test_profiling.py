"""Recording: the parts of calls, by a clock that ticks; nothing changes where nobody records."""

import csv
import io
import json
import threading
from contextvars import copy_context
from itertools import count

import numpy as np
import pytest

import convolve_native as cn
from convolve_native.loops import forget
from convolve_native.profiles import recording
from convolve_native.spans import NOTHING, PARTS, RECORDER, span, spanned

RNG = np.random.default_rng(0)
IMAGE = RNG.random((40, 50), dtype=np.float32)
KERNEL = RNG.random((5, 7))


@pytest.fixture
def ticks(monkeypatch):
    """A clock that is a second later each time it is read, so that parts are whole seconds."""
    clock = count()
    monkeypatch.setattr(recording, "clock", lambda: float(next(clock)))


def parts_of(call):
    """The parts of a call, those of nothing left out."""
    with cn.profiling() as found:
        call()
    assert sum(found.parts.values()) < found.seconds  # of a tick before and one after
    return {part: seconds for part, seconds in found.parts.items() if seconds}


def convolve(method, **keywords):
    return lambda: cn.convolve(IMAGE, KERNEL, method=method, workers=1, **keywords)


@pytest.mark.parametrize("method", ["direct", "overlap_save"])
def test_a_loop_that_does_all_is_one_part(ticks, method):
    convolve(method)()
    # The clock is read at the beginning and at the end of the call and of its loop.
    assert parts_of(convolve(method)) == {"call": 2, "loop": 1}


def test_the_parts_of_a_transform_are_told_apart(ticks):
    convolve("fft")()
    found = parts_of(convolve("fft"))
    # Between four spans inside it, and beside them, the loop's own time is five ticks.
    assert found == {"call": 2, "loop": 5, "boundary": 1, "transform": 2, "copy": 1}


def test_what_is_made_once_is_told_apart(ticks):
    convolve("fft")()
    cn.clear_caches()
    found = parts_of(convolve("fft"))
    assert found["plan"] >= 1
    assert found["kernel"] >= 2
    assert found["transform"] == 2  # the kernel's own transform is the kernel's
    assert found.keys() == {"call", "plan", "kernel", "boundary", "transform", "loop", "copy"}


def test_conversions_are_copies(ticks):
    turned = np.asfortranarray(IMAGE)
    assert "copy" not in parts_of(convolve("direct"))
    assert parts_of(lambda: cn.convolve(turned, KERNEL, method="direct"))["copy"] == 1
    out = np.empty((50, 40), np.float32).T
    assert parts_of(convolve("direct", out=out))["copy"] == 1


def test_loops_that_are_not_ready_are_compiled():
    expected = convolve("direct")()
    cn.clear_caches()
    forget()
    assert parts_of(convolve("direct"))["compile"] > 0
    np.testing.assert_array_equal(convolve("direct")(), expected)


CALLS = {
    "convolve": lambda: cn.convolve(IMAGE, KERNEL),
    "correlate": lambda: cn.correlate(IMAGE, KERNEL),
    "gaussian_blur": lambda: cn.gaussian_blur(IMAGE, 1.5),
    "box_blur": lambda: cn.box_blur(IMAGE, 3),
    "filter_bank": lambda: cn.filter_bank(IMAGE, [KERNEL, KERNEL[::-1]], stride=2),
    "Convolver": lambda: cn.Convolver(KERNEL, IMAGE.shape)(IMAGE),
    "Convolver.T": lambda: cn.Convolver(KERNEL, IMAGE.shape).T(IMAGE),
    "wiener": lambda: cn.wiener(IMAGE, np.ones((3, 3)) / 9, nsr=0.1),
    "richardson_lucy": lambda: cn.richardson_lucy(IMAGE, np.ones((3, 3)) / 9, iterations=2),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_call_is_recorded_by_its_name_and_changes_nothing(name):
    expected = CALLS[name]()
    with cn.profiling() as found:
        result = CALLS[name]()
    np.testing.assert_array_equal(result, expected)
    rows = {row["function"]: row for row in found.rows}
    assert name in rows
    assert rows[name]["seconds"] > 0
    assert name in str(found)
    assert name in found._repr_html_()


def test_calls_alike_are_one_row():
    with cn.profiling() as found:
        for _ in range(3):
            convolve("direct")()
        cn.convolve(IMAGE, KERNEL, method="fft")
    one, other = found.rows
    assert (one["method"], one["calls"], other["method"], other["calls"]) == ("direct", 3, "fft", 1)
    assert (one["shape"], one["taps"], one["dtype"]) == ("40x50", "5x7", "float32")
    choice = cn.choose_method(IMAGE, KERNEL, method="direct")
    assert one["predicted"] == pytest.approx(3 * choice.seconds["direct"])  # added up in three


def test_the_method_that_ran_is_told_where_the_pixels_forbid_the_first():
    image = np.zeros((200, 200), np.float32)
    image[0, 0] = 1e6
    kernel = RNG.random((31, 31))
    chosen = cn.Convolver(kernel, image.shape).choice.method
    other = cn.choose_method(image, kernel).method
    assert chosen != other
    with cn.profiling() as found:
        cn.convolve(image, kernel)
    assert found.rows[0]["method"] == f"{chosen}, {other}"


def test_nothing_is_recorded_outside():
    assert span("loop") is NOTHING
    assert spanned(convolve, "loop", 5) is convolve
    with cn.profiling() as found:
        pass
    convolve("direct")()
    assert found.rows == []
    with pytest.raises(ZeroDivisionError), cn.profiling():
        raise ZeroDivisionError
    assert RECORDER.get() is None


def test_a_call_that_is_refused_is_recorded_and_leaves_no_span_open():
    with cn.profiling() as found:
        with pytest.raises(ValueError, match="boundary"):
            cn.convolve(IMAGE, KERNEL, boundary="outside")
        convolve("direct")()
    assert [row["function"] for row in found.rows] == ["convolve", "convolve"]
    assert found.rows[1]["loop"] > 0


def test_a_block_within_a_block_counts_for_both():
    with cn.profiling() as outer:
        convolve("direct")()
        with cn.profiling() as inner:
            convolve("direct")()
    assert (inner.rows[0]["calls"], outer.rows[0]["calls"]) == (1, 2)


def test_a_block_begins_anew():
    found = cn.profiling()
    for _ in range(2):
        with found:
            convolve("direct")()
        assert found.rows[0]["calls"] == 1
        assert 0 < sum(found.parts.values()) <= found.seconds


def test_a_thread_that_was_given_the_context_records_for_itself():
    def work():
        with cn.profiling() as mine:
            convolve("direct")()
        convolve("direct")()
        assert mine.rows[0]["calls"] == 1
        done.append(True)

    done = []
    with cn.profiling() as found:
        thread = threading.Thread(target=copy_context().run, args=(work,))
        thread.start()
        thread.join()
    assert done
    assert found.rows == []


def test_threads_record_their_own_calls():
    found, ready = {}, threading.Barrier(2)

    def work(calls):
        ready.wait()
        with cn.profiling() as mine:
            for _ in range(calls):
                convolve("fft")()
        found[calls] = mine

    with cn.profiling() as other:
        workers = [threading.Thread(target=work, args=(calls,)) for calls in (20, 30)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    assert {calls: mine.rows[0]["calls"] for calls, mine in found.items()} == {20: 20, 30: 30}
    assert other.rows == []
    for mine in found.values():
        assert 0 < sum(mine.parts.values()) <= mine.seconds


def test_what_helpers_do_passes_while_the_caller_waits():
    image = RNG.random((8, 100, 100), dtype=np.float32)
    with cn.profiling() as found:
        cn.convolve(image, KERNEL, axes=(1, 2), method="fft", workers=2)
    assert 0 < sum(found.parts.values()) <= found.seconds


def test_rows_go_through_json_and_csv():
    with cn.profiling() as found:
        convolve("direct")()
        CALLS["wiener"]()
    told = json.loads(found.to_json())
    assert told == {"seconds": found.seconds, "rows": found.rows}
    lines = list(csv.DictReader(io.StringIO(found.to_csv())))
    for line, row in zip(lines, found.rows, strict=True):
        assert line.keys() == row.keys()
        assert all(float(line[part]) == row[part] for part in ("seconds", *PARTS))
    assert lines[1]["predicted"] == ""  # a restoration predicts nothing
