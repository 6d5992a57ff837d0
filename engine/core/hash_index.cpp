#include "engine/core/hash_index.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/int128.h"

namespace rialto::engine {
namespace {

uint64_t Mixed(uint64_t a, uint64_t b) {
  const absl::uint128 product = absl::uint128(a) * b;
  return absl::Uint128Low64(product) ^ absl::Uint128High64(product);
}

}  // namespace

uint32_t HashBytes(std::string_view bytes, uint64_t seed) {
  const uint64_t factor = seed << 1 ^ 0x9E37'79B9'7F4A'7C15u;
  uint64_t state = Mixed(seed ^ 0xD6E8'FEB8'6659'FD93u, bytes.size() ^ 0xA076'1D64'78BD'642Fu);
  for (;;) {
    uint64_t word = 0;
    const size_t taken = std::min(bytes.size(), sizeof word);
    if (taken != 0) std::memcpy(&word, bytes.data(), taken);
    state = Mixed(state ^ word, factor) + word;
    if (bytes.size() <= sizeof word) break;
    bytes.remove_prefix(taken);
  }
  return static_cast<uint32_t>(Mixed(state, 0xE703'7ED1'A0B4'28DBu) >> 16);
}

HashIndex::HashIndex(uint32_t expected) {
  int bits = kBitsMin;
  while (bits < kBitsMax && FullAt(bits) < expected) ++bits;
  table_ = Table(bits);
  table_.Clear(0, table_.group_count());
  grow_at_ = FullAt(bits);
}

size_t HashIndex::allocated_bytes() const {
  return (size_t{table_.group_count()} + next_.group_count() + old_.group_count()) * sizeof(Group);
}

// One step: makes a table of twice the size; clears it; moves the entries.
void HashIndex::Grow() {
  if (!next_.exists() && !old_.exists()) {
    CHECK(table_.bits() < kBitsMax);
    next_ = Table(table_.bits() + 1);
    progress_ = 0;
    grow_at_ = 0;
  }
  if (next_.exists()) {
    const uint32_t to = std::min(progress_ + kClearedPerInsert, next_.group_count());
    next_.Clear(progress_, to);
    progress_ = to;
    if (to < next_.group_count()) return;
    old_ = std::exchange(table_, std::exchange(next_, Table()));
    progress_ = 0;
    return;
  }
  const uint32_t to = std::min(progress_ + kMovedPerInsert, old_.group_count());
  for (; progress_ < to; ++progress_) old_.MoveGroup(progress_, table_);
  if (progress_ < old_.group_count()) return;
  old_ = Table();
  grow_at_ = FullAt(table_.bits());
}

HashIndex::Group* HashIndex::Table::PassOn(uint32_t hash) {
  uint32_t i = HomeOf(hash);
  for (; groups_[i].Free() == 0; i = After(i)) {
    if (groups_[i].passed() != Group::kPassedMax) groups_[i].tags += Group::kPassedOne;
  }
  return &groups_[i];
}

void HashIndex::Table::UncountPassed(uint32_t hash, const Group* to) {
  for (uint32_t i = HomeOf(hash); &groups_[i] != to; i = After(i)) {
    if (groups_[i].passed() != Group::kPassedMax) groups_[i].tags -= Group::kPassedOne;
  }
}

void HashIndex::Table::Clear(uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; ++i) groups_[i] = Group{};
}

void HashIndex::Table::MoveGroup(uint32_t index, Table& to) {
  Group& group = groups_[index];
  for (uint32_t entry = 0; entry < kEntries; ++entry) {
    if (group.TagAt(entry) == 0) continue;
    to.Insert(group.hashes[entry], group.positions[entry]);
    group.ClearTag(entry);
  }
}

// The number of its entries.
uint32_t HashIndex::Table::Validate() const {
  uint32_t entries = 0;
  for (uint32_t i = 0; i < group_count(); ++i) {
    for (uint32_t entry = 0; entry < kEntries; ++entry) {
      if (groups_[i].TagAt(entry) == 0) continue;
      ++entries;
      const uint32_t hash = groups_[i].hashes[entry];
      CHECK(groups_[i].TagAt(entry) == TagOf(hash));
      for (uint32_t j = HomeOf(hash); j != i; j = After(j)) CHECK(groups_[j].passed() != 0);
    }
  }
  return entries;
}

void HashIndex::Validate() const { CHECK(table_.Validate() + old_.Validate() == size_); }

}  // namespace rialto::engine
