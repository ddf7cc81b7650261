import Inbox

extension Settling.HoldCode {
  /// What is wrong with it and what to do.
  var message: String {
    switch self {
    case .notRegular: "This is a link, pipe, socket or device. Drop a copy of the file itself."
    case .hardLinked:
      "The file has a second name, so it could change while it is read. Drop a copy of it."
    case .notReadable:
      "We may not read this file. Drop it again with a mode that lets us."
    }
  }
}
