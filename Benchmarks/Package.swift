// swift-tools-version: 6.3
import PackageDescription

// The rooms one by one, in a package of its own so that nobody who builds the command fetches the harness.
// `make rooms` runs it.

let package = Package(
  name: "dropmill-benchmarks",
  dependencies: [
    .package(name: "dropmill", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.0", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Rooms",
      dependencies: [
        .product(name: "Rooms", package: "dropmill"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Rooms",
      swiftSettings: [.strictMemorySafety()],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    )
  ]
)
