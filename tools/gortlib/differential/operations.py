"""Operations on sync, time, context, errors, errgroup, semaphore, singleflight and rate, each in Go and in C++.

An operation is a text with places for its arguments; {literal} stands where a func literal goes. The name before the
colon is the package. What is shown is the same in every run: no times, and of a deadline only whether there is one.
"""

# kind: (the Go declaration, the C++ type, what the C++ variable is made from). Numbers are the words behind the name.
DECLARATIONS = {
    "error": ("var {name} error", "error", ""),
    "Duration": ("{name} := time.Duration({0})", "time::Duration", "{0}"),
    "Timer": ("{name} := time.NewTimer(time.Hour)", "time::TimerPtr", "time::NewTimer(time::Hour)"),
    "Context": ("{name} := context.Background()", "context::Context", "context::Background()"),
    "CancelFunc": ("var {name} context.CancelFunc", "context::CancelFunc", ""),
    "CancelCauseFunc": ("var {name} context.CancelCauseFunc", "context::CancelCauseFunc", ""),
    "Map": ("var {name} sync.Map", "sync::Map<>", ""),
    "RWMutex": ("var {name} sync.RWMutex", "sync::RWMutex", ""),
    "WaitGroup": ("var {name} sync.WaitGroup", "sync::WaitGroup", ""),
    "Gate": ("{name} := make(chan bool)", "chan<bool>", "make_chan<bool>()"),
    "Group": ("{name} := new(errgroup.Group)", "errgroup::Group", ""),
    "Weighted": ("{name} := semaphore.NewWeighted({0})", "semaphore::Weighted", "{0}"),
    "Flight": ("var {name} singleflight.Group", "singleflight::Group", ""),
    "Limiter": ("{name} := rate.NewLimiter({0}, {1})", "rate::Limiter", "rate::Limit({0}), {1}"),
    "Sometimes": ("var {name} rate.Sometimes", "rate::Sometimes", ""),
}


def shown(go, cc):
    """shown prints one expression."""
    return f'fmt.Println("{{id}}", {go})', f'fmt::Println("{{id}}", {cc});'


def shown_pair(go, cc):
    """shown_pair prints the two results of a call."""
    return (
        f'{{{{\n\tv, ok := {go}\n\tfmt.Println("{{id}}", v, ok)\n}}}}',
        f'{{{{\n  auto [v, ok] = {cc};\n  fmt::Println("{{id}}", v, ok);\n}}}}',
    )


def block(*lines):
    """block is lines in braces; a line is (Go, C++), either may be empty."""
    go = "".join(f"\n\t{line}" for line, _ in lines if line)
    cc = "".join(f"\n  {line}" for _, line in lines if line)
    return f"{{{{{go}\n}}}}", f"{{{{{cc}\n}}}}"


def recovered(*lines):
    """recovered is lines in a literal that shows of what they panic with the first line: behind it a trace may stand."""
    caught = [("func() {{", "[&] {{"), ("", "func([&] {{")]
    caught.append(('\tdefer showFirst("{id}")', '  defer(showFirst, "{id}");'))
    lines = caught + [("\t" + go, "  " + cc) for go, cc in lines] + [("", "}});"), ("}}()", "}}();")]
    return block(*lines)


DONE = ("done := make(chan bool)", "auto done = make_chan<bool>();")
JOINED = ("<-done", "done.recv();")
UNIX = ("time.UnixMilli({at})", "time::UnixMilli({at})")
THEN = ("time.UnixMilli({then})", "time::UnixMilli({then})")


def twice(go, cc):
    """twice calls what a OnceValue made two times, whatever comes of it; (go, cc) shows the result."""
    lines = [("var literal func()", "")]
    for _ in range(2):
        lines += [("literal = func() {{", "[&] {{"), ("", "  func([&] {{")]
        lines += [('\tdefer recNamed("{id}")', '    defer(recNamed, "{id}");')]
        lines += [("\t" + go, "    " + cc), ("}}", "  }});"), ("literal()", "}}();")]
    return lines


ONCE_PAIR = ('v, err := once(); fmt.Println("{id}", v, err)', 'auto [v, err] = once(); fmt::Println("{id}", v, err);')

