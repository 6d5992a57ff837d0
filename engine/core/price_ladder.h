// The price levels of one side of a book, best first: a radix tree over the price.
//
// A leaf names the levels of 64 neighbouring prices, a node has 64 children; a word of bits says
// which are there, so the next best price is a bit scan. The root covers only what is there: a
// narrow book is one leaf or a node of leaves, a book from price 1 to 10^12 is seven high.
// docs/book.md tells why.
//
// An order that knows its level (LevelIndex) knows its price and its side without a search. A level
// keeps its index until it is closed.
//
// Thread: the sequencer's only.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "absl/numeric/int128.h"
#include "common/base/check.h"
#include "common/base/money.h"
#include "engine/core/chunked_pool.h"
#include "engine/core/order_types.h"
#include "engine/core/resting_order.h"

namespace rialto::engine {

// The orders that rest at one price, oldest first. The total is exact up to 2^87 lots.
class alignas(32) Level {
 public:
  Level() = default;
  Level(Side side, Price price, uint32_t leaf_position)
      : leaf(leaf_position),
        packed_(static_cast<uint64_t>(price.value()) | uint64_t{side == Side::kBuy} << kPriceBits) {
  }

  static constexpr int kPriceBits = 40;
  static constexpr uint64_t kPriceMask = (uint64_t{1} << kPriceBits) - 1;

  OrderIndex first = kNoOrder;
  OrderIndex last = kNoOrder;
  uint32_t orders = 0;
  uint32_t leaf = 0;

  Price price() const { return Price(static_cast<int64_t>(packed_ & kPriceMask)); }
  Side side() const { return (packed_ >> kPriceBits & 1) != 0 ? Side::kBuy : Side::kSell; }
  absl::int128 total() const {
    return absl::MakeInt128(static_cast<int64_t>(packed_ >> (kPriceBits + 1)), total_low_);
  }
  void AddLots(Quantity lots) {
    const uint64_t before = total_low_;
    total_low_ += static_cast<uint64_t>(lots.value());
    packed_ += uint64_t{total_low_ < before} << (kPriceBits + 1);
  }
  void TakeLots(Quantity lots) {
    const uint64_t before = total_low_;
    total_low_ -= static_cast<uint64_t>(lots.value());
    packed_ -= uint64_t{total_low_ > before} << (kPriceBits + 1);
  }

 private:
  uint64_t total_low_ = 0;
  uint64_t packed_ = 0;  // From below: the price, whether it is a bid, the total's high bits.
};
static_assert(sizeof(Level) == 32);

// The levels of both sides of one book and the trees above them.
//
// Both sides keep their best level first: a side's keys are its prices, those of bids mirrored.
struct LevelStore {
  static constexpr int kLeafBits = 6;
  static constexpr int kNodeBits = 6;
  static constexpr uint32_t kNotIdle = 0;
  static constexpr uint32_t kLastIdle = UINT32_MAX;

  struct Node;
  struct Leaf {
    uint64_t key = 0;               // Of its first price; the others count up from it.
    uint64_t bits = 0;              // Prices that have a level.
    Node* parent = nullptr;         // Null: it is the root.
    uint32_t self = 0;              // Its position.
    uint32_t next_idle = kNotIdle;  // See PriceLadder.
    std::array<LevelIndex, size_t{1} << kLeafBits> levels;
  };
  // The pools never move what they hold, so the tree has pointers: a way down is short.
  union Child {
    Leaf* leaf;
    Node* node;
  };
  struct Node {
    uint64_t made = 0;       // Children that are there.
    uint64_t bits = 0;       // Children that may have levels: all that have, and some that had.
    Node* parent = nullptr;  // Null: it is the root.
    uint32_t self = 0;       // Its position.
    std::array<Child, size_t{1} << kNodeBits> children;
  };

