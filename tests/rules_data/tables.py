"""T2-01 … T4-05."""

from decimal import Decimal

from nianbao.form import ExtraRow
from rules_data.reports import (
    CITY,
    DISTRICT,
    NAME,
    TEXT,
    TOWN,
    Examples,
    alone,
    blank,
    blank_table,
    documents,
    licensing,
    p21,
    procurement,
    r19,
    r21,
    requests,
    reviews,
    suits,
)
from strategies import row, seed_figures

MENTIONED = {"problems": TEXT["problems"] + "有一件行政复议被纠正。"}
RIGHT = requests(received=3, granted=2, total=2, carried_out=1)
OTHER = "other_handling__other"
DIRECT = row("disputes.litigation_direct", other=3, total=3)
LOCAL_REQUEST = ExtraRow("requests", "9.其他", {"other": 1, "total": 1}, "refused.inquiry")
ONE_SUM = "requests.carried_in.business"

DISCLOSURE = {
    "T2-01": Examples(
        alone(
            r21(documents(in_force=7, made=2)),
            r21(documents(in_force=0, made=2, repealed=2)),
            r21(documents(in_force=None)),
        ),
        (
            *alone(r21(documents(in_force=3, made=5))),
            *alone(r21(row("disclosure.regulations", made=1))),
        ),
        alone(r21(documents(in_force=None, made=5))),
    ),
    "T2-02": Examples(
        alone(
            r19(),
            seed_figures(),
            r19(licensing(items=3, change=-3)),
            r19(licensing(items=None)),
        ),
        alone(r19(licensing(items=3, change=-4)), r19(row("disclosure.fees", change=-1))),
        alone(r19(licensing(items=3, change=None)), r19(licensing(items=None, change=-1))),
    ),
    "T2-03": Examples(
        alone(
            seed_figures(),
            r19(licensing(items=1, change=-1, decisions=5)),
            r19(licensing(items=None, change=1, decisions=5)),
        ),
        alone(r19(licensing(decisions=5)), r19(row("disclosure.penalties", decisions=1))),
        alone(r19(licensing(items=None, decisions=5)), r19(licensing(decisions=None))),
    ),
    "T2-04": Examples(
        alone(seed_figures(), r19(documents(made=2, disclosed=2, total=2))),
        alone(
            r19(documents(made=9, disclosed=8, total=7)),
            r19(documents(made=1, disclosed=3, total=7)),
        ),
        alone(r19(documents(disclosed=None)), r19(documents(disclosed=2, total=None))),
    ),
    "T2-05": Examples(
        alone(r19(), r19(procurement(projects=2, amount=Decimal("160.5964")))),
        alone(r19(procurement(projects=2)), r19(procurement(amount=Decimal("0.5")))),
        alone(r19(procurement(projects=2, amount=None))),
    ),
    "T2-06": Examples(
        alone(
            r21(name=DISTRICT),
            r21(name=TOWN),
            seed_figures(),
            r21(blank_table("disclosure"), name=DISTRICT),
        ),
        alone(
            r21(row("disclosure.regulations", in_force=2), name=DISTRICT),
            r19(row("disclosure.regulations", total=2), name=TOWN),
            r21(row("disclosure.regulations", in_force=1), name="某某市某某局"),
        ),
        alone(r21(row("disclosure.regulations", in_force=None), name=DISTRICT)),
    ),
    "T2-07": Examples(
        alone(
            seed_figures(),
            r19(documents(made=2, disclosed=2, total=2)),
            r19(documents(made=40, disclosed=40, total=60)),
        ),
        alone(
            r19(documents(made=491, disclosed=491, total=491)),
            r19(documents(made=10, disclosed=10, total=10)),
        ),
        alone(r19(documents(made=491, disclosed=None, total=491))),
    ),
    "T2-08": Examples(
        (
            *alone(seed_figures(), r19(), r21(licensing(decisions=1)), r21()),
            (r21(), p21()),
            (r21(licensing(decisions=1)), p21(licensing(decisions=9))),
        ),
        (
            *alone(r19(licensing(items=3)), r19(row("disclosure.penalties", change=2))),
            (r21(), p21(licensing(decisions=9))),
        ),
        (
            *alone(r19(licensing(items=3, decisions=None))),
            (r21(licensing(decisions=None)), p21(licensing(decisions=9))),
        ),
    ),
}