ERRORS = {
    "errors: New": ('{e} = errors.New("{text}")', '{e} = errors::New("{text}");'),
    "errors: Errorf %w": ('{e} = fmt.Errorf("{text}: %w", {a})', '{e} = fmt::Errorf("{text}: %w", {a});'),
    "errors: Errorf %w %w": (
        '{e} = fmt.Errorf("{text}: %w, %w", {a}, {b})',
        '{e} = fmt::Errorf("{text}: %w, %w", {a}, {b});',
    ),
    "errors: Errorf %v": ('{e} = fmt.Errorf("{text}: %v", {a})', '{e} = fmt::Errorf("{text}: %v", {a});'),
    "errors: Join": ("{e} = errors.Join({a}, {b})", "{e} = errors::Join({a}, {b});"),
    "errors: Unwrap": ("{e} = errors.Unwrap({a})", "{e} = errors::Unwrap({a});"),
    "errors: own type": ('{e} = E{{"{text}"}}', '{e} = E{{"{text}"}};'),
    "errors: own pointer": ('{e} = &EP{{"{text}"}}', '{e} = std::make_shared<EP>(EP{{"{text}"}});'),
    "errors: own Is": ('{e} = EIs{{"{text}", {a}}}', '{e} = EIs{{"{text}", {a}}};'),
    "errors: own As": ('{e} = EAs{{"{text}"}}', '{e} = EAs{{"{text}"}};'),
    "errors: own Unwrap": ('{e} = EWrap{{"{text}", {a}}}', '{e} = EWrap{{"{text}", {a}}};'),
    "errors: own Unwrap of many": (
        '{e} = &EMany{{"{text}", []error{{{a}, {b}}}}}',
        '{e} = std::make_shared<EMany>(EMany{{"{text}", {{{a}, {b}}}}});',
    ),
    "errors: context.Canceled": ("{e} = context.Canceled", "{e} = context::Canceled;"),
    "errors: context.DeadlineExceeded": ("{e} = context.DeadlineExceeded", "{e} = context::DeadlineExceeded;"),
    "errors: ErrUnsupported": ("{e} = errors.ErrUnsupported", "{e} = errors::ErrUnsupported;"),
    "errors: show": ('show("{id}", {a})', 'show("{id}", {a});'),
    "errors: Is": shown("errors.Is({a}, {b})", "errors::Is({a}, {b})"),
    "errors: ==": shown("{a} == {b}", "{a} == {b}"),
    "errors: As type": (
        '{{\n\tvar target E\n\tok := errors.As({a}, &target)\n\tfmt.Println("{id}", ok, target)\n}}',
        '{{\n  E target;\n  bool ok = errors::As({a}, &target);\n  fmt::Println("{id}", ok, target);\n}}',
    ),
    "errors: As pointer": (
        '{{\n\tvar target *EP\n\tok := errors.As({a}, &target)\n\tfmt.Println("{id}", ok, ok && target.s != "")\n}}',
        '{{\n  std::shared_ptr<EP> target;\n  bool ok = errors::As({a}, &target);\n'
        '  fmt::Println("{id}", ok, ok && !target->s.empty());\n}}',
    ),
    "errors: As wrapping type": (
        '{{\n\tvar target EWrap\n\tok := errors.As({a}, &target)\n\tfmt.Println("{id}", ok, target.s)\n}}',
        '{{\n  EWrap target;\n  bool ok = errors::As({a}, &target);\n  fmt::Println("{id}", ok, target.s);\n}}',
    ),
    "errors: panic": ("panic({a})", "panic({a});"),
}

