#include "common/base/crc32c.h"

#include <nmmintrin.h>

#include <cstring>

namespace rialto {

uint32_t Crc32c(std::string_view data, uint32_t seed) {
  uint64_t crc = ~seed;
  const char* position = data.data();
  size_t left = data.size();
  for (; left >= 8; left -= 8, position += 8) {
    uint64_t word = 0;
    std::memcpy(&word, position, sizeof(word));
    crc = _mm_crc32_u64(crc, word);
  }
  for (; left > 0; --left, ++position) {
    crc = _mm_crc32_u8(static_cast<uint32_t>(crc), static_cast<uint8_t>(*position));
  }
  return ~static_cast<uint32_t>(crc);
}

}  // namespace rialto
