// swift-tools-version: 6.2
import PackageDescription

let dependencies: [Target.Dependency] = [
  .product(name: "Holdfast", package: "holdfast"),
  .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
  .product(name: "Logging", package: "swift-log"),
]

let package = Package(
  name: "holdfast-examples",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "holdfast", path: ".."),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: ["ServiceLifecycleApp", "FeedSupervisor"].map { name in
    .executableTarget(
      name: name, dependencies: dependencies, path: name, swiftSettings: [.treatAllWarnings(as: .error)])
  } + [
    .executableTarget(
      name: "DurableJobs",
      dependencies: dependencies + [
        .product(name: "HoldfastPrograms", package: "holdfast"),
        .product(name: "HoldfastSQLite", package: "holdfast"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "DurableJobs", swiftSettings: [.treatAllWarnings(as: .error)])
  ]
)
