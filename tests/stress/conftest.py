"""Stress of minutes runs where it is asked for, with -m slow, and not with everything else."""


def pytest_collection_modifyitems(config, items):
    if config.getoption("markexpr"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]
