"""Our table of schema pairs carries Apache Avro's own verdicts; the unit test holds ours against them."""
import subprocess
from pathlib import Path


def test_verdicts_are_apache_avros():
    script = Path(__file__).with_name("avro_oracle.sh")
    done = subprocess.run([script], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all judged alike" in done.stdout