  Level& operator[](LevelIndex index) { return levels[index]; }
  const Level& operator[](LevelIndex index) const { return levels[index]; }
  size_t allocated_bytes() const {
    return levels.allocated_bytes() + leaves.allocated_bytes() + nodes.allocated_bytes();
  }

  // Few to a chunk: a venue has thousands of books, most of them narrow.
  ChunkedPool<Level, 6> levels;
  ChunkedPool<Leaf, 3> leaves;
  ChunkedPool<Node, 2> nodes;
};

class PriceLadder {
 public:
  // `store` outlives the ladder.
  PriceLadder(LevelStore& store, Side side)
      : store_(store), side_(side), mirror_(side == Side::kBuy ? Level::kPriceMask : 0) {}

  // kNoLevel when there is none.
  LevelIndex best() const { return best_; }
  // Price(0) when there is none.
  Price best_price() const {
    return best_ == kNoLevel ? Price(0) : Price(static_cast<int64_t>(best_key_ ^ mirror_));
  }
  // True when the best price is this one or better. REQUIRES: 1 <= limit <= limits::kPriceMax.
  bool Reaches(Price limit) const { return best_key_ <= KeyOf(limit); }
  // The next worse level; kNoLevel when it is the last.
  LevelIndex Next(LevelIndex index) const {
    const Level& level = store_[index];
    const LevelStore::Leaf& leaf = store_.leaves[level.leaf];
    const uint64_t worse = leaf.bits & (~uint64_t{1} << ChildSlot(KeyOf(level.price()), 0));
    return worse == 0 ? FirstAfter(leaf) : leaf.levels[LowestOf(worse)];
  }
  // kNoLevel when nothing rests there.
  LevelIndex Find(Price price) const;

  // The level of a price. If there was none the caller puts an order into it.
  // REQUIRES: 1 <= price <= limits::kPriceMax.
  LevelIndex Open(Price price);
  // The same for a price that is likely to be near this level, which is not closed yet.
  LevelIndex OpenNear(LevelIndex near, Price price);
  // REQUIRES: the level is of this side and has no orders any more.
  void Close(LevelIndex index);

  // Levels of the tree above the leaves.
  int height() const { return (root_shift_ - LevelStore::kLeafBits) / LevelStore::kNodeBits; }

  // CHECKs the structure; not what the levels hold.
  void Validate() const;

 private:
  static constexpr uint32_t kIdleLeavesMax = 512;
  static constexpr uint64_t kNoKey = UINT64_MAX;
  static constexpr uint64_t kUnknownKey = 0;  // A key is never 0, so none is better.
  static constexpr uint32_t kSlotMask = (1u << LevelStore::kNodeBits) - 1;

  uint64_t KeyOf(Price price) const { return static_cast<uint64_t>(price.value()) ^ mirror_; }
  static uint32_t LowestOf(uint64_t bits) { return static_cast<uint32_t>(std::countr_zero(bits)); }
  static uint32_t ChildSlot(uint64_t key, int shift) {
    return static_cast<uint32_t>(key >> shift) & kSlotMask;
  }

  LevelIndex OpenIn(LevelStore::Leaf& leaf, Price price);
  // Makes the root cover a key.
  void Grow(uint64_t key);
  // Makes the way from a node down to the leaf of a key.
  LevelStore::Leaf* AddLeaf(LevelStore::Node* node, uint64_t key, int shift);
  LevelStore::Leaf* NewLeaf(uint64_t key, LevelStore::Node* parent);
  LevelStore::Node* NewNode(LevelStore::Node* parent);
  void FindBest();
  void KeepIdle(LevelStore::Leaf& leaf);
  void FreeLeaf(LevelStore::Leaf& leaf);
  // Lets the root cover no more than what is there.
  void Shrink();
  LevelIndex FirstUnder(LevelStore::Child child, int shift) const;
  LevelIndex FirstAfter(const LevelStore::Leaf& leaf) const;
  struct Place {
    LevelStore::Child child;
    const LevelStore::Node* parent;
    uint64_t prefix;
  };
  // Whether there are orders under it.
  bool ValidateUnder(const Place& place, int shift) const;

