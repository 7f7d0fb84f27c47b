#!/usr/bin/env python3
"""usage: make.py   Writes the corpus of whole events beside itself: MODEL/valid_*.json, MODEL/invalid_*.json and expected.tsv.

What an event breaks is written here by hand, from docs/contracts.md and the RFCs that it names; nothing comes from headgate. A case is
one value of one field as JSON text; the other members of its event are drawn from the valid cases of other fields, from a seed, so
that no two events are alike. The models are those of the decision tables (tests/decisions/contracts)."""
import json
import random
import shutil
from pathlib import Path

HERE = Path(__file__).parent
OK = None


def strings(rule, *texts):
    return [(json.dumps(text, ensure_ascii=False), rule) for text in texts]


def literals(rule, *texts):
    return [(text, rule) for text in texts]


def types(*texts):
    return literals("type", *texts)


# field: [(JSON text, rule)], or (JSON text, rule, pointer below the field), or (JSON text, [(rule, pointer), ...])
RULES = {
    "text": strings(OK, "ab", "abc", "abcd", "æøåé", "😀😀", "😀😀😀😀", "日本語", 'a"', "a\\")  # 2 to 4 code points
    + literals(OK, "null", '"\\u00e6\\u00e6"', '"\\ud83d\\ude00\\ud83d\\ude00"', '"\\n\\t"', '"a\\/b"')
    + strings("min-length", "", "a", "é", "😀") + literals("min-length", '"\\ud83d\\ude00"', '"\\n"')
    + strings("max-length", "abcde", "æøåéü", "😀😀😀😀😀") + literals("max-length", '"a\\u0062cde"')
    + types("7", "true", "{}", "[]", '["ab"]', "1.5"),
    "code": strings(OK, "ABC", "ZZZ") + literals(OK, '"A\\u0042C"')  # ^[A-Z]{3}$
    + strings("pattern", "", "AB", "ABCD", "abc", "ABC\n", "ÅBC", "A C", " ABC") + types("1"),
    "long_code": strings(OK, "0123abcd-0f0f-Abc1234")  # ^[0-9a-f]{8}-[0-9a-f]{4}-[A-Za-z0-9]{7}$
    + strings("pattern", "0123ABCD-0f0f-Abc1234", "0123abcd-0f0f-Abc123", "0123abcd-0f0f-Abc1234 ", "0123abcd_0f0f-Abc1234"),
    "words": strings(OK, "ac", "zbc", "xxabcx", "ababac")  # (a|b|ab)+c, anywhere
    + strings("pattern", "c", "abab", "", "AC", "a c"),
    "hard": strings(OK, "xxy", "xxxz", "axxya") + strings("pattern", "xy", "y", "xx", "zxx"),  # (x+x+)+[yz]
    "uuid": strings(OK, "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000",
                    "0190f3c2-7f4e-7c11-9a53-0b1d5f0c9a11")
    + strings("format", "", "123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}",
              "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-42661417400g",
              "urn:uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000\n",
              "123e4567-e89b-12d3-a45-6426614174000") + types("42"),
    "ipv4": strings(OK, "192.0.2.1", "0.0.0.0", "255.255.255.255")
    + strings("format", "", "256.0.0.1", "192.0.2", "192.0.2.01", "192.0.2.1.1", " 192.0.2.1", "192.0.2.1/24", "::1", "192.0.2.-1",
              "0xc0.0.2.1", "3221225985"),
    "ipv6": strings(OK, "::", "::1", "2001:db8::7", "2001:db8:0:0:0:0:0:1", "::ffff:192.0.2.1", "FE80::1")
    + strings("format", "", "1::2::3", "12345::", "2001:db8", ":::", "fe80::1%eth0", "[::1]", "192.0.2.1", "::ffff:256.0.0.1",
              "1:2:3:4:5:6:7:8:9", "2001:db8::g"),
    "host": strings(OK, "example.org", "a", "xn--bcher-kva.example", "EXAMPLE.ORG", "a" * 63 + ".example", "1a.example")
    + strings("format", "", "-a.example", "a-.example", "a..b", ".a", "a_b.example", "exa mple.org", "a" * 64 + ".example"),
    "uri": strings(OK, "https://example.org/a?b#c", "urn:isbn:0451450523", "mailto:a@b.example", "http://[2001:db8::7]/")
    + strings("format", "", "/relative", "http://exa mple.org/", "http://[::1", "1http://a", "http://example.org/%zz", "://a"),
    "email": strings(OK, "ada@example.org", "a.b+c@example.org", "A_1-b@sub.example.org")
    + strings("format", "", "ada", "@example.org", "ada@", "a b@example.org", "ada@@example.org", ".ada@example.org",
              "ada.@example.org", "a..b@example.org", "ada@-example.org"),
    "base64": strings(OK, "QUJD", "", "QQ==", "QUI=", "+/+/")
    + strings("format", "QUJ", "Q===", "QU J", "QUJD=", "Q*==", "-_8=", "QUJD\n"),
    "bytes": strings(OK, "AAEC", "", "/w==") + strings("format", "A", "AAE", "=AAA", "AAEC==") + types("[1]", "1"),
    "color": strings(OK, "red", "green", "bleu céleste") + literals(OK, '"r\\u0065d"', "null")
    + strings("enumeration", "Red", "blue", "", "red ", "bleu") + types("1", "true"),
    "many": strings(OK, "a1", "a5", "a9", "a longer one than sixteen") + strings("enumeration", "a10", "a", "a0", "A1", "a longer one"),
    "count": literals(OK, "-5", "0", "5", "5.0", "0.5e1", "-0", "50e-1", "-5.00")  # -5 <= x < 10, multiples of 5
    + literals("minimum", "-10", "-1e1") + literals("maximum", "10", "15", "1e1", "10.0")
    + literals("multiple-of", "7", "9", "1", "-4") + literals("integer", "2.5", "0.1", "5e-1") + types('"5"', "true", "[5]", "{}"),
    "small": literals(OK, "-128", "127", "1e2", "120e-1", "0") + literals("maximum", "128", "1e3", "99999999999999999999")  # i8
    + literals("minimum", "-129", "-1e18") + literals("integer", "1.5", "12e-1"),
    "unsigned": literals(OK, "0", "18446744073709551615", "1e19", "0.0") + literals("minimum", "-1")  # u64
    + literals("maximum", "18446744073709551616", "1e20"),
    "plain": literals(OK, "9223372036854775807", "-9223372036854775808", "1.0", "-1e2", "9.223372036854775807e18")
    + literals("maximum", "9223372036854775808") + literals("minimum", "-9223372036854775809") + literals("integer", "0.1", "1e-1")
    + literals("number-size", "123456789012345678901234567890123456789", "1e401", "-1e999"),
    "digit": literals(OK, "1", "3.0", "5", "30e-1") + literals("enumeration", "2", "0", "-1", "6")
    + literals("integer", "1.5") + types('"1"'),
    "money": literals(OK, "0.05", "250.5", "1e2", "12.35", "5e-2", "250.45")  # 0 < x <= 250.5, multiples of 0.05, two digits
    + literals("minimum", "0", "-1", "-0.05") + literals("maximum", "250.55", "251") + literals("multiple-of", "12.34", "0.01")
    + types('"1.00"', "false"),
    "wide": literals(OK, "1.0123456789", "9999999999999999999999999999.9999999999", "-0.0000000001", "7")
    + literals("scale", "1.01234567891", "0.00000000001", "1e-11"),
    "real": literals(OK, "0.1", "0.3", "0.6", "6e-1", "0.30") + literals("minimum", "0.0", "-0.1", "0")  # 0.1 <= x < 0.7, tenths
    + literals("maximum", "0.7", "1", "0.8") + literals("multiple-of", "0.25", "0.65", "0.15"),
    "single": literals(OK, "1.5", "0", "-2.5e10", "3") + types('"1.5"', "true"),
    "flag": literals(OK, "true", "false", "null") + types("1", "0", '"true"', '""', "[true]"),
    "day": strings(OK, "2020-01-01", "2029-12-31", "2024-02-29")  # 2020-01-01 <= x < 2030-01-01
    + strings("minimum", "2019-12-31", "0001-01-01") + strings("maximum", "2030-01-01", "9999-12-31")
    + strings("date-format", "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "20240101", "2024-1-1", "2024-01-01T00:00:00Z", "",
              "2024-01-00", "2100-02-29", " 2024-01-01", "24-01-01") + types("20240101"),
    "european": strings(OK, "22.11.2026", "29.02.2024")
    + strings("date-format", "2026-11-22", "32.01.2026", "1.1.2026", "29.02.2023", "22.11.26", "22/11/2026"),
    "instant": strings(OK, "2026-11-22T13:44:13Z", "2026-11-22T13:44:13.123456789Z", "2026-11-22T13:44:13+01:00",  # > 2020-01-01
                       "2026-11-22T13:44:13.1-11:30", "2020-01-01T00:00:01Z")
    + strings("minimum", "2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00", "2019-12-31T23:59:59Z")
    + strings("timezone", "2026-11-22T13:44:13", "2026-11-22T13:44:13.5")
    + strings("date-format", "2026-11-22T13:44:60Z", "2026-11-22T24:00:00Z", "2026-11-22T13:44:13+24:00", "2026-11-22",
              "2026-02-30T00:00:00Z", "2026-11-22T13:44Z", "2026-11-22T13:60:00Z", "2026-11-22T13:44:13.Z", "",
              "2026-11-22T13:44:13+0100") + types("1795355112"),
    "local": strings(OK, "2026-11-22T13:44:13", "2026-11-22T13:44:13.5")
    + strings("timezone", "2026-11-22T13:44:13Z", "2026-11-22T13:44:13+01:00") + strings("date-format", "2026-11-22", "13:44:13"),
    "clock": strings(OK, "16:59:59", "17:00:00", "00:00:00", "08:30:00.250") + strings("maximum", "17:00:01", "23:59:59")  # <= 17:00
    + strings("timezone", "08:30:00Z", "08:30:00+01:00") + strings("date-format", "24:00:00", "8:30:00", "08:30", "08:30:60", "083000"),
    "at": strings(OK, "2026-11-22T00:00:00Z", "2026-11-22T00:04:59Z", "2026-11-22T01:04:59+01:00", "1970-01-01T00:00:00Z")
    + strings("event-time-future", "2026-11-22T00:05:01Z", "2026-11-22T01:05:01+01:00", "2027-01-01T00:00:00Z")
    + strings("timezone", "2026-11-22T00:00:00"),
    "tags": literals(OK, '["a"]', '["a","b","c"]', '["a","A","é"]', "null")  # 1 to 3 different ones of at most 3 letters
    + literals("min-items", "[]") + literals("max-items", '["a","b","c","d"]')
    + literals("unique-items", '["a","a"]', '["a","\\u0061"]', '["x","a","x"]')
    + [('["abcd"]', "max-length", "/0"), ('["a","abcd"]', "max-length", "/1"), ("[null]", "null", "/0"), ("[1]", "type", "/0"),
       ('["a",["b"]]', "type", "/1"), ('["a",null]', "null", "/1")] + types('"a"', "1", '{"0":"a"}'),
    "holes": literals(OK, "[null,1,null]", "[]", "[1]", "[1,1]", "[1.0]")
    + [('["1"]', "type", "/0"), ("[1,1.5]", "integer", "/1"), ("[{}]", "type", "/0"), ("[9223372036854775808]", "maximum", "/0")],
    "rows": literals(OK, '[{"a":1}]', '[{"a":1,"b":0.5},{"a":2}]', "[]", '[{"a":1,"b":1},{"a":1,"b":2}]', '[{"a":1,"x":9}]',
                     '[{"b":1,"a":1}]')
    + literals("unique-items", '[{"a":1},{"a":1}]', '[{"a":1},{"a":1.0}]', '[{"a":1},{"b":null,"a":1}]', '[{"a":1},{"a":1,"x":2}]')
    + [('[{"b":1}]', "required", "/0/a"), ('[{"a":null}]', "required", "/0/a"), ("[null]", "null", "/0"), ("[[]]", "type", "/0"),
       ('[{"a":"1"}]', "type", "/0/a"), ('[{"a":1,"a":2}]', "duplicate-member", "/0/a"), ('[{"a":1},{"a":2,"b":"2"}]', "type", "/1/b"),
       ("[" + ",".join('{"a":%d}' % i for i in range(21)) + "]", "max-items", "")],
    "grid": literals(OK, "[[1,2],[3]]", "[]", "[[]]", "[[9],[9]]")
    + [("[[10]]", "maximum", "/0/0"), ("[[1],[2,10]]", "maximum", "/1/1"), ("[1]", "type", "/0"), ("[null]", "null", "/0"),
       ("[[null]]", "null", "/0/0"), ('[[1],["2"]]', "type", "/1/0"), ("[[1.5]]", "integer", "/0/0")],
    "thing": literals(OK, '{"must":"a"}', '{"must":"a","may":"b"}', '{"must":"a","x":1,"y":2,"z":3}', '{"must":null,"may":"b"}')
    + [('{"must":"a","may":"b","third":"c"}', "max-properties", ""), ('{"may":"b"}', "required-key", "/must"),
       ('{"must":"a","must":"b"}', "duplicate-member", "/must"), ('{"must":1}', "type", "/must")] + types("[]", '"x"', "[1]"),
    "nested": literals(OK, '{"inner":{"value":1}}', '{"x":{},"inner":{"value":-1,"y":[]}}', "null")
    + [("{}", "required", "/inner"), ('{"inner":null}', "required", "/inner"), ('{"inner":{}}', "required", "/inner/value"),
       ('{"inner":{"value":"1"}}', "type", "/inner/value"), ('{"inner":[]}', "type", "/inner"),
       ('{"inner":{"value":1,"value":1}}', "duplicate-member", "/inner/value"), ('{"inner":{"value":0.5}}', "integer", "/inner/value")],
}

