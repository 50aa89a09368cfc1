#pragma once
#include <maxminddb.h>

// MMDB_get_value takes its keys as variable arguments, which Swift does not import.
static inline int lapwing_mmdb_value(MMDB_entry_s *entry, MMDB_entry_data_s *data, const char *key, const char *inner) {
    return MMDB_get_value(entry, data, key, inner, NULL);
}
