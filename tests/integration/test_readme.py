"""README's commands, word for word, in a folder that looks like a clone of this repository."""
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from contracts import example_event, unique
from gateway import EXAMPLES, HEADGATE, ROOT, Gateway, clean_environment, run

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S)


def block(word):
    found = [text for text in BLOCKS if word in text]
    assert len(found) == 1, f"README has {len(found)} blocks with {word}"
    return found[0]


@pytest.fixture
def clone(tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "headgate").symlink_to(HEADGATE)
    shutil.copytree(EXAMPLES, tmp_path / "contracts" / "examples")
    return tmp_path


def bash(text, clone):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", text], capture_output=True, text=True, timeout=30, cwd=clone,
                          env=clean_environment())


def test_every_make_target_that_it_names_exists():
    help = subprocess.run(["make", "-s", "help"], capture_output=True, text=True, cwd=ROOT).stdout
    for target in re.findall(r"^make (\w+)", "".join(BLOCKS), re.M):
        assert re.search(rf"^make .*\b{target}\b", help, re.M), target


def test_the_first_event(serve, clone):
    gateway = serve(clone / "contracts" / "examples", "--embedded", "--profile", "sidecar")
    text = block("curl -i http://127.0.0.1:8080").replace("http://127.0.0.1:8080", gateway.ingest)
    done = bash(text, clone)
    promised = re.search(r"^```\n(HTTP/1.1 202 Accepted)\n(.*)\n```", README, re.M)
    assert done.stdout.startswith(promised[1]) and done.stdout.endswith("\n" + promised[2])
    broken = bash(text.replace('"total_cents": 4250', '"total_cents": "4250"'), clone)
    assert "HTTP/1.1 422" in broken.stdout and '"/total_cents"' in broken.stdout and '"type"' in broken.stdout
    assert run("explain", "type").returncode == 0


def test_trying_an_event(clone):
    done = bash(block("headgate try"), clone)
    assert done.returncode == 0, done.stderr
    use, = json.loads(done.stdout)["uses"]
    assert set(use["value"]) == {"placed_at", "total_cents"} and "c-17" not in done.stdout


def test_ones_own_contracts(kafka, clone):
    *lines, last = block("my-contracts").strip().splitlines()
    assert last.startswith("build/headgate serve ")
    done = bash("\n".join(lines), clone)
    assert done.returncode == 0, done.stderr
    key = re.search(r"hg_\S+", done.stdout)[0]
    rename_domain(clone / "my-contracts")
    words = last.split()[2:]
    words[words.index("broker:9092")] = kafka.bootstrap
    gateway = Gateway(None, *[clone / word if (clone / word).exists() else word for word in words])
    try:
        assert gateway.post("order_placed", example_event("shop"), key=key).status_code == 202
    finally:
        gateway.close()


def rename_domain(folder):
    """So that this test's topics are its own."""
    for file in folder.glob("*.yaml"):
        document = yaml.safe_load(file.read_text())
        if "domain" in document:
            file.write_text(yaml.safe_dump({**document, "domain": unique("readme")}))


def test_the_files_that_it_links_to_exist():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / Path(target)).exists(), target
