"""Y-01 … Y-08."""

from rules_data.reports import (
    BLANK,
    CITY,
    DISTRICT,
    Examples,
    blank,
    blank_table,
    documents,
    licensing,
    p19,
    p21,
    r19,
    r21,
    report,
    requests,
    reviews,
)
from strategies import row, seed_figures

SPLIT = {"other_services": ("行政检查", "行政确认")}
OTHER_WAY = {"other_services": ("行政确认", "行政检查")}
NAMED_ANEW = {"other_services": ("行政奖励", "行政裁决")}


def services(index: int, **figures: int | None) -> dict[str, int | None]:
    return row(f"disclosure.other_services[{index}]", **figures)


CARRIED_IN = r21(requests(carried_in=2, granted=2, total=2))
CARRIED_OUT = requests(received=2, carried_out=2)

EXAMPLES = {
    "Y-01": Examples(
        (
            (r21(), p21()),
            (CARRIED_IN, p21(CARRIED_OUT)),
            (report(2021, 2021), report(2019, 2020)),
            (CARRIED_IN, p21(blank_table("requests"))),
        ),
        (
            (CARRIED_IN, p21()),
            (CARRIED_IN, p21(requests(received=3, carried_out=3))),
            (report(2021, 2021), report(2019, 2020, CARRIED_OUT)),
        ),
        (
            (CARRIED_IN, p21(CARRIED_OUT | blank("requests.carried_out.total"))),
            (r21(blank("requests.carried_in.business")), p21()),
            (r21(), r21()),
            (r21(), report(2021, 2020)),
            (report(2019, 2020), report(2021, 2019)),
        ),
    ),
    "Y-02": Examples(
        (
            (r21(documents(in_force=7, made=2, repealed=1)), p21(documents(in_force=6))),
            (r21(blank_table("disclosure")), p21()),
        ),
        (
            (r21(documents(in_force=7, made=2)), p21(documents(in_force=6))),
            (r21(), p21(row("disclosure.regulations", in_force=1))),
        ),
        (
            (r21(documents(in_force=7, made=None)), p21(documents(in_force=6))),
            (r21(), p21(documents(in_force=None))),
        ),
    ),
    "Y-03": Examples(
        (
            (r19(licensing(items=2)), p19(licensing(items=3, change=-1))),
            (
                r19(services(0, items=4), repeats=SPLIT),
                p19(services(1, items=3, change=1), repeats=OTHER_WAY),
            ),
            # Rows of other names: only their sums can be compared.
            (
                r19(services(0, items=4) | services(1, items=1), repeats=SPLIT),
                p19(services(0, items=2) | services(1, items=3), repeats=NAMED_ANEW),
            ),
        ),
        (
            (r19(licensing(items=2)), p19(licensing(items=3))),
            (r19(row("disclosure.fees", items=1)), p19()),
            (
                r19(services(0, items=4), repeats=SPLIT),
                p19(services(0, items=4), repeats=OTHER_WAY),
            ),
            (r19(services(0, items=4), repeats=SPLIT), p19(repeats=NAMED_ANEW)),
        ),
        (
            (r19(licensing(items=None)), p19()),
            (r19(), p19(licensing(change=None))),
        ),
    ),
    "Y-04": Examples(
        (
            (r19(documents(disclosed=1, total=7)), p19(documents(total=6))),
            (r19(documents(disclosed=1, total=5)), p19(documents(total=6))),
            (r19(), p19(documents(total=None))),
        ),
        ((r19(documents(disclosed=1, total=8)), p19(documents(total=6))),),
        (
            (r19(documents(disclosed=1, total=None)), p19()),
            (r19(documents(disclosed=1, total=8)), p19(documents(total=None))),
        ),
    ),
    "Y-05": Examples(
        (
            (
                report(2021, 2021, documents(in_force=8, made=1)),
                report(2019, 2020, documents(total=7)),
            ),
        ),
        (
            (report(2021, 2021, documents(in_force=9), name=DISTRICT), seed_figures()),
            (
                report(2021, 2021, documents(in_force=0, repealed=1), name=DISTRICT),
                seed_figures(),
            ),
        ),
        ((report(2021, 2021, documents(in_force=None), name=DISTRICT), seed_figures()),),
    ),
    "Y-06": Examples(
        (
            (r21(), p21()),
            (r21(reviews(upheld=2, total=2)), p21(reviews(pending=2, total=2))),
            (r21(reviews(total=None)), p21()),
        ),
        ((r21(reviews(upheld=1, total=1)), p21(reviews(pending=2, total=2))),),
        (
            (r21(reviews(total=None)), p21(reviews(pending=2, total=2))),
            (r21(), p21(reviews(pending=None))),
        ),
    ),
    "Y-07": Examples(
        (
            (r21(licensing(decisions=19)), p21()),
            (r21(licensing(decisions=100)), p21(licensing(decisions=20))),
            (r21(licensing(decisions=4)), p21(licensing(decisions=20))),
            (r21(licensing(decisions=None)), p21(licensing(decisions=20))),
            (
                r19(services(0, decisions=235), repeats=SPLIT),
                p19(services(1, decisions=200), repeats=OTHER_WAY),
            ),
        ),
        (
            (r21(licensing(decisions=101)), p21(licensing(decisions=20))),
            (r19(services(0, decisions=235), repeats=SPLIT), p19(repeats=SPLIT)),
            (r21(), p21(licensing(decisions=20) | requests(received=30, granted=30, total=30))),
        ),
        BLANK,
    ),
    "Y-08": Examples(
        (
            (r21(), p21()),
            (r21(licensing(decisions=9)), p21(licensing(decisions=8))),
            # What is in force stays from year to year.
            (r21(documents(in_force=7)), p21(documents(in_force=7))),
            (
                r19(services(0, decisions=9), repeats=SPLIT),
                p19(services(0, decisions=9), repeats=OTHER_WAY),
            ),
            (
                report(2021, 2021, licensing(decisions=9)),
                report(2019, 2020, licensing(decisions=9)),
            ),
        ),
        (
            (r21(licensing(decisions=9)), p21(licensing(decisions=9))),
            (
                r19(services(0, decisions=9), repeats=SPLIT),
                p19(services(0, decisions=9), repeats=SPLIT),
            ),
            (
                r21(reviews(upheld=2, total=2), name=CITY),
                p21(reviews(upheld=2, total=2), name=CITY),
            ),
        ),
        (
            (
                r21(licensing(decisions=9) | documents(made=None)),
                p21(licensing(decisions=9)),
            ),
        ),
    ),
}
