// Objects under small numbers, in chunks that never move.
//
// A position is a uint32_t from 1; 0 is "none". Position 0 has memory, but never a value: code that
// would rather write than branch may write there. Growth allocates one more chunk and copies
// nothing, so no call takes long, and a reference stays good.
//
//   ChunkedVector<T>  grows only. Ensure(position) makes everything up to a position.
//   ChunkedPool<T>    hands positions out and takes them back, last in first out: the same calls
//                     give the same positions in every process.
//
// What belongs to the same thing but is needed more rarely goes into a ChunkedVector under the
// position that a ChunkedPool gave: `Ensure(position)` after every `Allocate()`.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/check.h"

namespace rialto::engine {

// As many as fit into 64 KiB, at least 8.
template <typename T>
inline constexpr int kChunkBitsDefault = sizeof(T) > 8192
                                             ? 3
                                             : std::bit_width(size_t{65536} / sizeof(T)) - 1;

template <typename T, int kChunkBits = kChunkBitsDefault<T>>
class ChunkedVector {
 public:
  ChunkedVector() = default;
  ChunkedVector(ChunkedVector&& other) noexcept
      : chunks_(std::move(other.chunks_)), last_(std::exchange(other.last_, 0)) {
    other.chunks_.clear();
  }
  ChunkedVector& operator=(ChunkedVector&&) = delete;
  ~ChunkedVector() {
    if constexpr (!std::is_trivially_destructible_v<T>) {
      for (uint32_t position = 1; position <= last_; ++position)
        std::destroy_at(&(*this)[position]);
    }
    for (T* chunk : chunks_) std::allocator<T>().deallocate(chunk, kChunkSize);
  }

  // REQUIRES: 1 <= position <= last().
  T& operator[](uint32_t position) {
    return chunks_.data()[position >> kChunkBits][position & kMask];
  }
  const T& operator[](uint32_t position) const {
    return chunks_.data()[position >> kChunkBits][position & kMask];
  }

  // Makes every object up to this position that is not there yet. A T without initialisers is left
  // as the memory was.
  void Ensure(uint32_t position) {
    while (last_ < position) Extend();
  }

  // The last position that is there.
  uint32_t last() const { return last_; }
  size_t allocated_bytes() const {
    return chunks_.size() * kChunkSize * sizeof(T) + chunks_.capacity() * sizeof(T*);
  }

 private:
  static constexpr size_t kChunkSize = size_t{1} << kChunkBits;
  static constexpr uint32_t kMask = kChunkSize - 1;

  void Extend() {
    CHECK(last_ != UINT32_MAX);
    const uint32_t position = last_ + 1;
    if (position >> kChunkBits == chunks_.size()) {
      chunks_.push_back(std::allocator<T>().allocate(kChunkSize));
    }
    ::new (static_cast<void*>(&(*this)[position])) T;
    last_ = position;
  }

  std::vector<T*> chunks_;
  uint32_t last_ = 0;
};

template <typename T, int kChunkBits = kChunkBitsDefault<T>>
class ChunkedPool {
 public:
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) >= sizeof(uint32_t),
                "a free object holds the position of the next free one");

  // The object is as its last user left it, save for its first four bytes.
  uint32_t Allocate() {
    ++size_;
    if (free_ == 0) {
      objects_.Ensure(objects_.last() + 1);
      return objects_.last();
    }
    const uint32_t position = free_;
    std::memcpy(&free_, &objects_[position], sizeof free_);
    return position;
  }

  // REQUIRES: it is allocated.
  void Free(uint32_t position) {
    std::memcpy(static_cast<void*>(&objects_[position]), &free_, sizeof free_);
    free_ = position;
    --size_;
  }

  T& operator[](uint32_t position) { return objects_[position]; }
  const T& operator[](uint32_t position) const { return objects_[position]; }

  // Allocated ones.
  uint32_t size() const { return size_; }
  size_t allocated_bytes() const { return objects_.allocated_bytes(); }

 private:
  ChunkedVector<T, kChunkBits> objects_;
  uint32_t free_ = 0;
  uint32_t size_ = 0;
};

}  // namespace rialto::engine
