// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses Holdfast ever resolves or builds it.
let settings: [SwiftSetting] =
  [
    "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
    "NonisolatedNonsendingByDefault", "InferIsolatedConformances", "ImmutableWeakCaptures",
  ].map { .enableUpcomingFeature($0) } + [.treatAllWarnings(as: .error)]

let package = Package(
  name: "holdfast-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "holdfast", path: ".."),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    .executableTarget(
      name: "HoldfastBenchmarks",
      dependencies: [
        .product(name: "Holdfast", package: "holdfast"),
        .product(name: "HoldfastPrograms", package: "holdfast"),
        .product(name: "HoldfastSQLite", package: "holdfast"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings
    )
  ]
)
