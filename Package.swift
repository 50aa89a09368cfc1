// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
    // Hot loops cross modules: without it a public table costs six times a local one.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    // Models and tests of chance run for minutes unoptimized.
    let optimized: [SwiftSetting] = name == "FlowMath" ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []
    return .target(
        name: name, dependencies: dependencies, resources: resources, swiftSettings: settings + optimized)
}

func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    // Fixtures are read from where they stand.
    .testTarget(
        name: room + "Tests", dependencies: [.target(name: room)] + dependencies,
        exclude: room == "FlowFormats" ? ["Fixtures"] : [], swiftSettings: settings)
}

let package = Package(
    name: "lapwing",
    products: [.executable(name: "lapwing", targets: ["lapwing"])],
    dependencies: [
        // The command line of every verb.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Settings files are YAML.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // gzip input.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // zstd input.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // bzip2 input.
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        // Countries and autonomous systems.
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        room("FlowState"),
        room("FlowModel", ["FlowState"]),
        // Eigenvectors: principal components and spectral clustering.
        .systemLibrary(name: "CLapack", providers: [.apt(["liblapacke-dev", "libopenblas-serial-dev"])]),
        room("FlowMath", ["FlowState", "CLapack"]),
        room("FlowFormats", ["FlowModel"]),
        room("FlowFiles", ["FlowFormats", "FlowModel", "CBzip2", "CZlib", "CZstd"]),
        room("FlowEnrich", ["FlowModel", "CMaxMindDB"]),
        room("FlowFeatures", ["FlowModel", "FlowMath", "FlowState"]),
        room("FlowDetect", ["FlowFeatures", "FlowModel", "FlowMath", "FlowState"]),
        room("FlowFeeds", ["FlowEnrich", "FlowFiles", "FlowModel"]),
        room("FlowOutput", ["FlowModel"]),
        room("FlowCharts", ["FlowModel", "FlowMath"]),
        room("FlowSimulation", ["FlowModel", "FlowMath", "FlowFormats"]),
        room("FlowIncidents", ["FlowModel", "FlowMath", "FlowFormats", "FlowEnrich", "FlowDetect"]),
        room(
            "FlowSettings",
            [
                "FlowModel", "FlowFormats", "FlowEnrich", "FlowDetect", "FlowIncidents",
                .product(name: "Yams", package: "Yams"),
            ]),
        room(
            "FlowEngine",
            ["FlowState", "FlowModel", "FlowFeatures", "FlowEnrich", "FlowDetect", "FlowIncidents", "FlowSettings"]),
        room("FlowRun", ["FlowModel", "FlowFiles", "FlowEnrich", "FlowEngine"]),
        room(
            "FlowEvaluation",
            [
                "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich", "FlowDetect",
                "FlowIncidents", "FlowSettings", "FlowEngine", "FlowRun", "FlowOutput",
            ], resources: [.embedInCode("calibration.json")]),
        room("FlowLearning", ["FlowModel", "FlowMath", "FlowFormats", "FlowEnrich", "FlowFeatures", "FlowOutput"]),
        room(
            "FlowReports",
            [
                "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich", "FlowFeatures", "FlowDetect",
                "FlowFeeds",
                "FlowIncidents", "FlowSettings", "FlowEngine", "FlowOutput", "FlowCharts", "FlowSimulation",
                "FlowLearning", "FlowEvaluation",
            ]),
        .executableTarget(
            name: "lapwing",
            dependencies: [
                "FlowState", "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich", "FlowIncidents",
                "FlowSettings", "FlowEngine", "FlowRun", "FlowFeatures", "FlowDetect", "FlowFeeds", "FlowOutput",
                "FlowSimulation", "FlowLearning",
                "FlowEvaluation", "FlowReports",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        // Times the readers alone.
        .executableTarget(
            name: "ReadBenchmark", dependencies: ["FlowFormats", "FlowModel"], path: "Benchmarks/ReadBenchmark",
            swiftSettings: settings),
        // Times the decoders of NetFlow, IPFIX and sFlow alone; prints flows for Benchmarks/compare-tshark.py.
        .executableTarget(
            name: "DecodeBenchmark", dependencies: ["FlowFormats", "FlowMath", "FlowModel"],
            path: "Benchmarks/DecodeBenchmark", swiftSettings: settings),
        // Counts allocations.
        .target(name: "CountingMalloc", path: "Benchmarks/CountingMalloc"),
        .executableTarget(
            name: "AllocationBenchmark",
            dependencies: ["CountingMalloc", "FlowDetect", "FlowEngine", "FlowFormats", "FlowModel", "FlowSettings"],
            path: "Benchmarks/AllocationBenchmark", swiftSettings: settings),
        // Times the filter alone.
        .executableTarget(
            name: "FilterBenchmark", dependencies: ["FlowEnrich", "FlowMath", "FlowModel"],
            path: "Benchmarks/FilterBenchmark",
            swiftSettings: settings),
        // Times each detector alone, and weighs what it keeps of a million hosts.
        .executableTarget(
            name: "DetectorBenchmark",
            dependencies: ["FlowDetect", "FlowFeatures", "FlowFormats", "FlowModel", "FlowState"],
            path: "Benchmarks/DetectorBenchmark", swiftSettings: settings),
        // Times the look-up in blocklists, and measures their memory.
        .executableTarget(
            name: "BlocklistBenchmark", dependencies: ["FlowEnrich", "FlowMath", "FlowModel"],
            path: "Benchmarks/BlocklistBenchmark", swiftSettings: settings),
        // Measures the beacon test, beside RITA's score: recall, periods, false names of Poisson pairs.
        .executableTarget(
            name: "BeaconBenchmark", dependencies: ["FlowDetect", "FlowEvaluation", "FlowMath", "FlowModel"],
            path: "Benchmarks/BeaconBenchmark", swiftSettings: settings),
        // Times the models, and writes what they find, for Benchmarks/models.
        .executableTarget(
            name: "ModelBenchmark", dependencies: ["FlowMath"], path: "Benchmarks/ModelBenchmark",
            swiftSettings: settings),
        // Times the outlier models, and shows how well the forecasters forecast.
        .executableTarget(
            name: "OutlierBenchmark", dependencies: ["FlowMath"], path: "Benchmarks/OutlierBenchmark",
            swiftSettings: settings),
        tests("FlowState"),
        tests("FlowModel"),
        tests("FlowMath"),
        tests("FlowFormats", ["FlowMath", "FlowModel"]),
        tests("FlowFiles", ["FlowFormats", "FlowMath", "FlowModel", "CBzip2", "CZlib", "CZstd"]),
        tests("FlowEnrich", ["FlowMath", "FlowModel", "FlowTestKit"]),
        tests("FlowFeeds", ["FlowEnrich", "FlowFiles", "FlowModel", "FlowTestKit"]),
        tests("FlowFeatures", ["FlowModel", "FlowMath"]),
        tests("FlowDetect", ["FlowFeatures", "FlowModel", "FlowMath", "FlowState", "FlowTestKit"]),
        tests("FlowOutput", ["FlowDetect", "FlowModel"]),
        tests("FlowCharts", ["FlowModel", "FlowMath"]),
        tests("FlowSimulation", ["FlowModel", "FlowFormats"]),
        tests("FlowIncidents", ["FlowModel", "FlowDetect"]),
        tests("FlowSettings", ["FlowDetect", "FlowFormats"]),
        tests(
            "FlowEngine",
            [
                "FlowModel", "FlowMath", "FlowFeatures", "FlowEnrich", "FlowDetect", "FlowFormats", "FlowSettings",
                "FlowSimulation", "FlowTestKit",
            ]),
        tests(
            "FlowEvaluation",
            ["FlowModel", "FlowMath", "FlowDetect", "FlowIncidents", "FlowEnrich", "FlowSettings"]),
        tests("FlowLearning", ["FlowMath", "FlowFeatures"]),
        // Runs the built command as a user does; also holds the arrows between the rooms.
        .testTarget(
            name: "lapwingTests", dependencies: ["lapwing", "FlowTestKit", "FlowEnrich", "FlowReports"],
            exclude: ["Golden"], swiftSettings: settings),
        // What tests of several rooms need: scenarios as text, runs of one detector, a server on the loopback, a writer of
        // MaxMind files.
        .target(
            name: "FlowTestKit",
            dependencies: ["FlowDetect", "FlowEnrich", "FlowFeatures", "FlowFormats", "FlowModel"],
            path: "Tests/FlowTestKit", swiftSettings: settings),
        .testTarget(
            name: "FlowTestKitTests", dependencies: ["FlowTestKit", "FlowModel"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
