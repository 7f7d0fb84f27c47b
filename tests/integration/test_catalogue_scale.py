"""A catalogue of 1,000 models with 5 uses each, loaded anew while events come in."""
import re

import decode
from contracts import Folder, small_model, small_use, topic_of, unique
from gateway import EXAMPLES, new_keys, wait_for
from load import Ledger

MODELS, USES = 1000, 5


def write_payments(folder):
    """The payments example under a thousand names. Its uses are drafts: compiled and judged like all others, but a test's broker need
    not hold thousands of topics."""
    source = EXAMPLES / "payments"
    model = next(source.glob("*.model.odcs.yaml")).read_text()
    uses = [re.sub(r"^    physicalName: payments.*\n", "", file.read_text().replace("status: active", "status: draft"), flags=re.M)
            for file in sorted(source.glob("*.use.odcs.yaml"))]
    for i in range(MODELS - 1):
        def renamed(text):
            return text.replace("payment_authorized", f"payment_{i}").replace("payment.authorized", f"payment.{i}")

        (folder.path / f"{i}.model.yaml").write_text(renamed(model))
        for k in range(USES):
            text = re.sub(r"^(id: .*)$", rf"\g<1>_{i}_{k}", renamed(uses[k % len(uses)]), count=1, flags=re.M)
            (folder.path / f"{i}.{k}.use.yaml").write_text(re.sub(r"^(name: .*)$", rf"\g<1>_{k}", text, count=1, flags=re.M))


def loaded_models(gateway):
    return gateway.log("reloaded")[-1]["models"], gateway.log("reloaded")[-1]["uses"]


def test_reloads_of_a_thousand_models_lose_nothing(kafka, serve, tmp_path):
    event, folder = unique("scale"), Folder(tmp_path / "contracts")
    write_payments(folder)
    folder.write(small_model(event))
    for k in range(USES):
        folder.write(small_use(event, f"reader{k}"))
    gateway = serve(folder, "--keys", new_keys(tmp_path), "--workers", "2", kafka=kafka.bootstrap)
    with Ledger(gateway, event, threads=3, per_request=5) as ledger:
        wait_for(ledger.count, "the first events are accepted")
        for round in range(2):
            folder.edit("reader0", lambda use: use["description"].update(purpose=f"Test reader0, round {round}."))
            before = ledger.count()
            gateway.reload()
            assert loaded_models(gateway) == (MODELS, MODELS * USES)
            wait_for(lambda: ledger.count() > before, "events are accepted by the new catalogue")
    assert not ledger.other and not ledger.uncertain and not ledger.untaken and not ledger.unknown, "all were accepted"
    assert ledger.count() > 0
    for k in range(USES):
        records = kafka.read(topic_of(event, f"reader{k}"))
        ids = [decode.fast(gateway.schemas, record)["id"] for record in records]
        assert sorted(ids) == sorted(ledger.acked), "each was written once for each use"
