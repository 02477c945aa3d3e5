import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct ConfigurationProblemTests {
  @Test(arguments: [
    ("", "holdfast.yml: is empty: describe at least one program under `programs:`"),
    ("# nothing\n", "holdfast.yml: is empty: describe at least one program under `programs:`"),
    ("[]", "holdfast.yml:1:1: expected a mapping of settings, found a list"),
    ("name: x", "holdfast.yml:1:1: `programs` is missing: give a mapping from names to programs"),
    ("programs: {}", "holdfast.yml:1:11: programs: describe at least one program"),
    (
      "programs: { a: { shell: x } }\nconsole: {}",
      "holdfast.yml:2:1: unknown key `console` (known here: name, state, programs, groups, intensity, log, shutdown, store, queues, partitions, jobs, drain, schedules, alarms, remedies, notify, maintenance)"
    ),
    ("programs: { a: }", "holdfast.yml:1:16: programs.a: expected a mapping that describes a program, found nothing"),
    (
      "programs: { 'a b': { shell: x } }",
      "holdfast.yml:1:13: programs: `a b` is no name: use 1 to 64 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`"
    ),
    (
      "programs: { a: {} }",
      "holdfast.yml:1:16: programs.a: `command` is missing: give the executable and its arguments as a list, or `shell`"
    ),
    (
      "programs: { a: { command: sleep } }",
      "holdfast.yml:1:27: programs.a.command: expected a list of an executable and its arguments, found `sleep`"
    ),
    (
      "programs: { a: { command: [] } }",
      "holdfast.yml:1:27: programs.a.command: expected an executable and its arguments, found a list"
    ),
    (
      "programs: { a: { command: [sleep], shell: x } }",
      "holdfast.yml:1:43: programs.a.shell: give `command` or `shell`, not both"
    ),
    (
      "programs: { a: { command: [slep] } }",
      "holdfast.yml:1:28: programs.a.command: `slep` is not in PATH (/usr/bin:/bin): install it, or give its path"
    ),
    (
      "programs: { a: { command: [./no.sh] } }",
      "holdfast.yml:1:28: programs.a.command: there is no executable file /srv/shop/no.sh: correct the path or make it executable (chmod +x)"
    ),
    (
      "programs: { a: { shell: x, directory: gone } }",
      "holdfast.yml:1:39: programs.a.directory: there is no folder /srv/shop/gone: create it or correct the path"
    ),
    (
      "programs: { a: { shell: x, restart: allways } }",
      "holdfast.yml:1:37: programs.a.restart: expected one of permanent, transient, temporary, found `allways`"
    ),
    (
      "programs: { a: { shell: x, restart: permanant } }",
      "holdfast.yml:1:37: programs.a.restart: expected one of permanent, transient, temporary, found `permanant`; did you mean `permanent`?"
    ),
    (
      "programs: { a: { shell: x, replicas: 0 } }",
      "holdfast.yml:1:38: programs.a.replicas: expected a whole number from 1 to 1000, found `0`"
    ),
    (
      "programs: { a: { shell: x, autostart: yes } }",
      "holdfast.yml:1:39: programs.a.autostart: expected true or false, found `yes`"
    ),
    (
      "programs: { a: { shell: x, stop: [5s] } }",
      "holdfast.yml:1:34: programs.a.stop: starts with a signal, as in [TERM, 5s, KILL]"
    ),
    (
      "programs: { a: { shell: x, stop: [TREM] } }",
      "holdfast.yml:1:35: programs.a.stop[0]: expected a signal such as TERM or a wait such as 5s, found `TREM`"
    ),
    (
      "programs: { a: { shell: x, umask: 99 } }",
      "holdfast.yml:1:35: programs.a.umask: expected octal digits such as 022, found `99`"
    ),
    (
      "programs: { a: { shell: x, ready: { tcp: 80, line: x } } }",
      "holdfast.yml:1:35: programs.a.ready: give exactly one of http, tcp, exec and line"
    ),
    (
      "programs: { a: { shell: x, ready: { tcp: 99999 } } }",
      "holdfast.yml:1:42: programs.a.ready.tcp: expected a port from 1 to 65535, or host:port, found `99999`"
    ),
    (
      "programs: { a: { shell: x, ready: { line: x, within: 0 } } }",
      "holdfast.yml:1:54: programs.a.ready.within: expected a duration longer than 0, found `0`"
    ),
    (
      "programs: { a: { shell: x, limit: { then: park } } }",
      "holdfast.yml:1:35: programs.a.limit: `failures` is missing: give how many failures in a row are allowed"
    ),
    (
      "programs: { a: { shell: x, backoff: { linear: , constant: 1s } } }",
      "holdfast.yml:1:37: programs.a.backoff: give only one of constant, linear"
    ),
    (
      "programs: { a: { shell: x, backoff: { exponential: { from: 1m } } } }",
      "holdfast.yml:1:52: programs.a.backoff.exponential: `from` is longer than `to`: the longest delay comes last"
    ),
    (
      "programs: { a: { shell: x, group: front } }",
      "holdfast.yml:1:35: programs.a.group: there is no group `front`; describe it under `groups:`"
    ),
    (
      "programs: { web: { shell: x }, a: { shell: x, after: [wbe] } }",
      "holdfast.yml:1:54: programs.a.after: there is no program or group `wbe`; did you mean `web`?"
    ),
    ("programs: { a: { shell: x, after: [a] } }", "holdfast.yml:1:35: programs.a.after: `a` cannot start after itself"),
    (
      "programs: { a: { shell: x, replicas: 2 }, a-1: { shell: x } }",
      "holdfast.yml:1:43: programs.a-1: the name `a-1` is taken by the program `a`: rename one of them"
    ),
  ])
  func `a wrong value is reported with its position, the cause and the next step`(text: String, expected: String) {
    #expect(problems(of: text) == [expected])
  }

  @Test func `an unknown key is answered with the nearest known one`() {
    let found = problems(of: "programs:\n  web:\n    shell: x\n    restrat: always\n")
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("holdfast.yml:4:5: programs.web: unknown key `restrat`; did you mean `restart`? (known"))
  }

  @Test func `all problems are reported at once, in the order of the file`() {
    let found = problems(
      of: "programs:\n  web: { shell: x, nice: 99 }\n  worker: { command: [nope], umask: x }\nlog: loud\n")
    #expect(
      found.map { $0.split(separator: " ")[0] } == [
        "holdfast.yml:2:26:", "holdfast.yml:3:23:", "holdfast.yml:3:37:", "holdfast.yml:4:6:",
      ])
  }

  @Test func `a name that is given twice is refused with its position`() {
    #expect(
      problems(of: "programs:\n  web: { shell: x }\n  web: { shell: y }\n") == [
        "holdfast.yml:3:3: `web` is given already in line 2: keep one, or rename it"
      ])
  }

  @Test func `a name that is given twice hides no other problem`() {
    let text =
      "programs:\n  a: { shell: x, shell: y, \"shell\": z }\n  \"a\": { shell: x }\n  b: { shell: x, nice: 99 }\n"
    #expect(
      problems(of: text) == [
        "holdfast.yml:2:18: `shell` is given already in line 2: keep one, or rename it",
        "holdfast.yml:2:28: `shell` is given already in line 2: keep one, or rename it",
        "holdfast.yml:3:3: `a` is given already in line 2: keep one, or rename it",
        "holdfast.yml:4:24: programs.b.nice: expected a whole number from -20 to 19, found `99`",
      ])
  }

  @Test(arguments: [
    ("nobody-here", "user `nobody-here`"), ("www:nogroup-here", "group `nogroup-here`"),
  ])
  func `users and groups that do not exist are found before anything starts`(user: String, missing: String) {
    #expect(
      problems(of: "programs: { a: { shell: x, user: \"\(user)\" } }") == [
        "holdfast.yml:1:34: programs.a.user: there is no \(missing): create it or correct the name"
      ])
  }

  @Test(arguments: ["programs: [", "a: b: c", "programs: { a: *nothing }", "\"", "a: 1\n---\nb: 2\n", "\u{1}"])
  func `text that is no YAML is refused, not trapped on`(text: String) {
    let found = problems(of: text)
    #expect(found.first?.contains("not valid YAML") == true)
  }

  @Test func `a circle of after is refused with its path`() {
    let text =
      "programs:\n  a: { shell: x, after: [b] }\n  b: { shell: x, after: [c] }\n  c: { shell: x, after: [a] }\n"
    #expect(
      problems(of: text) == [
        "holdfast.yml:2:25: programs.a.after: `after` runs in a circle: a → b → c → a; take one of these out"
      ])
  }

  @Test func `groups that would have to start before each other are refused`() {
    let text = """
      groups: { front: , back: }
      programs:
        a: { shell: x, group: front, after: [d] }
        b: { shell: x, group: front }
        c: { shell: x, group: back, after: [b] }
        d: { shell: x, group: back }
      """
    #expect(problems(of: text).first?.contains("front → back → front") == true)
  }
}
