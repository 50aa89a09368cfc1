import Glibc

/// One input: a file, or standard input.
struct InputPath: Equatable {
    /// The path, or `-`.
    var path: String
    /// Bytes on disk; nil for what is not a regular file.
    var size: Int?

    /// What messages call it.
    var name: String { path == "-" ? "standard input" : path }
}

/// Command-line arguments to inputs.
enum InputPaths {
    /// Files, the files of folders by name, what globs match, `-`; each file once, in the order first named.
    static func expand(_ arguments: [String]) throws(InputError) -> [InputPath] {
        var inputs: [InputPath] = []
        var seen: Set<[UInt]> = []
        for argument in arguments {
            for path in try paths(argument) {
                var info = stat()
                let status = path == "-" ? fstat(STDIN_FILENO, &info) : stat(path, &info)
                guard status == 0 else {
                    let input = InputPath(path: path, size: nil)
                    throw .unreadable("\(input.name): \(Self.reason(errno))")
                }
                // Standard input, too, may be named twice: as - and as /dev/stdin.
                guard seen.insert([UInt(info.st_dev), UInt(info.st_ino)]).inserted else { continue }
                let isRegular = path != "-" && info.st_mode & S_IFMT == S_IFREG
                inputs.append(InputPath(path: path, size: isRegular ? Int(info.st_size) : nil))
            }
        }
        return inputs
    }

    private static func paths(_ argument: String) throws(InputError) -> [String] {
        if argument == "-" { return ["-"] }
        var info = stat()
        if stat(argument, &info) == 0 {
            return info.st_mode & S_IFMT == S_IFDIR ? try files(in: argument) : [argument]
        }
        let problem = errno
        guard argument.contains(where: { "*?[".contains($0) }) else {
            throw .unreadable("\(argument): \(reason(problem))")
        }
        var matches = glob_t()
        defer { globfree(&matches) }
        guard glob(argument, 0, nil, &matches) == 0, let names = matches.gl_pathv else {
            throw .unreadable("\(argument): no file matches")
        }
        return (0..<Int(matches.gl_pathc)).compactMap { names[$0].map { String(cString: $0) } }
    }

    private static func files(in folder: String) throws(InputError) -> [String] {
        guard let directory = opendir(folder) else { throw .unreadable("\(folder): \(reason(errno))") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var info = stat()
            if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG { names.append(path) }
        }
        if names.isEmpty { throw .unreadable("\(folder): no files in this folder") }
        return names.sorted()
    }

    static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "no such file"
        case EACCES: "permission denied"
        case EISDIR: "is a folder"
        default: String(cString: strerror(code))
        }
    }
}
