"""headgate matrix as people and programs get it: a page that is well-formed, a CSV that a spreadsheet reads, exit codes."""

import csv
import html.parser
import io
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = ROOT / "contracts" / "examples"
CLINIC = ROOT / "tests" / "corpus" / "matrix" / "contracts"


def run(*arguments, code=0):
    done = subprocess.run([os.environ["HEADGATE"], "matrix", *map(str, arguments)], capture_output=True, timeout=30)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


class Page(html.parser.HTMLParser):
    """Fails on an end tag that closes nothing; collects what the tests ask for."""

    VOID = {"meta", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.links, self.text = [], [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert not any(name.startswith("on") for name in attributes), f"a handler on {tag}"
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]} at {self.getpos()}"
        self.open.pop()

    def handle_data(self, data):
        self.text += data


def test_the_page_is_well_formed_and_accessible():
    for folder in (EXAMPLES, CLINIC):
        page = Page(run(folder, "--html")[0])
        assert page.open == []
        names = [tag for tag, _ in page.tags]
        assert names.count("caption") == names.count("table") > 0
        assert all(attributes.get("scope") in ("row", "col") for tag, attributes in page.tags if tag == "th")
        assert not {"script", "img", "link", "iframe", "object", "form"} & set(names)
        assert len(set(page.ids)) == len(page.ids)
        assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
        assert ("html", {"lang": "en"}) in page.tags


def test_the_page_shows_markup_of_contracts_as_text():
    page = Page(run(CLINIC, "--html")[0])
    assert 'Call patients back <script>alert("1")</script> & care' in page.text
    assert "it's <hidden>" in page.text


def test_the_record_is_read_by_a_csv_reader():
    rows = list(csv.DictReader(io.StringIO(run(EXAMPLES, "--record-of-processing")[0], newline="")))
    record = json.loads(run(EXAMPLES, "--record-of-processing", "--json")[0])
    assert [row["Processing activity"] for row in rows] == [entry["activity"] for entry in record["activities"]]
    assert all(None not in row and None not in row.values() for row in rows)
    fraud = next(row for row in rows if row["Processing activity"] == "fraud_detection")
    assert fraud["(d) Recipients inside the organisation"] == "risk-stream-processor (read)"
    assert fraud["(e) Regions of storage"] == "EU"
    assert fraud["(a) Controller"] == ""
    assert "pseudonyms by keyed hash: customer_ref" in fraud["(g) Security measures: handling of the data"]


def test_json_says_who_gets_what():
    matrix = json.loads(run(EXAMPLES, "--json")[0])
    model = next(model for model in matrix["models"] if model["event"] == "payment.authorized")
    email = next(field for field in model["fields"] if field["field"] == "customer.email")
    assert email["class"] == "restricted"
    assert [(use["use"], use["as"], use["class"]) for use in email["uses"]] == [
        ("customer_support", "customer.email_hint", "restricted")
    ]
    found = json.loads(run(EXAMPLES, "--find", "user.contact.email", "--json")[0])["found"]
    assert ("payment.authorized", "customer.email") in [(match["event"], match["field"]) for match in found]
    claims = json.loads(run(EXAMPLES, "--unclaimed", "--json")[0])["events"]
    payment = next(event for event in claims if event["event"] == "payment.authorized")
    assert payment["unclaimed"] == ["customer.account_opened_on"]
    assert set(payment["collect"]).isdisjoint(payment["unclaimed"])


def test_tables_off_a_terminal_have_no_colour_and_fit():
    text, _ = run(EXAMPLES)
    assert "\033" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_exit_codes(tmp_path):
    run(EXAMPLES, "--find", "nothing of that kind")
    run(EXAMPLES, "--html", "--unclaimed", code=2)
    run(EXAMPLES, "--html", "--json", code=2)
    run(EXAMPLES, "--find", "", code=2)
    assert run(tmp_path)[0] == "no event model is declared\n"
    model = (EXAMPLES / "shop" / "order-placed.model.odcs.yaml").read_text()
    (tmp_path / "broken.odcs.yaml").write_text(model.replace("logicalType: timestamp", "logicalType: moment"))
    output, errors = run(tmp_path, code=1)
    assert output == "" and "broken.odcs.yaml" in errors
