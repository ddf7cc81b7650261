// swift-tools-version: 6.3
import Foundation
import PackageDescription

// The map of the house: one room a line, in layer order. Imports run from the bottom of this list to the top.

/// The compiler settings that every room is built with.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .treatWarning("ExplicitSendable", as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .enableExperimentalFeature("Lifetimes"),
]

/// isa-l, where this machine has it: `Bytes` then inflates by it, else by zlib.
let isal = FileManager.default.fileExists(atPath: "/usr/include/isa-l/igzip_lib.h")

/// Settings for rooms whose classes have one owner at a time.
///
/// Asking the runtime on every access cost a third of a conversion (0.95 s of user time against 0.18
/// for 100 MB, other short ways included). Debug builds, and so all tests, still ask.
let singleOwner: [SwiftSetting] = [
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// A room: one target, one folder under `Sources/`.
func room(
  _ name: String,
  isSingleOwner: Bool = false,
  _ dependencies: Target.Dependency...
) -> Target {
  .target(
    name: name,
    dependencies: dependencies,
    path: "Sources/\(name)",
    swiftSettings: isSingleOwner ? strict + singleOwner : strict
  )
}

/// The tests beside a room.
func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name), "TestKit"] + dependencies,
    path: "Tests/\(name)Tests",
    swiftSettings: strict
  )
}

/// A C library of the system, found by pkg-config where it tells of itself there.
func library(_ name: String, pkgConfig: String?, debian package: String) -> Target {
  .systemLibrary(
    name: name,
    path: "Sources/\(name)",
    pkgConfig: pkgConfig,
    providers: [.apt([package])]
  )
}

let package = Package(
  name: "dropmill",
  products: [.executable(name: "dropmill", targets: ["dropmill"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "CKernels", path: "Sources/CKernels"),
    library("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
    library("CZstd", pkgConfig: "libzstd", debian: "libzstd-dev"),
    library("CLzma", pkgConfig: "liblzma", debian: "liblzma-dev"),
    library("CBzip2", pkgConfig: nil, debian: "libbz2-dev"),
    library("CZip", pkgConfig: "libzip", debian: "libzip-dev"),
    library("CExpat", pkgConfig: "expat", debian: "libexpat1-dev"),
    library("CCrypto", pkgConfig: "libcrypto", debian: "libssl-dev"),
    .target(
      name: "CHighwayHash",
      path: "Sources/CHighwayHash",
      linkerSettings: [.linkedLibrary("highwayhash")]
    ),
    .target(name: "CLinux", path: "Sources/CLinux"),
    room("Records"),
    room(
      "Bytes",
      isSingleOwner: true,
      "Records",
      "CKernels",
      "CZlib",
      "CZstd",
      "CLzma",
      "CBzip2",
      "CZip",
      "CCrypto"
    ),
    room("Files", "CLinux"),
    room("Formats", isSingleOwner: true, "Records", "Bytes", "CKernels", "CExpat"),
    room("Canonical", isSingleOwner: true, "Records", "Bytes", "CKernels", "CHighwayHash"),
    room("Detection", isSingleOwner: true, "Records", "Bytes", "Formats", "Canonical"),
    room(
      "Conversion",
      isSingleOwner: true,
      "Records",
      "Bytes",
      "Formats",
      "Canonical",
      "Detection"
    ),
    room(
      "Settings",
      "Records",
      "Bytes",
      "Formats",
      "Canonical",
      "Detection",
      "Conversion",
      .product(name: "Yams", package: "Yams")
    ),
    room("Identity", isSingleOwner: true, "Records", "Bytes", "Files", "CKernels"),
    room("Inbox", "Bytes", "Files"),
    room("Outbox", "Records", "Bytes", "Files"),
    room("Ledger", "Records", "Files", .product(name: "GRDB", package: "GRDB.swift")),
    room("Audit", "Records", "Bytes", "Files", "Formats", "Identity", "Ledger"),
    room(
      "Mill",
      "Records",
      "Bytes",
      "Files",
      "Formats",
      "Canonical",
      "Detection",
      "Conversion",
      "Settings",
      "Identity",
      "Inbox",
      "Outbox",
      "Ledger",
      "Audit"
    ),
    .executableTarget(
      name: "dropmill",
      dependencies: [
        "Records", "Bytes", "Files", "Formats", "Canonical", "Detection", "Conversion", "Settings",
        "Ledger", "Outbox", "Identity", "Audit", "Mill",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/dropmill",
      swiftSettings: strict,
      linkerSettings: [
        // Nobody links to the command: names that only the dynamic linker reads lengthen each start.
        .unsafeFlags(["-Xlinker", "--no-export-dynamic"], .when(configuration: .release))
      ]
    ),
    .executableTarget(
      name: "identity-benchmark",
      dependencies: ["Records", "Files", "Identity"],
      path: "Benchmarks/Identity",
      swiftSettings: strict
    ),
    .target(name: "TestKit", path: "Tests/TestKit", swiftSettings: strict),
    tests("Records"),
    tests("Bytes", "CKernels", "CZlib"),
    tests("Files"),
    tests("Formats", "Records", "Bytes", "CKernels", "CExpat"),
    tests("Canonical", "Records", "Bytes", "CHighwayHash"),
    tests("Detection", "Records", "Bytes", "Formats"),
    tests("Conversion", "Records", "Bytes", "Files", "Formats", "Canonical", "Detection"),
    tests("Settings", "Records", "Bytes", "Formats", "Canonical", "Detection", "Conversion"),
    tests("Identity", "Records", "Files"),
    tests("Inbox", "Files"),
    tests("Outbox", "Records", "Bytes", "Files"),
    tests("Ledger", "Records", "Files"),
    tests(
      "Mill",
      "Records",
      "Files",
      "Conversion",
      "Settings",
      "Ledger",
      "Identity",
      "Inbox",
      "Outbox"
    ),
    tests("Audit", "Files"),
    .testTarget(
      name: "HouseTests",
      dependencies: ["TestKit"],
      path: "Tests/HouseTests",
      swiftSettings: strict
    ),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "TestKit", "Files", "dropmill",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/EndToEndTests",
      swiftSettings: strict
    ),
  ]
)

if isal {
  package.targets.append(library("CIsal", pkgConfig: "libisal", debian: "libisal-dev"))
  for target in package.targets where target.name == "Bytes" {
    target.dependencies.append("CIsal")
    target.swiftSettings?.append(.define("ISAL"))
  }
}

// Only the package beside this one that measures the rooms asks for them: `make rooms`.
if ProcessInfo.processInfo.environment["ROOMS"] != nil {
  package.products.append(
    .library(
      name: "Rooms",
      targets: ["Records", "Bytes", "Files", "Formats", "Canonical", "Detection", "Identity"]
    )
  )
}

// The fuzzers need a compiler's flag of their own: `make fuzz` builds them, and nothing else.
if ProcessInfo.processInfo.environment["FUZZ"] != nil {
  package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
  package.targets += [
    .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CFuzzer", "Records", "Bytes", "Formats", "Canonical", "Detection", "Conversion",
      ],
      path: "Tests/Fuzz/Targets",
      swiftSettings: strict
    ),
  ]
}