DURATIONS = {
    f"time: Duration {op}": (f"{{d}} {op} {{by}}", f"{{d}} {op} {{by}};") for op in ("+=", "-=", "*=", "/=", "%=")
}
DURATIONS |= {
    f"time: {name}": (f"{{d}} = {{d}}.{name}({{by}})", f"{{d}} = {{d}}.{name}({{by}});") for name in ("Round", "Truncate")
}
DURATIONS |= {
    "time: Abs": ("{d} = {d}.Abs()", "{d} = {d}.Abs();"),
    "time: Duration negated": ("{d} = -{d}", "{d} = -{d};"),
    "time: Duration set": ("{d} = time.Duration({nanoseconds})", "{d} = {nanoseconds};"),
    "time: Duration shown": shown("{d}", "{d}"),
    "time: Duration compared": shown("{d} < {by}, {d} == {by}", "{d} < {by}, {d} == {by}"),
    "time: whole units": shown(
        "{d}.Nanoseconds(), {d}.Microseconds(), {d}.Milliseconds()",
        "{d}.Nanoseconds(), {d}.Microseconds(), {d}.Milliseconds()",
    ),
    "time: units": shown("{d}.Seconds(), {d}.Minutes(), {d}.Hours()", "{d}.Seconds(), {d}.Minutes(), {d}.Hours()"),
    "time: ParseDuration": shown_pair('time.ParseDuration("{text}")', 'time::ParseDuration("{text}")'),
    "time: Time.Add": shown(f"{UNIX[0]}.UTC().Add({{d}})", f"{UNIX[1]}.UTC().Add({{d}})"),
    "time: Time.Round": shown(f"{UNIX[0]}.UTC().Round({{d}})", f"{UNIX[1]}.UTC().Round({{d}})"),
    "time: Time.Truncate": shown(f"{UNIX[0]}.UTC().Truncate({{d}})", f"{UNIX[1]}.UTC().Truncate({{d}})"),
    "time: Time.Sub": shown(f"{UNIX[0]}.Sub({THEN[0]})", f"{UNIX[1]}.Sub({THEN[1]})"),
    "time: Time compared": shown(
        f"{UNIX[0]}.Before({THEN[0]}), {UNIX[0]}.Compare({THEN[0]})",
        f"{UNIX[1]}.Before({THEN[1]}), {UNIX[1]}.Compare({THEN[1]})",
    ),
    "time: Format": shown(f'{UNIX[0]}.UTC().Format("{{layout}}")', f'{UNIX[1]}.UTC().Format("{{layout}}")'),
    "time: Parse": shown_pair('time.Parse("{layout}", "{text}")', 'time::Parse("{layout}", "{text}")'),
}

TIMERS = {
    "time: Timer.Stop": shown("stopped({t})", "{t}->Stop()"),
    "time: Timer.Reset": shown("{t}.Reset(time.Hour)", "{t}->Reset(time::Hour)"),
    "time: Timer fires": (
        'fmt.Println("{id}", {t}.Reset(time.Millisecond))\n<-{t}.C',
        'fmt::Println("{id}", {t}->Reset(time::Millisecond));\n{t}->C.recv();',
    ),
    "time: Timer not made": ("new(time.Timer).Stop()", "{{\n  time::Timer timer;\n  timer.Stop();\n}}"),
    "time: Ticker not made": ("new(time.Ticker).Reset(1)", "{{\n  time::Ticker timer;\n  timer.Reset(1);\n}}"),
    "time: After": (
        '<-time.After(time.Millisecond)\nsay("{id}", 1)',
        'time::After(time::Millisecond).recv();\nsay("{id}", 1);',
    ),
    "time: Sleep": ('time.Sleep({nanoseconds})\nsay("{id}", 1)', 'time::Sleep({nanoseconds});\nsay("{id}", 1);'),
    "time: Ticker": block(
        ("timer := time.NewTicker(time.Millisecond)", "auto timer = time::NewTicker(time::Millisecond);"),
        ("<-timer.C", "timer->C.recv();"),
        ("timer.Reset(2 * time.Millisecond)", "timer->Reset(2 * time::Millisecond);"),
        ("<-timer.C", "timer->C.recv();"),
        ("stopTicker(timer)", "timer->Stop();"),
        ('say("{id}", 2)', 'say("{id}", 2);'),
    ),
    "time: Ticker misuse": ("time.NewTicker({nanoseconds})", "time::NewTicker({nanoseconds});"),
    "time: Ticker.Reset misuse": block(
        ("timer := time.NewTicker(time.Hour)", "auto timer = time::NewTicker(time::Hour);"),
        ("timer.Reset({nanoseconds})", "timer->Reset({nanoseconds});"),
    ),
    "time: Tick misuse": shown("time.Tick({nanoseconds}) == nil", "time::Tick({nanoseconds}) == nil"),
    "time: AfterFunc": block(
        DONE,
        ("timer := time.AfterFunc(time.Millisecond, {literal})", "auto timer = time::AfterFunc(time::Millisecond, {literal});"),
        JOINED,
        shown("stopped(timer)", "timer->Stop()"),
    ),
    "time: AfterFunc reset": block(
        DONE,
        ("timer := time.AfterFunc(time.Hour, {literal})", "auto timer = time::AfterFunc(time::Hour, {literal});"),
        shown("timer.Reset(time.Millisecond)", "timer->Reset(time::Millisecond)"),
        JOINED,
    ),
    "time: AfterFunc stopped": block(
        ("timer := time.AfterFunc(time.Hour, {literal})", "auto timer = time::AfterFunc(time::Hour, {literal});"),
        shown("stopped(timer)", "timer->Stop()"),
        shown("stopped(timer)", "timer->Stop()"),
    ),
}

