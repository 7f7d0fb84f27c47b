"""The Kafka room against a real broker: topics made and audited, a frozen broker, a topic that comes back."""

import pathlib
import subprocess


def test_topics_and_lanes_against_a_real_broker():
    script = pathlib.Path(__file__).parent / "kafka" / "room.sh"
    done = subprocess.run(["bash", script], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
