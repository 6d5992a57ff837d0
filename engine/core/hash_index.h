// Where things are, by the hash of their key: an open-addressing table of positions.
//
// The keys live with the things themselves; Find asks the caller whether a position is the one
// meant. Entries live in groups of seven, a cache line each. A group is searched with one word
// operation over the tags of its entries, without a branch per entry; it counts the entries that
// found it full and went on to the next, so that a search ends where it can and there are no
// tombstones: a table does not age.
//
// Growing never stalls: once a table is full, every insertion clears a part of one twice the size,
// and when that is clear moves a part of the entries over. A table never shrinks. An entry takes 13
// to 26 bytes, half as much again while entries move.
//
// Hashes: HashId for numbers that count up, HashBytes for text. Both are the same in every process
// that gives the same seed.
//
// Thread: the sequencer's only.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "common/base/check.h"

namespace rialto::engine {

// Multiples of the golden ratio: a run of ids falls evenly into the groups. Four neighbours share
// a group: what came together is looked for together, and a large table misses the cache once for
// the four.
constexpr uint32_t HashId(uint64_t id) {
  const auto four = static_cast<uint32_t>((id >> 2) * 0x9E37'79B9'7F4A'7C15u >> 32);
  return (four & ~uint32_t{3}) | (id & 3);
}

// The hash of bytes, the same on every little-endian machine. Of bytes that others choose with a
// seed that they do not know: then they cannot know which have the same hash.
uint32_t HashBytes(std::string_view bytes, uint64_t seed = 0);

class HashIndex {
 public:
  // Does not grow before it holds `expected` entries.
  explicit HashIndex(uint32_t expected = 0);

  // The position with this hash for which `equal(position)` holds; 0 when there is none.
  template <typename Equal>
  uint32_t Find(uint32_t hash, Equal equal) const;

  // Find and Erase in one.
  template <typename Equal>
  uint32_t Take(uint32_t hash, Equal equal);

  // Begins to fetch what Find will look at first.
  void Prefetch(uint32_t hash) const { table_.Prefetch(hash); }

  // REQUIRES: position > 0; its key is not there.
  void Insert(uint32_t hash, uint32_t position);
  // REQUIRES: it is there.
  void Erase(uint32_t hash, uint32_t position);

  uint32_t size() const { return size_; }
  size_t allocated_bytes() const;

  // CHECKs that Find finds every entry.
  void Validate() const;

 private:
  static constexpr uint32_t kEntries = 7;
  static constexpr int kBitsMin = 8;

  // The tags are read and written as one word: what was written in parts only just now is slow to
  // read as a whole.
  struct alignas(64) Group {
    // From the lowest byte: a tag for each entry, with its top bit set, 0: none. The highest byte
    // counts the entries that went on from here, up to kPassedMax, where it stays.
    uint64_t tags;
    std::array<uint32_t, kEntries> hashes;
    std::array<uint32_t, kEntries> positions;

    static constexpr uint64_t kTops = 0x0080'8080'8080'8080u;
    static constexpr uint64_t kPassedOne = uint64_t{1} << 56;
    static constexpr uint64_t kPassedMax = 255;

    // The top bit of the byte of every entry with this tag, and perhaps of some behind the first.
    uint64_t With(uint8_t tag) const {
      const uint64_t differs = tags ^ tag * 0x0101'0101'0101'0101u;
      return (differs - 0x0101'0101'0101'0101u) & ~differs & kTops;
    }
    // The top bit of the byte of every entry that is not there.
    uint64_t Free() const { return ~tags & kTops; }
    static uint32_t EntryOf(uint64_t bits) {
      return static_cast<uint32_t>(std::countr_zero(bits)) >> 3;
    }
    uint8_t TagAt(uint32_t entry) const { return static_cast<uint8_t>(tags >> (entry * 8)); }
    void ClearTag(uint32_t entry) { tags &= ~(uint64_t{0xFF} << (entry * 8)); }
    uint64_t passed() const { return tags >> 56; }
  };
  static_assert(sizeof(Group) == 64);

  // 2^bits groups; the top bits of a hash choose the first group to look at.
  class Table {
   public:
    Table() = default;
    // As the memory was: Clear() all of it before use.
    explicit Table(int bits)
        : groups_(std::make_unique_for_overwrite<Group[]>(size_t{1} << bits)), shift_(32 - bits) {}

    bool exists() const { return groups_ != nullptr; }
    int bits() const { return 32 - shift_; }
    uint32_t group_count() const { return exists() ? uint32_t{1} << bits() : 0; }

    void Clear(uint32_t from, uint32_t to);
    template <typename Equal>
    uint32_t Find(uint32_t hash, Equal equal) const;
    template <typename Equal>
    uint32_t Take(uint32_t hash, Equal equal);
    void Insert(uint32_t hash, uint32_t position);
    // Inserts the entries of a group into another table; here they are gone.
    void MoveGroup(uint32_t group, Table& to);
    uint32_t Validate() const;
    void Prefetch(uint32_t hash) const {
      if (exists()) __builtin_prefetch(&groups_[HomeOf(hash)]);
    }

   private:
    struct Place {
      Group* group;  // Null: nowhere.
      uint32_t entry;
    };
    template <typename Equal>
    Place Search(uint32_t hash, Equal equal) const;
    template <typename Equal>
    [[gnu::noinline]] Place SearchOn(uint32_t hash, Equal equal) const;
    [[gnu::noinline]] void UncountPassed(uint32_t hash, const Group* to);
    // The first group with room; counts the entry in those before.
    [[gnu::noinline]] Group* PassOn(uint32_t hash);
    static uint8_t TagOf(uint32_t hash) { return static_cast<uint8_t>(hash | 0x80); }
    uint32_t HomeOf(uint32_t hash) const { return hash >> shift_; }
    uint32_t After(uint32_t group) const { return (group + 1) & (UINT32_MAX >> shift_); }

    std::unique_ptr<Group[]> groups_;
    int shift_ = 32 - kBitsMin;
  };

  static constexpr int kBitsMax = 28;
  // Groups. Both are done before the table in use is 6/7 full.
  static constexpr uint32_t kClearedPerInsert = 8;
  static constexpr uint32_t kMovedPerInsert = 2;

  // 5 of 7.
  static uint32_t FullAt(int bits) { return uint32_t{5} << bits; }
  void Grow();

  Table table_;
  Table next_;  // Clear before progress_.
  Table old_;   // Empty before progress_.
  uint32_t progress_ = 0;
  uint32_t size_ = 0;
  uint32_t grow_at_ = 0;  // 0 while it grows.
};

// Nearly always the answer is in the first group, and its first candidate is the one.
template <typename Equal>
HashIndex::Table::Place HashIndex::Table::Search(uint32_t hash, Equal equal) const {
  Group& group = groups_.get()[HomeOf(hash)];
  const uint64_t with = group.With(TagOf(hash));
  if (with == 0) {
    if (group.passed() == 0) [[likely]]
      return {nullptr, 0};
  } else {
    const uint32_t entry = Group::EntryOf(with);
    if (group.hashes.data()[entry] == hash && equal(group.positions.data()[entry])) [[likely]] {
      return {&group, entry};
    }
  }
  return SearchOn(hash, equal);
}

template <typename Equal>
HashIndex::Table::Place HashIndex::Table::SearchOn(uint32_t hash, Equal equal) const {
  const uint8_t tag = TagOf(hash);
  for (uint32_t i = HomeOf(hash);; i = After(i)) {
    Group& group = groups_.get()[i];
    for (uint64_t with = group.With(tag); with != 0; with &= with - 1) {
      const uint32_t entry = Group::EntryOf(with);
      if (group.hashes[entry] == hash && equal(group.positions[entry])) return {&group, entry};
    }
    if (group.passed() == 0) return {nullptr, 0};
  }
}

template <typename Equal>
uint32_t HashIndex::Table::Find(uint32_t hash, Equal equal) const {
  const Place place = Search(hash, equal);
  return place.group == nullptr ? 0 : place.group->positions.data()[place.entry];
}

template <typename Equal>
uint32_t HashIndex::Table::Take(uint32_t hash, Equal equal) {
  const Place place = Search(hash, equal);
  if (place.group == nullptr) return 0;
  place.group->ClearTag(place.entry);
  if (place.group != &groups_.get()[HomeOf(hash)]) [[unlikely]]
    UncountPassed(hash, place.group);
  return place.group->positions.data()[place.entry];
}

template <typename Equal>
uint32_t HashIndex::Find(uint32_t hash, Equal equal) const {
  const uint32_t position = table_.Find(hash, equal);
  if (position != 0 || !old_.exists()) [[likely]]
    return position;
  return old_.Find(hash, equal);
}

template <typename Equal>
uint32_t HashIndex::Take(uint32_t hash, Equal equal) {
  uint32_t position = table_.Take(hash, equal);
  if (position == 0 && old_.exists()) [[unlikely]]
    position = old_.Take(hash, equal);
  size_ -= position != 0 ? 1 : 0;
  return position;
}

inline void HashIndex::Erase(uint32_t hash, uint32_t position) {
  CHECK(Take(hash, [&](uint32_t other) { return other == position; }) != 0);
}

inline void HashIndex::Table::Insert(uint32_t hash, uint32_t position) {
  Group* group = &groups_.get()[HomeOf(hash)];
  if (group->Free() == 0) [[unlikely]]
    group = PassOn(hash);
  const uint32_t entry = Group::EntryOf(group->Free());
  group->tags |= uint64_t{TagOf(hash)} << (entry * 8);
  group->hashes.data()[entry] = hash;
  group->positions.data()[entry] = position;
}

inline void HashIndex::Insert(uint32_t hash, uint32_t position) {
  if (size_ >= grow_at_) [[unlikely]]
    Grow();
  table_.Insert(hash, position);
  ++size_;
}

}  // namespace rialto::engine
