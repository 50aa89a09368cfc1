import CLapack

/// Eigenvalues and eigenvectors of symmetric matrices, by LAPACK.
enum SymmetricEigen {
    /// OpenBLAS on several threads adds in another order each time: results would not repeat.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// Before any call into BLAS or LAPACK.
    static func useOneThread() { oneThread }

    /// All of a matrix of which the upper triangle is given: values ascending, vectors one after the other in place of
    /// the matrix. Cost: O(size³).
    static func solve(_ matrix: inout [Double], size: Int, values: inout [Double]) throws(ModelError) {
        useOneThread()
        // Row by row upper is column by column lower; then a vector's numbers lie together.
        let code = LAPACKE_dsyevd(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), Int32(size), &matrix, Int32(size),
            &values)
        guard code == 0 else { throw .noConvergence(Int(code)) }
    }

    /// The eigenvectors of the `count` largest eigenvalues of a full matrix, which is overwritten, one after the other.
    /// Cost: O(size³).
    static func largest(
        _ count: Int, of matrix: inout [Double], size: Int
    ) throws(ModelError) -> [Double] {
        useOneThread()
        var found: Int32 = 0
        var values = [Double](repeating: 0, count: size)
        var vectors = [Double](repeating: 0, count: size * count)
        var support = [Int32](repeating: 0, count: 2 * size)
        let code = LAPACKE_dsyevr(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "I")), CChar(UInt8(ascii: "L")), Int32(size),
            &matrix, Int32(size), 0, 0, Int32(size - count + 1), Int32(size), 0, &found, &values, &vectors,
            Int32(size), &support)
        guard code == 0, Int(found) == count else { throw .noConvergence(Int(code)) }
        return vectors
    }
}