CONTEXTS = {
    "context: WithCancel": ("{x}, {k} = withCancel({of})", "std::tie({x}, {k}) = context::WithCancel({of});"),
    "context: WithCancelCause": (
        "{x}, {k} = withCancelCause({of})",
        "std::tie({x}, {k}) = context::WithCancelCause({of});",
    ),
    "context: WithTimeout": (
        "{x}, {k} = withTimeout({of}, time.Hour)",
        "std::tie({x}, {k}) = context::WithTimeout({of}, time::Hour);",
    ),
    "context: WithTimeout passes": (
        "{x}, {k} = withTimeout({of}, time.Millisecond)\n<-{x}.Done()",
        "std::tie({x}, {k}) = context::WithTimeout({of}, time::Millisecond);\n{x}.Done().recv();",
    ),
    "context: WithTimeoutCause": (
        "{x}, {k} = withTimeoutCause({of}, 0, {a})",
        "std::tie({x}, {k}) = context::WithTimeoutCause({of}, 0, {a});",
    ),
    "context: WithDeadline in the past": (
        "{x}, {k} = withDeadline({of}, time.Unix(1000, 0))",
        "std::tie({x}, {k}) = context::WithDeadline({of}, time::Unix(1000, 0));",
    ),
    "context: WithDeadlineCause in the past": (
        "{x}, {k} = withDeadlineCause({of}, time.Unix(1000, 0), {a})",
        "std::tie({x}, {k}) = context::WithDeadlineCause({of}, time::Unix(1000, 0), {a});",
    ),
    "context: WithValue": (
        "{x} = context.WithValue({of}, {key}, {val})",
        "{x} = context::WithValue({of}, {key}, {val});",
    ),
    "context: WithoutCancel": ("{x} = context.WithoutCancel({of})", "{x} = context::WithoutCancel({of});"),
    "context: TODO": ("{x} = context.TODO()", "{x} = context::TODO();"),
    "context: cancel": ("{k}()", "{k}();"),
    "context: cancel with cause": ("{k}({a})", "{k}({a});"),
    "context: defer cancel": ("defer {k}()", "defer({k});"),
    "context: defer cancel with cause": ("defer {k}({a})", "defer({k}, {a});"),
    "context: Err": shown("{x}.Err()", "{x}.Err()"),
    "context: Cause": shown("context.Cause({x})", "context::Cause({x})"),
    "context: Value": shown("{x}.Value({key})", "{x}.Value({key})"),
    "context: String": shown("{x}", "{x}"),
    "context: Done": (
        'select {{\ncase <-{x}.Done():\n\tsay("{id}", 1)\ndefault:\n\tsay("{id}", 0)\n}}',
        'say("{id}", {x}.Done().try_recv().selected());',
    ),
    "context: Deadline": block(
        ("_, ok := {x}.Deadline()", "bool ok = {x}.Deadline().second;"),
        shown("ok", "ok"),
    ),
    "context: nil parent": ("withCancel(nil)", "context::WithCancel(nil);"),
    "context: nil key": ("context.WithValue({x}, nil, 1)", "context::WithValue({x}, nil, 1);"),
    "context: uncomparable key": ("context.WithValue({x}, anyslice, 1)", "context::WithValue({x}, anyslice, 1);"),
    "context: waiting": block(
        DONE,
        ("go func() {{", "go([&] {{"),
        ("\t<-{x}.Done()", "  {x}.Done().recv();"),
        ("\tdone <- true", "  done.send(true);"),
        ("}}()", "}});"),
        ("{cancel}", "{cancel};"),
        JOINED,
        shown("{x}.Err()", "{x}.Err()"),
    ),
    "context: AfterFunc": block(
        DONE,
        ("stop := afterFunc({x}, {literal})", "auto stop = context::AfterFunc({x}, {literal});"),
        ("{cancel}", "{cancel};"),
        JOINED,
        shown("stop()", "stop()"),
    ),
    "context: AfterFunc at once": block(
        DONE,
        ("stop := afterFunc({x}, {literal})", "auto stop = context::AfterFunc({x}, {literal});"),
        JOINED,
        shown("stop()", "stop()"),
    ),
    "context: AfterFunc stopped": block(
        ("stop := afterFunc({x}, {literal})", "auto stop = context::AfterFunc({x}, {literal});"),
        shown("stop()", "stop()"),
        shown("stop()", "stop()"),
    ),
}

