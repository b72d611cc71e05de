"""The draft about a renewal: a project is as good as its worst measure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sla.renewal import Advice, YearFacts, recommend

WELL = YearFacts((99, 100), (19, 20), (9, 10), (950, 1000), 0, 4, 0)


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        (WELL, Advice.RECOMMEND),
        (replace(WELL, response=(94, 100)), Advice.TALK),
        (replace(WELL, response=(84, 100)), Advice.NOT),
        (replace(WELL, recovery=(80, 100)), Advice.TALK),
        (replace(WELL, dissatisfied=1), Advice.TALK),
        (replace(WELL, dissatisfied=2), Advice.NOT),
        (replace(WELL, disputes=1), Advice.TALK),
        (replace(WELL, onsite=(0, 0)), Advice.RECOMMEND),
        (YearFacts(), Advice.TALK),
    ],
)
def test_the_worst_measure_decides(facts, advice):
    assert recommend(facts).advice is advice


def test_what_has_no_facts_is_not_applicable():
    found = {one.measure.key: one for one in recommend(YearFacts(response=(1, 1))).findings}
    assert (found["onsite"].value, found["onsite"].advice) == (None, None)
    assert found["response"].value == 100
