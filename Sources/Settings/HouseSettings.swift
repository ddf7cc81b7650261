/// What holds for the whole, not for one feed.
public struct HouseSettings: Sendable, Hashable {
  /// The folder that people drop into.
  public var inbox = "inbox"
  /// The folder that targets read.
  public var outbox = "outbox"
  /// The folder of the ledger and the fingerprints.
  public var state = ".dropmill"
  /// Threads that convert; nil: as many as there are processors.
  public var threads: Int?
  /// Bytes of memory to get by with, about.
  public var memory: Int64 = 256 << 20
  /// Bytes that stay free where inbox, outbox and state lie: below them nothing is claimed.
  public var minimumFree: Int64 = 64 << 20
  /// Whether `watch` keeps itself to its folders, as far as the kernel can.
  public var isConfined = true

  private static let leastMemory: Int64 = 96 << 20

  /// What holds where nothing is said.
  public init() {}

  static let keys: [Key<HouseSettings>] = [
    Key(
      "inbox",
      "The folder that people drop into.",
      example: "/srv/drop",
      show: { $0.inbox },
      set: { value, house throws(WrongValue) in house.inbox = try value.text("a folder") }
    ),
    Key(
      "outbox",
      "The folder that targets read.",
      example: "/srv/out",
      show: { $0.outbox },
      set: { value, house throws(WrongValue) in house.outbox = try value.text("a folder") }
    ),
    Key(
      "state",
      "The folder of the ledger and the fingerprints.",
      example: "/var/lib/dropmill",
      show: { $0.state },
      set: { value, house throws(WrongValue) in house.state = try value.text("a folder") }
    ),
    Key(
      "threads",
      "Threads that convert; without it, as many as there are processors.",
      example: "4",
      show: { $0.threads.map(String.init) },
      set: { value, house throws(WrongValue) in house.threads = try value.integer(1...1024) }
    ),
    Key(
      "memory",
      "What dropmill gets by with, 96MiB or more; without it, 256MiB. With less, large drops are slower, not smaller.",
      example: "512MiB",
      show: { FeedSettings.bytes($0.memory) },
      set: { value, house throws(WrongValue) in
        let bytes = try value.bytes()
        guard bytes >= leastMemory else {
          throw WrongValue(value, expected: "bytes, 96MiB or more")
        }
        house.memory = bytes
      }
    ),
    Key(
      "minimum-free",
      "What stays free where inbox, outbox and state lie: below it drops wait.",
      example: "1GiB",
      show: { FeedSettings.bytes($0.minimumFree) },
      set: { value, house throws(WrongValue) in house.minimumFree = try value.bytes() }
    ),
    Key(
      "confine",
      "Whether `watch` gives up all but its folders, where the kernel can do that.",
      example: "true",
      show: { $0.isConfined ? "true" : "false" },
      set: { value, house throws(WrongValue) in house.isConfined = try value.boolean() }
    ),
  ]
}