  LevelStore& store_;
  Side side_;
  uint64_t mirror_;  // price == key ^ mirror_.
  uint64_t best_key_ = kNoKey;
  LevelIndex best_ = kNoLevel;
  // The level after the best, if known: an order that was best for a moment leaves without a
  // search.
  LevelIndex second_ = kNoLevel;
  uint64_t second_key_ = kUnknownKey;
  // The root covers the keys with key >> root_shift_ == root_prefix_; without a root there is none.
  LevelStore::Child root_{.leaf = nullptr};
  int root_shift_ = LevelStore::kLeafBits;
  uint64_t root_prefix_ = kNoKey;
  // Leaves that lost their last order, first to last. Once there are too many, the first is freed
  // unless orders came back. A leaf that is needed again and again so costs nothing.
  uint32_t first_idle_ = LevelStore::kLastIdle;
  uint32_t last_idle_ = LevelStore::kLastIdle;
  uint32_t idle_count_ = 0;
};

inline LevelIndex PriceLadder::Open(Price price) {
  const uint64_t key = KeyOf(price);
  if (key >> root_shift_ != root_prefix_) [[unlikely]]
    Grow(key);
  LevelStore::Child at = root_;
  for (int shift = root_shift_; shift != LevelStore::kLeafBits;) {
    shift -= LevelStore::kNodeBits;
    LevelStore::Node& node = *at.node;
    const uint32_t slot = ChildSlot(key, shift);
    if ((node.made >> slot & 1) == 0) [[unlikely]] {
      at.leaf = AddLeaf(&node, key, shift);
      break;
    }
    node.bits |= uint64_t{1} << slot;
    at = node.children.data()[slot];
  }
  return OpenIn(*at.leaf, price);
}

inline LevelIndex PriceLadder::OpenNear(LevelIndex near, Price price) {
  LevelStore::Leaf& leaf = store_.leaves[store_[near].leaf];
  const uint64_t key = KeyOf(price);
  if ((key ^ leaf.key) >> LevelStore::kLeafBits != 0) return Open(price);
  return OpenIn(leaf, price);
}

inline LevelIndex PriceLadder::OpenIn(LevelStore::Leaf& leaf, Price price) {
  const uint64_t key = KeyOf(price);
  const uint32_t slot = ChildSlot(key, 0);
  const uint64_t bit = uint64_t{1} << slot;
  if ((leaf.bits & bit) != 0) return leaf.levels.data()[slot];
  const LevelIndex index = store_.levels.Allocate();
  store_[index] = Level(side_, price, leaf.self);
  leaf.bits |= bit;
  leaf.levels.data()[slot] = index;
  // No branches: which it is is chance.
  const bool is_best = key < best_key_;
  const bool is_second = key < second_key_;
  second_ = is_best ? best_ : is_second ? index : second_;
  second_key_ = is_best ? best_key_ : is_second ? key : second_key_;
  best_ = is_best ? index : best_;
  best_key_ = is_best ? key : best_key_;
  return index;
}

inline void PriceLadder::Close(LevelIndex index) {
  const Level& level = store_[index];
  LevelStore::Leaf& leaf = store_.leaves[level.leaf];
  leaf.bits &= ~(uint64_t{1} << ChildSlot(KeyOf(level.price()), 0));
  store_.levels.Free(index);
  const bool is_best = index == best_;
  best_ = is_best ? second_ : best_;
  best_key_ = is_best ? second_key_ : best_key_;
  second_key_ = (is_best | (index == second_)) ? kUnknownKey : second_key_;
  if (best_key_ == kUnknownKey) FindBest();
  if (leaf.bits == 0 && leaf.next_idle == LevelStore::kNotIdle) [[unlikely]] {
    KeepIdle(leaf);
  }
}

}  // namespace rialto::engine