# Whole texts: [(text, [(rule, pointer), ...])]; "syntax" stands for what is no JSON at all.
WHOLE = {
    "rules": [(text, [("type", "")]) for text in ("[]", '"a"', "7", "true", "null", "[{\"id\":\"1\"}]")] + [
        ("{}", [("required", "/id")]), ('{"id":null}', [("required", "/id")]), ('{"id":7}', [("type", "/id")]),
        ('{"id":"1","id":"1"}', [("duplicate-member", "/id")]), ('{"id":"1","x":{"y":[1,{"z":null}]}}', []),
        ('{"id":"1","x":1,"x":2}', []), ('{"i\\u0064":"1"}', []), ('{"id":"1","te\\u0078t":"a"}', [("min-length", "/text")]),
        (' \t\r\n{ "id" : "1" , "flag" : true }', []), ('{"id":"1","Text":"a"}', []), ('{"id":"1","":5}', []),
        ('{"id":"1","text":"a","flag":1,"count":"5"}', [("min-length", "/text"), ("type", "/flag"), ("type", "/count")])]
    + [(text, [("syntax", "")]) for text in (
        "", " ", "{", "}", '{"id"', '{"id":', '{"id":"1"', '{"id":"1",}', '{"id":"1",,"a":1}', "{'id':'1'}", '{id:"1"}', '{"id":"1" "a":1}',
        '{"id":"1","plain":01}', '{"id":"1","plain":+1}', '{"id":"1","plain":.5}', '{"id":"1","plain":1.}', '{"id":"1","plain":0x10}',
        '{"id":"1","plain":1e}', '{"id":"1","plain":-}', '{"id":"1","real":NaN}', '{"id":"1","real":Infinity}', '{"id":"1","flag":True}',
        '{"id":"1","flag":tru}', '{"id":"1","x":nul}', '{"id":"1","text":"a\tb"}', '{"id":"1","text":"a\nb"}', '{"id":"1","text":"\\x41b"}',
        '{"id":"1","text":"\\u12"}', '{"id":"1","text":"ab}', '{"id":"1","tags":["a"}', '{"id":"1","tags":["a",]}', '{"id":"1"/* */}',
        '\ufeff{"id":"1"}', '{"id":"1","x":' + "[" * 40 + "]" * 40 + "}")],
    # An undeclared name is data, and never told: the place is the object that holds it.
    "closed": [('{"id":"1"}', []), ('{"id":"1","inner":{"a":1}}', []), ('{"id":"1","inner":null}', []),
               ('{"id":"1","x":1}', [("undeclared-field", "")]), ('{"id":"1","x":null}', [("undeclared-field", "")]),
               ('{"id":"1","inner":{"b":1}}', [("undeclared-field", "/inner")]), ('{"id":"1","ID":"2"}', [("undeclared-field", "")]),
               ('{"id":"1","a/b":1}', [("undeclared-field", "")]), ('{"id":"1","":1}', [("undeclared-field", "")]),
               ('{"x":1}', [("required", "/id"), ("undeclared-field", "")]),
               ('{"id":"1","inner":{"a":"1","b":2}}', [("type", "/inner/a"), ("undeclared-field", "/inner")])],
}


