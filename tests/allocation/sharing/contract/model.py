"""A second opinion in fractions: agreement year by year on whole sums, no months, no memory of taxes.

For one tax it agrees to the fen. For several it may differ by a fen or so a tax and year, for it splits the
taxes together.
"""

from datetime import date, timedelta
from fractions import Fraction


def month(day):
    return day.isoformat()[:7]


def year_of(first, start, day):
    if first.year_basis == "calendar":
        return day.year - start.year + 1
    return day.year - start.year + (1 if (day.month, day.day) >= (start.month, start.day) else 0)


def year_begin(first, start, number):
    if first.year_basis == "calendar":
        return date(start.year + number - 1, 1, 1)
    try:
        return date(start.year + number - 1, start.month, start.day)
    except ValueError:
        return date(start.year + number - 1, 3, 1)


def round_parts(exact):
    """Largest remainder by its definition."""
    parts = [part.numerator // part.denominator for part in exact]
    for _ in range(int(sum(exact)) - sum(parts)):
        rests = [e - p for e, p in zip(exact, parts, strict=True)]
        parts[rests.index(max(rests))] += 1
    return parts


def last_day(events):
    return min((one.on for one in events if one.kind in {"end", "relocation"}), default=date.max)


def start_of(versions, receipts, events):
    """The first tax is tried day by day: would it count if the years began with it?"""
    first, end = versions[0].contract, last_day(events)
    kind = first.clock.kind
    if kind == "fixed":
        found = first.clock.on
    elif kind != "first_tax":
        found = min((one.on for one in events if one.kind == kind), default=None)
    else:
        good = [r for r in receipts if r.fen > 0 and first.effective_on <= r.paid_on <= end]
        found = min(
            (r.paid_on for r in good if covered(governing(versions, r.paid_on, end), r)), default=None
        )
    return found if found and found <= end else None


def governing(versions, day, end):
    """The terms of a day that is the first of the years."""
    return [terms for since, terms in pieces(versions, day, 1, end) if since <= month(day)][-1]


def pieces(versions, start, number, end):
    """What governs an agreement year, each with the month from which on it does."""
    first = versions[0].contract
    begin = year_begin(first, start, number)
    close = min(year_begin(first, start, number + 1) - timedelta(days=1), end)
    found = [([v for v in versions if v.contract.effective_on <= begin] or versions[:1])[-1]]
    since = [month(begin)]
    for one in versions:
        on = one.contract.effective_on
        if one.contract.change == "month" and begin < on <= close and one.version > found[-1].version:
            found.append(one)
            since.append(month(on))
    return [(on, one.contract) for on, one in zip(since, found, strict=True)]


def covered(terms, receipt):
    return receipt.tax in terms.base.taxes and receipt.kind in terms.base.kinds


def room(terms, code, year, term):
    least = [Fraction(2**60)]
    least += [Fraction(c.fen) - (year if c.span == "year" else term) for c in terms.caps if c.party == code]
    return min(least)


def exact_parts(terms, number, shared, before):
    """Marginal tiers of the interval from `before` to `before + shared`."""
    clause = next(one for one in terms.shares if one.first_year <= number <= one.last_year)
    totals = [Fraction(0)] * len(terms.parties)
    low, rest = Fraction(0), shared
    for tier in clause.tiers:
        high = None if tier.up_to_fen is None else Fraction(tier.up_to_fen)
        part = rest if high is None else min(rest, max(Fraction(0), high - max(low, before)))
        for place, weight in enumerate(tier.parts):
            totals[place] += part * Fraction(weight, sum(tier.parts))
        rest, low = rest - part, high
    host = [p.code for p in terms.parties].index(terms.host)
    if terms.grace and number <= terms.grace.years:
        for place, party in enumerate(terms.parties):
            if terms.grace.rule == "host_all" or party.code == terms.origin:
                totals[host] += totals[place] if place != host else 0
                totals[place] = totals[place] if place == host else Fraction(0)
    return totals


def model(  # noqa: C901, PLR0915 - read from top to bottom, as an agreement is
    versions, receipts, incentives, events, through, *, repay=True
):
    """What each party has, by code."""
    first = versions[0].contract
    codes = [party.code for party in first.parties]
    got = dict.fromkeys(codes, 0)
    events = [one for one in events if month(one.on) <= through]
    start, end = start_of(versions, receipts, events), last_day(events)
    if start is None or month(start) > through:
        return got
    receipts = [r for r in receipts if start <= r.paid_on <= end and month(r.paid_on) <= through]
    incentives = [i for i in incentives if i.paid_on <= end and month(i.paid_on) <= through]
    carried, kept, split_before = Fraction(0), 0, Fraction(0)
    for number in range(1, 60):
        begin = year_begin(first, start, number)
        close = min(year_begin(first, start, number + 1) - timedelta(days=1), end)
        several = pieces(versions, start, number, end)
        if number > several[0][1].years or begin > end or month(begin) > through:
            break
        had, year_split, last = dict(got), Fraction(0), None
        for place, (since, terms) in enumerate(several):
            until = several[place + 1][0] if place + 1 < len(several) else "9999-99"
            if number > terms.years or since >= until or since > month(close):
                continue
            last = terms

            def inside(day, since=since, until=until, number=number):
                right = year_of(first, start, day) == number and day >= first.effective_on
                return right and since <= month(day) < until

            raw = carried + sum(r.fen for r in receipts if inside(r.paid_on) and covered(terms, r))
            money = kept
            if terms.base.deduct_incentives:
                money += sum(i.fen for i in incentives if inside(i.paid_on))
            used = min(max(money, 0), max(raw, Fraction(0)))
            shared = (raw if terms.base.negative == "share" else max(raw, Fraction(0))) - used
            clause = next(one for one in terms.shares if one.first_year <= number <= one.last_year)
            before = split_before if clause.basis == "term" else year_split
            parts = round_parts(exact_parts(terms, number, shared, before))
            for at, code in enumerate(codes):
                most = room(terms, code, got[code] - had[code], got[code])
                cut = max(0, parts[at] - max(most, 0)) if parts[at] > 0 else 0
                parts[at] -= int(cut)
                parts[codes.index(terms.host)] += int(cut)
            for code, part in zip(codes, parts, strict=True):
                got[code] += part
            split_before, year_split = split_before + shared, year_split + shared
            carry = terms.base.negative == "carry"
            carried, kept = (min(raw, Fraction(0)), max(0, money - used)) if carry else (Fraction(0), 0)
        if last is not None and month(close) <= through:
            for least in (*last.floors, *last.guarantees):
                year = got[least.party] - had[least.party]
                give = min(least.fen - year, room(last, least.party, year, got[least.party]))
                if least in last.floors:
                    give = min(give, got[least.payer] - had[least.payer])
                got[least.party] += max(0, int(give))
                got[least.payer] -= max(0, int(give))
    moves = [one.on for one in events if one.kind == "relocation"]
    governing = [v for v in versions if moves and v.contract.effective_on <= min(moves)] or versions[:1]
    clause = governing[-1].contract.clawback
    if repay and moves and clause:
        on = min(moves)
        known = (versions, receipts, incentives, events)
        upto = model(*known, month(on), repay=False)
        early = model(*known, f"{on.year - clause.years}-{on.month:02}", repay=False)
        back = max(Fraction(0), Fraction((upto[clause.giver] - early[clause.giver]) * clause.part_bp, 10_000))
        back = int(back + Fraction(1, 2))
        got[clause.giver] -= back
        got[clause.taker] += back
    return got
