-module(holdfast_otp_child).
-behaviour(gen_server).
-export([start_link/1, init/1, handle_call/3, handle_cast/2]).

start_link(Report) -> gen_server:start_link(?MODULE, Report, []).

init(none) -> {ok, none};
init(Report) -> Report ! {started, self()}, {ok, none}.

handle_call(_, _, State) -> {reply, ok, State}.

handle_cast(crash, _) -> exit(boom).
