#pragma once
#include <cblas.h>
#include <lapacke.h>

// The reference cblas.h, which Debian's alternatives may choose, lacks it.
void openblas_set_num_threads(int num_threads);
