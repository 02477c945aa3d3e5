%% Erlang/OTP beside us: answers each line of standard input with a line of figures.
%% Children are gen_servers, as its users write them; the log is off, as ours is.
-module(holdfast_otp).
-behaviour(supervisor).
-export([main/0, init/1]).

main() ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    loop().

loop() ->
    case io:get_line("") of
        eof -> halt();
        Line ->
            Figures = answer([atom_or_integer(W) || W <- string:lexemes(Line, " \n")]),
            io:format("~s~n", [lists:join(" ", [io_lib:format("~.6f", [float(F)]) || F <- Figures])]),
            loop()
    end.

atom_or_integer(Word) ->
    try list_to_integer(Word) catch _:_ -> list_to_atom(Word) end.

%% Microseconds per child to start N children one after the other, and to shut them all down.
answer([start, Strategy, N]) ->
    Sup = supervisor(Strategy, none),
    Start = micros(fun() -> fill(Sup, Strategy, N) end),
    Stop = micros(fun() -> stop(Sup) end),
    [Start / N, Stop / N];
%% Resident bytes per idle child; asked of a fresh machine only.
answer([memory, Strategy, N]) ->
    Sup = supervisor(Strategy, none),
    Before = resident(),
    fill(Sup, Strategy, N),
    [(resident() - Before) / N];
%% Microseconds from a crash to the replacement's init, one child, with an empty restart window: its best case.
answer([restart, N]) ->
    Sup = supervisor(one_for_one, self()),
    start(Sup, one_for_one, 1),
    Pid = crash_times(50, started()),
    timer:sleep(1100),
    Time = micros(fun() -> crash_times(N, Pid) end),
    stop(Sup),
    [Time / N];
%% Microseconds per restart when N children crash at once.
answer([burst, N]) ->
    Sup = supervisor(one_for_one, self()),
    Pids = [begin start(Sup, one_for_one, I), started() end || I <- lists:seq(1, N)],
    Time = micros(fun() -> [gen_server:cast(P, crash) || P <- Pids], [started() || _ <- Pids] end),
    stop(Sup),
    [Time / N];
%% Microseconds per report to OTP's alarm_handler, N alarms set and cleared in turn.
answer([alarms, N, Count]) ->
    {ok, _} = application:ensure_all_started(sasl),
    Report = fun(I) ->
        Id = {link_down, (I div 2) rem N},
        case I rem 2 of
            0 -> alarm_handler:set_alarm({Id, "no carrier"});
            1 -> alarm_handler:clear_alarm(Id)
        end
    end,
    Time = micros(fun() -> lists:foreach(Report, lists:seq(0, Count - 1)), alarm_handler:get_alarms() end),
    [Time / Count];
%% Milliseconds of lateness of N timers, one process each, a millisecond apart: p50, p99, p99.9 and the least.
answer([lateness, N, Lead]) ->
    Self = self(),
    Start = erlang:monotonic_time(nanosecond) + Lead * 1000000,
    [spawn_link(fun() -> late(Self, Start + I * 1000000) end) || I <- lists:seq(0, N - 1)],
    Late = lists:sort([receive {late, L} -> L end || _ <- lists:seq(1, N)]),
    [lists:nth(min(N, trunc(Share * N) + 1), Late) || Share <- [0.5, 0.99, 0.999]] ++ [hd(Late)];
%% N idle children, kept until the end of the input.
answer([idle, Strategy, N]) ->
    fill(supervisor(Strategy, none), Strategy, N),
    [N].

%% Rounded up to OTP's millisecond, so that it is never early.
late(Parent, Due) ->
    Wait = max(0, (Due - erlang:monotonic_time(nanosecond) + 999999) div 1000000),
    receive after Wait -> Parent ! {late, (erlang:monotonic_time(nanosecond) - Due) / 1000000} end.

supervisor(Strategy, Report) ->
    {ok, Sup} = supervisor:start_link(?MODULE, {Strategy, Report}),
    put(Sup, Report),
    Sup.

init({Strategy, Report}) ->
    Children = case Strategy of simple_one_for_one -> [spec(template, Report)]; _ -> [] end,
    {ok, {#{strategy => Strategy, intensity => 100000000, period => 1}, Children}}.

spec(Id, Report) ->
    #{id => Id, start => {holdfast_otp_child, start_link, [Report]}, restart => permanent, shutdown => 5000, modules => [holdfast_otp_child]}.

fill(_, _, 0) -> ok;
fill(Sup, Strategy, N) -> start(Sup, Strategy, N), fill(Sup, Strategy, N - 1).

start(Sup, simple_one_for_one, _) -> {ok, _} = supervisor:start_child(Sup, []);
start(Sup, _, Id) -> {ok, _} = supervisor:start_child(Sup, spec(Id, get(Sup))).

started() -> receive {started, Pid} -> Pid end.

crash_times(0, Pid) -> Pid;
crash_times(N, Pid) -> gen_server:cast(Pid, crash), crash_times(N - 1, started()).

stop(Sup) ->
    Ref = monitor(process, Sup),
    exit(Sup, shutdown),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    receive {'EXIT', Sup, _} -> ok end.

micros(Fun) ->
    From = erlang:monotonic_time(nanosecond),
    Fun(),
    (erlang:monotonic_time(nanosecond) - From) / 1000.

resident() ->
    {ok, Statm} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = binary:split(Statm, <<" ">>, [global]),
    binary_to_integer(Pages) * 4096.