SYNC = {
    "sync: Map.Store": ("{m}.Store({key}, {val})", "{m}.Store({key}, {val});"),
    "sync: Map.Delete": ("{m}.Delete({key})", "{m}.Delete({key});"),
    "sync: Map.Load": shown_pair("{m}.Load({key})", "{m}.Load({key})"),
    "sync: Map.LoadOrStore": shown_pair("{m}.LoadOrStore({key}, {val})", "{m}.LoadOrStore({key}, {val})"),
    "sync: Map.LoadAndDelete": shown_pair("{m}.LoadAndDelete({key})", "{m}.LoadAndDelete({key})"),
    "sync: Map.Swap": shown_pair("{m}.Swap({key}, {val})", "{m}.Swap({key}, {val})"),
    "sync: Map.CompareAndSwap": shown(
        "{m}.CompareAndSwap({key}, {old}, {val})", "{m}.CompareAndSwap({key}, {old}, {val})"
    ),
    "sync: Map.CompareAndDelete": shown("{m}.CompareAndDelete({key}, {old})", "{m}.CompareAndDelete({key}, {old})"),
    "sync: Map.Range": block(
        ("n := 0", "int n = 0;"),
        ("{m}.Range(func(k, v any) bool {{", "{m}.Range([&](const any&, const any&) {{"),
        ("\tn++", "  n++;"),
        ("\treturn {more}", "  return {more};"),
        ("}})", "}});"),
        ('say("{id}", n)', 'say("{id}", n);'),
    ),
    "sync: Map.Range shows": (
        '{m}.Range(func(k, v any) bool {{\n\tfmt.Println("{id}", k, v)\n\treturn true\n}})',
        '{m}.Range([&](const any& k, const any& v) {{\n  fmt::Println("{id}", k, v);\n  return true;\n}});',
    ),
    "sync: Map key unhashable": ("{m}.{how}(anyslice{rest})", "{m}.{how}(anyslice{rest});"),
    "sync: RWMutex.TryLock": shown("{rw}.TryLock()", "{rw}.TryLock()"),
    "sync: RWMutex.TryRLock": shown("{rw}.TryRLock()", "{rw}.TryRLock()"),
    "sync: RWMutex.Unlock": ("{rw}.Unlock()", "{rw}.Unlock();"),
    "sync: RWMutex.RUnlock": ("{rw}.RUnlock()", "{rw}.RUnlock();"),
    "sync: RLocker.Lock": ("{rw}.RLocker().Lock()", "{rw}.RLocker().Lock();"),
    "sync: RLocker.Unlock": ("{rw}.RLocker().Unlock()", "{rw}.RLocker().Unlock();"),
    "sync: WaitGroup.Add": ("{wg}.Add({n})", "{wg}.Add({n});"),
    "sync: WaitGroup.Done": ("{wg}.Done()", "{wg}.Done();"),
    "sync: WaitGroup.Wait": ('{wg}.Wait()\nsay("{id}", 0)', '{wg}.Wait();\nsay("{id}", 0);'),
    "sync: WaitGroup misuse": ("{wg}.Add(-{n})", "{wg}.Add(-{n});"),
    "sync: WaitGroup.Done by goroutines": (
        "for i := 0; i < {n}; i++ {{\n\tgo {wg}.Done()\n}}",
        "for (int i = 0; i < {n}; i++) {{\n  go(&sync::WaitGroup::Done, &{wg});\n}}",
    ),
    "sync: OnceValue": block(
        ("once := onceValue({literal})", "auto once = sync::OnceValue({literal});"),
        *twice('say("{id}", once())', 'say("{id}", once());'),
    ),
    "sync: OnceValues": block(
        ("once := onceValues({literal})", "auto once = sync::OnceValues({literal});"),
        *twice(*ONCE_PAIR),
    ),
}

