// Bytes in page-aligned memory, as direct I/O needs them; grows, and keeps what it grew to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace rialto::journal {

class AlignedBuffer {
 public:
  static constexpr size_t kAlignmentBytes = 4096;

  // Makes room for `capacity` bytes; keeps the content.
  void Reserve(size_t capacity) {
    if (capacity <= capacity_) return;
    const size_t rounded = (capacity + kAlignmentBytes - 1) / kAlignmentBytes * kAlignmentBytes;
    std::unique_ptr<char[], Free> grown(
        static_cast<char*>(::operator new(rounded, std::align_val_t(kAlignmentBytes))));
    if (size_ > 0) std::memcpy(grown.get(), bytes_.get(), size_);
    bytes_ = std::move(grown);
    capacity_ = rounded;
  }

  // Appends `size` bytes, not initialised, and returns them. They move when the buffer grows.
  char* Extend(size_t size) {
    if (size_ + size > capacity_) Reserve(std::max(size_ + size, 2 * capacity_));
    char* added = bytes_.get() + size_;
    size_ += size;
    return added;
  }

  // Forgets the bytes from `size` on. REQUIRES: size <= this->size().
  void Shrink(size_t size) { size_ = size; }
  void Clear() { size_ = 0; }

  char* data() { return bytes_.get(); }
  size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(char* bytes) const {
      ::operator delete(bytes, std::align_val_t(kAlignmentBytes));
    }
  };

  std::unique_ptr<char[], Free> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace rialto::journal
