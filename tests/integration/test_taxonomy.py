"""The taxonomy of privacy that contracts are written in, against the package that it comes from: every key, no other, and for each
deprecated one the key that replaces it."""
import subprocess
import sys

import pytest
import yaml
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from contracts import Folder, small_model, small_use
from gateway import ROOT, run

CATEGORIES, USES, SUBJECTS = (getattr(DEFAULT_TAXONOMY, kind) for kind in ("data_category", "data_use", "data_subject"))


def in_force(keys):
    return [item.fides_key for item in keys if item.version_deprecated is None]


def deprecated(keys):
    return [item for item in keys if item.version_deprecated is not None]


def config(tmp_path, governance):
    """What `headgate config` says of a configuration with these limits."""
    file = tmp_path / "headgate.yaml"
    file.write_text(yaml.safe_dump({"governance": governance}))
    return run("config", "--config", str(file))


def test_the_table_is_what_its_script_makes_of_the_package():
    made = subprocess.run([sys.executable, "contracts/data/make_fideslang.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stdout == (ROOT / "contracts/data/fideslang.c").read_text()


def test_all_keys_in_force_are_known(tmp_path):
    assert len(USES) == 56
    done = config(tmp_path, {"categories": {key: {"data_uses": in_force(USES)} for key in in_force(CATEGORIES)}})
    assert done.returncode == 0, done.stderr


def test_deprecated_keys_are_refused_with_their_successors(tmp_path):
    governed = [({"classes": {"public": {"data_uses": [item.fides_key]}}}, item) for item in deprecated(USES)]
    governed += [({"categories": {item.fides_key: {"retention": "1d"}}}, item) for item in deprecated(CATEGORIES)]
    assert governed
    for governance, item in governed:
        done = config(tmp_path, governance)
        assert done.returncode == 2, item.fides_key
        assert not item.replaced_by or f"did you mean {item.replaced_by}?" in done.stderr


@pytest.mark.parametrize("key", ["essential.fraud", "user.email", "Essential", "user."])
def test_what_the_package_does_not_have_is_refused(tmp_path, key):
    assert key not in {item.fides_key for item in [*USES, *CATEGORIES]}
    assert config(tmp_path, {"categories": {key: {"retention": "1d"}}}).returncode == 2
    assert config(tmp_path, {"classes": {"public": {"data_uses": [key]}}}).returncode == 2


def test_subjects_are_those_of_the_package(tmp_path):
    def check(subjects):
        folder = Folder(tmp_path / "contracts")
        model = small_model("taxonomy")
        for custom in model["customProperties"]:
            if custom["property"] == "dataSubjects":
                custom["value"] = subjects
        folder.write(model)
        folder.write(small_use("taxonomy", "reader"))
        return run("check", str(tmp_path / "contracts"))

    assert check(in_force(SUBJECTS)).returncode == 0
    wrong = check(["customers"])
    assert wrong.returncode == 1 and "data-subject" in wrong.stdout and "Did you mean 'customer'?" in wrong.stdout
