public import Files

/// A drop that was taken out of the droppers' reach: nobody but us touches it any more.
public struct ClaimedDrop: Sendable, Equatable {
  /// Sixteen hexadecimal digits, later ones larger; never used twice.
  public var id: String
  /// The sub-folders of the inbox it was dropped in, outermost first.
  public var folder: [[UInt8]]
  /// The raw name it was dropped under.
  public var name: [UInt8]
  /// What the kernel knew of it when it was taken.
  public var facts: FileFacts
  /// Why it is to be held unread; nil for an ordinary drop.
  public var reason: Settling.HoldCode?

  /// A drop of that name that was taken.
  public init(
    id: String,
    folder: [[UInt8]],
    name: [UInt8],
    facts: FileFacts,
    reason: Settling.HoldCode? = nil
  ) {
    self.id = id
    self.folder = folder
    self.name = name
    self.facts = facts
    self.reason = reason
  }

  /// The path below the inbox it was dropped under, for people to read.
  public var path: [UInt8] {
    Array((folder + [name]).joined(separator: [UInt8(ascii: "/")]))
  }

  /// The name of the directory it lies in.
  var directoryName: [UInt8] { ClaimedDrop.directoryName(id) }

  static func directoryName(_ id: String) -> [UInt8] {
    [UInt8(ascii: "_")] + Array(id.utf8)
  }

  /// The id in the name of a claim's directory, nil when it is none.
  static func id(inDirectoryName name: [UInt8]) -> String? {
    guard name.count == 17, name[0] == UInt8(ascii: "_") else { return nil }
    let digits = name.dropFirst()
    let isHexadecimal = digits.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
    }
    return isHexadecimal ? String(decoding: digits, as: UTF8.self) : nil
  }
}
