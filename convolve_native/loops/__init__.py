"""Compiled loops, and nothing else.

The contract of a loop: its arguments are checked, C-contiguous and of the dtypes it was compiled
for; where the image goes on outside comes as source indices (`boundary.source_index`), so that no
loop knows a boundary by name; weights come reversed, so that a sum runs forward; scratch comes from
the caller.  It allocates nothing, raises nothing, holds no Python object and does not hold the GIL.
It writes every element of the rows it is given, and the order in which an element is summed does
not depend on which rows those are.
"""

from convolve_native.loops._jit import Loop, forget, stamp, target_cpu

__all__ = ["Loop", "forget", "stamp", "target_cpu"]
