// CRC-32C (Castagnoli), as iSCSI and ext4 use it: detects accidents, not intent.
#pragma once

#include <cstdint>
#include <string_view>

namespace rialto {

// Checksum of `data`, continuing from `seed` (a previous checksum, or any salt). Uses SSE4.2.
uint32_t Crc32c(std::string_view data, uint32_t seed = 0);

}  // namespace rialto
