#ifndef COUNTING_MALLOC_H
#define COUNTING_MALLOC_H

/// Allocations of the calling thread since it began.
long counted_allocations(void);

#endif