ERRGROUP = {
    "errgroup: WithContext": ("{g}, {x} = groupWithContext({of})", "std::tie({g}, {x}) = errgroup::WithContext({of});"),
    "errgroup: SetLimit": ("{g}.SetLimit({n})", "{g}.SetLimit({n});"),
    "errgroup: Go": ("{g}.Go({literal})", "{g}.Go({literal});"),
    "errgroup: Go held": (
        "{g}.Go(func() error {{\n\t<-{gate}\n\treturn {a}\n}})",
        "{g}.Go([=]() -> error {{\n  {gate}.recv();\n  return {a};\n}});",
    ),
    "errgroup: TryGo held": block(
        ("ok := {g}.TryGo(func() error {{", "bool ok = {g}.TryGo([=]() -> error {{"),
        ("\t<-{gate}", "  {gate}.recv();"),
        ("\treturn {a}", "  return {a};"),
        ("}})", "}});"),
        shown("ok", "ok"),
    ),
    "errgroup: SetLimit while active": ("{g}.SetLimit({n})", "{g}.SetLimit({n});"),
    "errgroup: gate opened": ("close({gate})", "{gate}.close();"),
    "errgroup: Go panics": (
        "{g}.Go(func() error {{\n\tpanic({val})\n}})",
        "{g}.Go([=]() -> error {{\n  panic({val});\n}});",
    ),
    "errgroup: Wait recovers": recovered(("{g}.Wait()", "{g}.Wait();")),
    "errgroup: Wait": shown("{g}.Wait()", "{g}.Wait()"),
}

SEMAPHORE = {
    "semaphore: TryAcquire": shown("{sem}.TryAcquire({n})", "{sem}.TryAcquire({n})"),
    "semaphore: Acquire": shown(
        "{sem}.Acquire(context.Background(), {n})",
        "{sem}.Acquire(context::Background(), {n})",
    ),
    "semaphore: Acquire when cancelled": block(
        (
            "ctx, cancel := withCancel(context.Background())",
            "auto [ctx, cancel] = context::WithCancel(context::Background());",
        ),
        ("cancel()", "cancel();"),
        shown("{sem}.Acquire(ctx, {n})", "{sem}.Acquire(ctx, {n})"),
    ),
    "semaphore: Acquire too much": block(
        (
            "ctx, cancel := withTimeout(context.Background(), time.Millisecond)",
            "auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Millisecond);",
        ),
        shown("{sem}.Acquire(ctx, {n})", "{sem}.Acquire(ctx, {n})"),
        ("cancel()", "cancel();"),
    ),
    "semaphore: Release": ("{sem}.Release({n})", "{sem}.Release({n});"),
    "semaphore: Release of too much": ("{sem}.Release({n})", "{sem}.Release({n});"),
    "semaphore: Acquire waits": block(
        ("done := make(chan error)", "auto done = make_chan<error>();"),
        ("go func() {{", "go([&] {{"),
        (
            "\tdone <- {sem}.Acquire(context.Background(), {n})",
            "  done.send({sem}.Acquire(context::Background(), {n}));",
        ),
        ("}}()", "}});"),
        ("{sem}.Release({released})", "{sem}.Release({released});"),
        shown("<-done", "done.recv()"),
    ),
}

