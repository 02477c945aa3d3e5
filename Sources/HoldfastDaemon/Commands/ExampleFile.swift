/// What `holdfast init` writes: it runs as it is, and shows what else there is.
enum ExampleFile {
  static let text = #"""
    # Programs for `holdfast run holdfast.yml`. `holdfast check` tells what is wrong with this file.
    # Durations: 250ms 15s 5m 2h 1d. Sizes: 512 10MB 64MiB. Paths are seen from this file's folder.

    # name: my-service              # default: the name of this folder
    # state: .holdfast              # lock, socket and logs
    # log: info                     # trace debug info notice warning error critical
    # shutdown: 60s                 # the longest that stopping everything may take
    # intensity: unlimited          # or for all programs together:
    # intensity: { restarts: 5, within: 30s, counting: immediateRestarts, then: escalate }

    programs:
      hello:
        # Either a list, executed as it is, or a line for the shell.
        command: [sh, -c, "while true; do echo hello; sleep 10; done"]
        # shell: "while true; do echo hello; sleep 10; done"

        # directory: .
        # environment: { PORT: 8080 }
        # inherit: all              # all | none | [PATH, HOME]
        # user: www-data            # or user:group; needs a daemon run by root
        # umask: 022
        # nice: 0
        # resources: { memory: 512MiB, files: 1024, cpu: 1h, processes: 100, core: 0, fileSize: 1GiB }

        # When it counts as running; what comes `after:` it waits for that.
        # ready: { http: "http://127.0.0.1:8080/", within: 30s }     # or tcp: 8080 | exec: [...] | line: "text"
        # after: [database]

        # When it ends: permanent = again, transient = again after a failure, temporary = never.
        restart: permanent
        backoff: { exponential: { from: 200ms, to: 30s }, jitter: full, reset: 60s }
        # limit: { failures: 10, then: park }    # escalate | park | { coolDown: 5m } | { exit: 70 }
        # success: [0]              # exit codes that are no failure

        # How it is stopped; KILL always comes last.
        stop: [TERM, 5s, KILL]

        # replicas: 1               # more than one are named hello-1, hello-2 ...
        # group: front
        # logs: { file: hello.log, size: 10MiB, keep: 3, ring: 1000 }   # file: none keeps lines in memory only
        # autostart: true

    # Groups restart together.
    # groups:
    #   front: { strategy: restForOne, intensity: { restarts: 5, within: 30s }, after: [database] }

    # Durable jobs: `holdfast jobs enqueue thumbnail '{"album": "a"}'`. Accepted work survives crashes.
    # store: .holdfast/holdfast.db  # the file they live in
    # drain: 30s                    # how long running jobs may go on when the daemon stops
    # queues:
    #   default: { workers: 4 }     # default: as many as there are processors; 0 takes nothing
    #   mail: { workers: 2, limit: 10, rate: 10/s, timeout: 5m, retention: { completed: 24h, others: 7d, discarded: 100 } }
    # partitions:                   # tenants with a share, limits, or workers of their own
    #   acme: { weight: 2, limit: 5, queues: { mail: { workers: 1 } } }
    # jobs:
    #   thumbnail:
    #     command: [./thumbnail.sh] # gets the payload on standard input, and HOLDFAST_JOB_ID, _ATTEMPT, _PAYLOAD ...
    #     # also: shell directory environment inherit user umask nice resources stop, as for programs
    #     queue: default
    #     priority: 0               # -100 to 100; higher runs sooner
    #     timeout: 30s
    #     attempts: 5
    #     retry: { exponential: { from: 1s, to: 1h }, jitter: equal }   # none | levels | { levels: [1s, 10s, 1m] }
    #     executionKey: "{album}"   # one running job of an album at a time, others wait in order
    #     executionLimit: 1
    #     uniqueKey: "{album}-{size}"   # a second one is a duplicate until the first has ended
    #     uniqueUntil: finished     # or started
    #     exits: { 0: complete, 75: retry, 3: discard, 4: cancel, 5: { snooze: 5m } }   # others fail: retry by attempts
    #     crashes: 3                # deaths of the daemon during a run until it is parked
    #     output: 64KiB             # how much of standard output is kept as the job's output

    # Alarms: `holdfast alarms`. The daemon sets hello.down, hello.unready and hello.parked; `holdfast alarms set` any.
    # alarms:
    #   hello.unstable:
    #     when: debounce(hello.down, 15s) or intensity(hello.down, 3, 60s)
    #     severity: critical        # debug info notice warning error critical alert emergency
    #     description: it does not stay up
    #     latch: false              # true: stays in sight until `holdfast alarms ack`
    #     inhibits: ["shop.*"]      # these are quiet while it is set
    #     # What is done while it is set: command | shell (with directory, user, stop ... as for programs),
    #     # job: thumbnail with payload: { album: a }, or restart: hello.
    #     remedy: { command: [./repair.sh], timeout: 60s, retry: 60s, attempts: 3, escalate: { restart: hello } }
    #     # also: backoff (instead of retry) coolDown dryRun rerunIfRaisedDuringRun
    #   net.flaky($card): { when: flapping(net.down($card)), instances: [eth0, wlan0] }
    # remedies:                     # of alarms that are no rules of this file
    #   disk.almostFull(/): { command: [./clean.sh] }
    # notify:                       # webhook | command | shell | log: true
    #   - { match: "hello.*", severity: warning, webhook: "https://example.org/hook", group: type, wait: 30s, interval: 5m, repeat: 4h,
    #       secret: { file: hook.secret }, headers: { X-Team: shop }, timeout: 20s }   # or { environment: HOOK_SECRET }, { value: ... }
    # maintenance:                  # alarms that are quiet again and again; remedies wait unless keepRemedies: true
    #   backup: { alarms: "net.*", cron: "0 2 * * SUN", zone: Europe/London, for: 2h, note: the line is busy }
    # When which job is enqueued: `holdfast schedules list`, `holdfast explain '30 2 * * *' --zone Europe/London`.
    # schedules:
    #   backup:
    #     cron: "30 2 * * *"        # or every: 15m, or at: 2026-12-24T18:00:00Z
    #     zone: Europe/London       # default UTC
    #     dst: { gap: shift, overlap: first }   # a missing time: shift transition skip; a repeated one: first second both
    #     job: thumbnail
    #     payload: { album: all }
    #     misfire: latest           # when it was missed: latest all earliest skip, or { latest: 6h }
    #     overlap: skip             # while the one before runs: skip bufferOne bufferAll allowAll cancelOther terminateOther
    #     jitter: 30s               # spread over so long
    #     start: 2026-01-01T00:00:00Z
    #     end: 2027-01-01T00:00:00Z
    #     count: 100                # occurrences in all
    #     late: 5s                  # sets the alarm schedule.late(backup) when it fires so long after it was due
    #     paused: false             # when it is stored first; later `schedules pause` and `resume` decide

    """#
}