def violations_of(field, case):
    rule = case[1]
    if rule is OK:
        return []
    return [(rule, f"/{field}{case[2] if len(case) > 2 else ''}")]


def event_of(members):
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in members) + "}"


def company(draw, taken):
    """Valid members of up to four other fields."""
    others = [field for field in RULES if field not in taken]
    return [(field, draw.choice([case for case in RULES[field] if case[1] is OK])[0]) for field in draw.sample(others, draw.randrange(5))]


def of_fields(draw, cases):
    """One event of these (field, case) pairs and some company."""
    members = [(field, case[0]) for field, case in cases] + company(draw, [field for field, _ in cases])
    draw.shuffle(members)
    members.insert(0, ("id", f'"e-{draw.randrange(10**6)}"'))
    return event_of(members), [violation for field, case in cases for violation in violations_of(field, case)]


def rules_events():
    draw = random.Random(20261122)
    for field, cases in RULES.items():
        for number, case in enumerate(cases):
            yield f"{field}_{number:02}", *of_fields(draw, [(field, case)])
    for number in range(40):  # several at once: every violation is told
        fields = draw.sample(sorted(RULES), 3)
        yield f"several_{number:02}", *of_fields(draw, [(field, draw.choice(RULES[field])) for field in fields])


def main():
    for model in ("rules", "closed"):
        folder = HERE / model
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        events = list(rules_events()) if model == "rules" else []
        events += [(f"whole_{number:02}", text, violations) for number, (text, violations) in enumerate(WHOLE[model])]
        rows = []
        for name, text, violations in events:
            file = f"{'invalid' if violations else 'valid'}_{name}.json"
            (folder / file).write_text(text, newline="")
            rows += [f"{file}\t{rule}\t{pointer}" for rule, pointer in sorted(violations)] or [f"{file}\t-\t"]
        (folder / "expected.tsv").write_text("# event, rule that it breaks, where; - = accepted\n" + "\n".join(sorted(rows)) + "\n")


if __name__ == "__main__":
    main()
