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
        room(
            "FlowPipeline",
            [
                "FlowState", "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich", "FlowFeatures",
                "FlowDetect", .product(name: "Yams", package: "Yams"),
            ], resources: [.embedInCode("calibration.json")]),
        .executableTarget(
            name: "lapwing",
            dependencies: [
                "FlowPipeline", "FlowState", "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowEnrich",
                "FlowFeatures", "FlowDetect", "FlowFeeds", "FlowOutput", "FlowCharts", "FlowSimulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        // Times the readers alone.
        .executableTarget(
            name: "ReadBenchmark", dependencies: ["FlowFormats", "FlowModel"], path: "Benchmarks/ReadBenchmark",
            swiftSettings: settings),
        // Times the decoders of NetFlow, IPFIX and sFlow alone; prints flows for Benchmarks/compare-tshark.py.
        .executableTarget(
            name: "DecodeBenchmark", dependencies: ["FlowFormats", "FlowModel"], path: "Benchmarks/DecodeBenchmark",
            swiftSettings: settings),
        // Counts allocations.
        .target(name: "CountingMalloc", path: "Benchmarks/CountingMalloc"),
        .executableTarget(
            name: "AllocationBenchmark",
            dependencies: ["CountingMalloc", "FlowDetect", "FlowFormats", "FlowModel", "FlowPipeline"],
            path: "Benchmarks/AllocationBenchmark", swiftSettings: settings),
        // Times the filter alone.
        .executableTarget(
            name: "FilterBenchmark", dependencies: ["FlowEnrich", "FlowModel"], path: "Benchmarks/FilterBenchmark",
            swiftSettings: settings),
        // Times each detector alone, and weighs what it keeps of a million hosts.
        .executableTarget(
            name: "DetectorBenchmark",
            dependencies: ["FlowDetect", "FlowFeatures", "FlowFormats", "FlowModel", "FlowPipeline", "FlowState"],
            path: "Benchmarks/DetectorBenchmark", swiftSettings: settings),
        // Times the look-up in blocklists, and measures their memory.
        .executableTarget(
            name: "BlocklistBenchmark", dependencies: ["FlowEnrich", "FlowModel"],
            path: "Benchmarks/BlocklistBenchmark", swiftSettings: settings),
        // Measures the beacon test, beside RITA's score: recall, periods, false names of Poisson pairs.
        .executableTarget(
            name: "BeaconBenchmark", dependencies: ["FlowDetect", "FlowMath", "FlowModel", "FlowPipeline"],
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
        tests("FlowFormats", ["FlowModel"]),
        tests("FlowFiles", ["FlowFormats", "FlowModel", "CBzip2", "CZlib", "CZstd"]),
        tests("FlowEnrich", ["FlowModel", "Fixtures"]),
        tests("FlowFeeds", ["FlowEnrich", "FlowFiles", "FlowModel", "Fixtures"]),
        tests("FlowFeatures", ["FlowModel", "FlowMath"]),
        tests("FlowDetect", ["FlowFeatures", "FlowModel", "FlowMath", "FlowState"]),
        tests("FlowOutput", ["FlowModel"]),
        tests("FlowCharts", ["FlowModel", "FlowMath"]),
        tests("FlowSimulation", ["FlowModel", "FlowFormats"]),
        tests(
            "FlowPipeline",
            [
                "FlowModel", "FlowMath", "FlowFormats", "FlowFiles", "FlowFeatures", "FlowDetect", "FlowEnrich",
                "FlowSimulation",
            ]),
        // Runs the built command as a user does; also holds the arrows between the rooms.
        .testTarget(
            name: "lapwingTests", dependencies: ["lapwing", "Fixtures", "FlowEnrich"], exclude: ["Golden"],
            swiftSettings: settings),
        // What tests of several rooms need: a server on the loopback, a writer of MaxMind files.
        .target(
            name: "Fixtures", dependencies: ["FlowEnrich", "FlowModel"], path: "Tests/Fixtures",
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
