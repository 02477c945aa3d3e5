// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] =
  [
    "ExistentialAny", "InternalImportsByDefault", "MemberImportVisibility",
    "NonisolatedNonsendingByDefault", "InferIsolatedConformances", "ImmutableWeakCaptures",
  ].map { .enableUpcomingFeature($0) } + [.strictMemorySafety(), .treatAllWarnings(as: .error)]

let package = Package(
  name: "holdfast",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Holdfast", targets: ["Holdfast"]),
    .library(name: "HoldfastPrograms", targets: ["HoldfastPrograms"]),
    .library(name: "HoldfastSQLite", targets: ["HoldfastSQLite"]),
    .library(name: "HoldfastTesting", targets: ["HoldfastTesting"]),
    .executable(name: "holdfast", targets: ["HoldfastDaemon"]),
  ],
  dependencies: [
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .target(name: "CHoldfastTime"),
    .target(
      name: "Holdfast",
      dependencies: [
        "CHoldfastTime",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: settings
    ),
    .target(name: "CHoldfastPrograms"),
    .target(
      name: "HoldfastPrograms",
      dependencies: [
        "Holdfast", "CHoldfastPrograms",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "HoldfastSQLite",
      dependencies: [
        "Holdfast",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: settings
    ),
    .target(name: "HoldfastTesting", dependencies: ["Holdfast"], swiftSettings: settings),
    .executableTarget(
      name: "HoldfastDaemon",
      dependencies: [
        "Holdfast", "HoldfastPrograms", "HoldfastSQLite",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "HoldfastTests",
      dependencies: [
        "Holdfast", "HoldfastTesting",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
        .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "ProgramHost", dependencies: ["Holdfast", "HoldfastPrograms"], path: "Tests/Support/ProgramHost",
      swiftSettings: settings),
    .executableTarget(
      name: "JobHost", dependencies: ["Holdfast", "HoldfastPrograms"], path: "Tests/Support/JobHost",
      swiftSettings: settings),
    .testTarget(
      name: "HoldfastProgramsTests",
      dependencies: [
        "Holdfast", "HoldfastPrograms", "CHoldfastPrograms", "HoldfastTesting", "ProgramHost", "JobHost",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .target(name: "HoldfastTestSupport", path: "Tests/Support/TestSupport", swiftSettings: settings),
    .executableTarget(
      name: "StoreHost", dependencies: ["Holdfast", "HoldfastSQLite"], path: "Tests/Support/StoreHost",
      swiftSettings: settings),
    .testTarget(
      name: "HoldfastSQLiteTests",
      dependencies: [
        "Holdfast", "HoldfastSQLite", "HoldfastTesting", "HoldfastTestSupport", "StoreHost",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "HoldfastDaemonTests",
      dependencies: [
        "Holdfast", "HoldfastPrograms", "HoldfastDaemon", "HoldfastTesting", "HoldfastTestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
  ]
)