REQUESTS = {
    "T3-01": Examples(
        alone(r21(), r21(RIGHT), seed_figures(), r21(blank_table("requests"))),
        alone(r21(RIGHT | requests(carried_out=0))),
        alone(
            r21(RIGHT | blank("requests.carried_out.total")),
            r21(RIGHT | blank("requests.carried_out.total", "requests.received.total")),
        ),
    ),
    "T3-02": Examples(
        alone(r21(), r21(RIGHT), seed_figures(), r21(blank_table("requests"))),
        alone(r21(RIGHT | requests(partial=1))),
        alone(r21(RIGHT | blank("requests.partial.natural_person"))),
    ),
    "T3-03": Examples(
        alone(r21(), r21(RIGHT), seed_figures(), r21(blank_table("requests"))),
        alone(
            r21(RIGHT | {"requests.received.other": 1}),
            # No figure that may stand in the blank makes the sum right.
            r21({"requests.received.natural_person": 3, **blank("requests.received.other")}),
        ),
        alone(
            r21(blank(ONE_SUM)),
            r21(blank(*(c for c in blank_table("requests") if c.endswith(".total")))),
        ),
    ),
    "T3-04": Examples(
        alone(
            r21(requests(carried_in=2, granted=2, total=2)),
            r21(blank("requests.total.total")),
            r21(blank_table("requests")),
        ),
        alone(r21(requests(carried_in=2, granted=1, total=1, carried_out=1))),
        alone(r21(blank("requests.carried_in.total"))),
    ),
    "T3-05": Examples(
        alone(
            r21(requests(received=10, granted=5, total=5, carried_out=5)),
            r21(requests(received=100, granted=80, total=80, carried_out=20)),
            r21(requests(carried_out=5) | blank("requests.received.total")),
        ),
        alone(r21(requests(received=10, granted=4, total=4, carried_out=6))),
        alone(
            r21(blank("requests.carried_out.total")),
            r21(requests(carried_out=9) | blank("requests.received.total")),
        ),
    ),
    "T3-06": Examples(
        alone(
            r21(requests(granted=1, **{OTHER: 9})),
            r21(requests(**{OTHER: 2})),
            r21(blank("requests.granted.total")),
        ),
        alone(r21(requests(received=3, total=3, **{OTHER: 3}))),
        alone(
            r21(requests(**{OTHER: 3}) | blank("requests.granted.total")),
            r21(blank("requests.other_handling.other.total")),
        ),
    ),
    "T3-07": Examples(
        alone(
            r21(requests(granted=30, total=40, **{OTHER: 10})),
            r21(requests(total=4, **{OTHER: 4})),
        ),
        alone(r21(requests(granted=10, total=15, **{OTHER: 5}))),
        alone(
            r21(blank("requests.other_handling.other.total")),
            r21(requests(**{OTHER: 5}) | blank("requests.total.total")),
        ),
    ),
    "T3-08": Examples(
        alone(r21(name=TOWN), r21(requests(refused__state_secret=1), name=CITY)),
        alone(
            r21(requests(refused__state_secret=1), name=TOWN),
            r21(requests(refused__state_secret=1), name="某区某某街道办事处"),
        ),
        alone(r21(blank("requests.refused.state_secret.total"), name=TOWN)),
    ),
    "T3-09": Examples(
        (
            *alone(r21(), r21(RIGHT | reviews(upheld=1, total=1))),
            (r21(reviews(upheld=1, total=1)), p21(requests(received=1))),
            (r21(reviews(upheld=1, total=1), extra=(LOCAL_REQUEST,)), p21()),
        ),
        ((r21(reviews(upheld=1, total=1)), p21()),),
        (
            *alone(r21(reviews(upheld=1, total=1))),
            *alone(r21(reviews(upheld=1, total=1) | blank(ONE_SUM))),
            (r21(reviews(upheld=1, total=1)), p21(blank("requests.received.total"))),
        ),
    ),
}

DISPUTES = {
    "T4-01": Examples(
        alone(r21(), r21(reviews(upheld=1, pending=2, total=3)), r21(blank_table("disputes"))),
        alone(r21(reviews(upheld=1, total=3)), r21(suits(corrected=1))),
        alone(
            r21(reviews(upheld=1, pending=None, total=3)),
            r21(reviews(upheld=None, pending=None, total=3)),
        ),
    ),
    "T4-02": Examples(
        "表内看不出一件案件是不是仅作为复议机关应诉，只能提出问题",
        "表内看不出一件案件是不是仅作为复议机关应诉，只能提出问题",
        alone(
            r21(suits(upheld=2, total=2), name=CITY),
            r21(suits(total=None), name=CITY),
        ),
    ),
    "T4-03": Examples(
        (
            *alone(r21(), r21(reviews(total=2) | suits(total=2)), r21(reviews(total=None))),
            (r21(reviews(total=1) | suits(total=2)), p21(reviews(total=1))),
        ),
        ((r21(reviews(total=1) | suits(total=3)), p21(reviews(total=1))),),
        (
            *alone(r21(suits(total=1)), r21(suits(total=None))),
            *alone(r21(suits(total=1) | reviews(total=None))),
            (r21(suits(total=1)), p21(reviews(total=None))),
        ),
    ),
    "T4-04": Examples(
        (
            *alone(r21(), r21(RIGHT | reviews(total=3))),
            (r21(reviews(total=3)), p21(requests(received=3, granted=3, total=3))),
        ),
        (
            (r21(reviews(total=3)), p21(requests(granted=2, total=2))),
            (r21(DIRECT), p21(requests(granted=2, total=2))),
        ),
        (
            *alone(r21(reviews(total=3)), r21(reviews(total=None))),
            (r21(reviews(total=3)), p21(blank("requests.total.total"))),
        ),
    ),
    "T4-05": Examples(
        alone(
            r21(),
            r21(reviews(corrected=1, total=1), text=MENTIONED),
            r21(reviews(corrected=None), text=MENTIONED),
            r21(reviews(corrected=1, total=1), text={"problems": ""}),
        ),
        alone(r21(reviews(corrected=1, total=1), name=NAME)),
        alone(r21(reviews(corrected=None))),
    ),
}

EXAMPLES = DISCLOSURE | REQUESTS | DISPUTES