SINGLEFLIGHT = {
    "singleflight: Do": block(
        ('v, err, shared := {f}.Do("{key}", {literal})', 'auto [v, err, shared] = {f}.Do("{key}", {literal});'),
        shown("v, err, shared", "v, err, shared"),
    ),
    "singleflight: Do panics": recovered(
        ('{f}.Do("{key}", func() (any, error) {{', '{f}.Do("{key}", [&]() -> std::pair<any, error> {{'),
        ("\tpanic({val})", "  panic({val});"),
        ("}})", "}});"),
    ),
    "singleflight: DoChan": block(
        ('result := <-{f}.DoChan("{key}", {literal})', 'auto result = {f}.DoChan("{key}", {literal}).recv();'),
        shown("result.Val, result.Err, result.Shared", "result.Val, result.Err, result.Shared"),
    ),
    "singleflight: shared": block(
        ("gate := make(chan bool)", "auto gate = make_chan<bool>();"),
        ("call := func() (any, error) {{", "auto call = [&]() -> std::pair<any, error> {{"),
        ("\t<-gate", "  gate.recv();"),
        ("\treturn {val}, {a}", "  return {{{val}, {a}}};"),
        ("}}", "}};"),
        ('one, two := {f}.DoChan("{key}", call), {f}.DoChan("{key}", call)', 'auto one = {f}.DoChan("{key}", call);'),
        ("", 'auto two = {f}.DoChan("{key}", call);'),
        ("close(gate)", "gate.close();"),
        ("first, second := <-one, <-two", "auto first = one.recv(), second = two.recv();"),
        shown("first.Val, first.Err, first.Shared", "first.Val, first.Err, first.Shared"),
        shown("second.Val, second.Err, second.Shared", "second.Val, second.Err, second.Shared"),
    ),
    "singleflight: Forget": ('{f}.Forget("{key}")', '{f}.Forget("{key}");'),
}

RESERVED = ("r := {lim}.ReserveN(%s, {n})" % UNIX[0], "auto r = {lim}.ReserveN(%s, {n});" % UNIX[1])
DELAY = shown(f"r.OK(), r.DelayFrom({THEN[0]})", f"r.OK(), r.DelayFrom({THEN[1]})")
TOKENS = shown("{lim}.TokensAt(%s)" % THEN[0], "{lim}.TokensAt(%s)" % THEN[1])

RATE = {
    "rate: AllowN": shown("{lim}.AllowN(%s, {n})" % UNIX[0], "{lim}.AllowN(%s, {n})" % UNIX[1]),
    "rate: ReserveN": block(RESERVED, DELAY),
    "rate: CancelAt": block(RESERVED, DELAY, (f"r.CancelAt({THEN[0]})", f"r.CancelAt({THEN[1]});"), TOKENS),
    "rate: TokensAt": TOKENS,
    "rate: SetLimitAt": ("{lim}.SetLimitAt(%s, {limit})" % UNIX[0], "{lim}.SetLimitAt(%s, rate::Limit({limit}));" % UNIX[1]),
    "rate: SetBurstAt": ("{lim}.SetBurstAt(%s, {n})" % UNIX[0], "{lim}.SetBurstAt(%s, {n});" % UNIX[1]),
    "rate: unlimited": ("{lim}.SetLimitAt(%s, rate.Inf)" % UNIX[0], "{lim}.SetLimitAt(%s, rate::Inf);" % UNIX[1]),
    "rate: Limit and Burst": shown("{lim}.Limit(), {lim}.Burst()", "{lim}.Limit(), {lim}.Burst()"),
    "rate: Every": shown("rate.Every({nanoseconds})", "rate::Every({nanoseconds})"),
    "rate: WaitN": shown(
        "{lim}.WaitN(context.Background(), {n})",
        "{lim}.WaitN(context::Background(), {n})",
    ),
    "rate: Sometimes rules": (
        "{often}.First, {often}.Every = {first}, {every}",
        "{often}.First = {first};\n{often}.Every = {every};",
    ),
    "rate: Sometimes.Do": ("{often}.Do({literal})", "{often}.Do({literal});"),
}

OPERATIONS = {
    **ERRORS,
    **DURATIONS,
    **TIMERS,
    **CONTEXTS,
    **SYNC,
    **ERRGROUP,
    **SEMAPHORE,
    **SINGLEFLIGHT,
    **RATE,
}


# What a literal on a goroutine of its own says to the one that waits for it.
OPERATIONS |= {
    "done: deferred close": ("defer close(done)", "defer(&chan<bool>::close, done);"),
    "done: sent": ("done <- true", "done.send(true);"),
}


def defers(node):
    """defers says whether an operation is a defer statement."""
    return OPERATIONS[node.args["op"]][0].startswith("defer ")


def keeps_timer(node):
    """keeps_timer says whether a timer may be left behind; none of it would be seen but that nothing is a deadlock then."""
    if node.kind == "with":
        return any(text.startswith("Timer") for text in node.args["declared"])
    return node.kind == "op" and "time.Hour" in OPERATIONS[node.args["op"]][0]
