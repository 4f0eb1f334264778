"""`make demo` without a terminal: what it prints, from a folder that has nothing but the files of the project."""

from __future__ import annotations

import subprocess


def test_without_a_terminal_two_written_calls_are_heard(written_calls: subprocess.Popen[str]) -> None:
    out, err = written_calls.communicate(timeout=120)
    assert written_calls.returncode == 0, err
    assert "Traceback" not in err
    chinese, english = out.split("In English: ")
    assert "press  1\n" in chinese
    assert "应缴水费四十二元五角" in chinese
    assert "press  1 2 3 4 5 6 7 4" in english
    assert "You owe forty-two yuan and fifty fen" in english
    assert out.count("you hung up") == 2
    times = [float(line.split()[0]) for line in chinese.splitlines() if " s  " in line]
    assert times == sorted(times)
