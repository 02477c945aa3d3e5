/// What the driver has to do after an event: everything a supervisor can do to the world.
enum Effect {
  /// Run a fresh generation of a child in a task of its own.
  case spawn(ChildReference, Child)
  /// Tell a generation that it should end.
  case askToStop(ChildReference)
  /// Cancel a generation's task.
  case cancel(ChildReference)
  /// Answer a caller.
  case reply(ReplyToken, Reply)
  /// Every child of the start order has had its turn.
  case started
  /// Nothing runs any more.
  indirect case finished(SupervisorError?)
  /// A limit says that the whole process should end.
  case exitProcess(Int32)
}

/// The answer to a call that had to wait.
enum Reply {
  case running(generation: Int)
  case ignored
  case ended(Exit)
  indirect case failure(SupervisorError)
}

/// Something worth telling: an event before it gets a path and a wall clock time.
struct Notice {
  let id: String
  let generation: UInt32
  let kind: SupervisionEvent.Kind
  let at: Instant
}
