"""Mistakes as programs read them: JSON, GitHub's workflow commands, SARIF."""

from __future__ import annotations

import orjson

from ivrkit.flow import Diagnostic, as_github, as_json, as_sarif

ACOUNT = Diagnostic(
    "flows/hotline.yaml",
    31,
    36,
    "error",
    'node "main" goes to "acount", which is not in this flow; did you mean "account"?',
    "unknown-node",
    '      "2": {label: menu.pay, next: acount}',
    6,
)
ODD = Diagnostic("a,b:c.yaml", 2, 3, "warning", "100% of 50%", "many-options", "xyz", 2)


def test_programs_read_the_same_as_json() -> None:
    assert orjson.loads(as_json([ACOUNT])) == [
        {
            "path": "flows/hotline.yaml",
            "line": 31,
            "column": 36,
            "end_column": 42,
            "severity": "error",
            "message": ACOUNT.message,
            "check": "unknown-node",
        }
    ]


def test_github_shows_it_beside_the_line() -> None:
    assert as_github([ODD]) == (
        "::warning file=a%2Cb%3Ac.yaml,line=2,col=3,endColumn=5,title=many-options::100%25 of 50%25"
    )


def test_sarif_has_each_rule_once_and_each_mistake_at_its_place() -> None:
    log = orjson.loads(as_sarif([ACOUNT, ODD, ACOUNT]))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    [run] = log["runs"]
    assert run["tool"]["driver"]["name"] == "ivrkit"
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["tool"]["driver"]["rules"] == [
        {"id": "unknown-node", "defaultConfiguration": {"level": "error"}},
        {"id": "many-options", "defaultConfiguration": {"level": "warning"}},
    ]
    assert [(result["ruleId"], result["ruleIndex"], result["level"]) for result in run["results"]] == [
        ("unknown-node", 0, "error"),
        ("many-options", 1, "warning"),
        ("unknown-node", 0, "error"),
    ]
    first = run["results"][0]
    assert first["message"] == {"text": ACOUNT.message}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "flows/hotline.yaml"},
                "region": {"startLine": 31, "startColumn": 36, "endColumn": 42},
            }
        }
    ]


def test_sarif_counts_characters_and_writes_paths_as_addresses() -> None:
    wrong = Diagnostic("/home/李 明/水.yaml", 7, 5, "error", "缺少", "dead-end", "  主: 😀", 2)
    [result] = orjson.loads(as_sarif([wrong]))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///home/%E6%9D%8E%20%E6%98%8E/%E6%B0%B4.yaml"
    assert place["region"] == {"startLine": 7, "startColumn": 5, "endColumn": 7}


def test_sarif_has_no_place_for_a_file_as_a_whole_and_no_results_where_nothing_is_wrong() -> None:
    missing = Diagnostic("\udcff.yaml", 0, 1, "error", "there is no such file", "no-file")
    [result] = orjson.loads(as_sarif([missing]))["runs"][0]["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "%EF%BF%BD.yaml"}}}]
    assert orjson.loads(as_sarif([]))["runs"][0]["results"] == []
