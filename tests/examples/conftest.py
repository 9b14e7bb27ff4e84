from collections.abc import Iterator

import pytest
from sample_program import Sample


@pytest.fixture(scope="module")
def slow_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A sample whose faults file says slow since before its start."""
    folder = tmp_path_factory.mktemp("slow")
    (folder / "faults.json").write_text('{"on": ["slow"]}')
    sample = Sample.begin(folder)
    yield sample
    if sample.program.poll() is None:
        sample.end()


@pytest.fixture(scope="module")
def sample(slow_sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A healthy sample; the slow one runs beside it because its requests take 11 seconds."""
    sample = Sample.begin(tmp_path_factory.mktemp("orders"))
    yield sample
    if sample.program.poll() is None:
        sample.end()
