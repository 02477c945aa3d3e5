// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "FeedSupervisor",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "holdfast", path: "../.."),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    .executableTarget(
      name: "FeedSupervisor",
      dependencies: [
        .product(name: "Holdfast", package: "holdfast"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)]
    )
  ]
)
