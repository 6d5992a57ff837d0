#include "engine/core/price_ladder.h"

namespace rialto::engine {

using Child = LevelStore::Child;
using Leaf = LevelStore::Leaf;
using Node = LevelStore::Node;
constexpr int kLeafBits = LevelStore::kLeafBits;
constexpr int kNodeBits = LevelStore::kNodeBits;

LevelIndex PriceLadder::Find(Price price) const {
  const uint64_t key = KeyOf(price);
  if (key >> root_shift_ != root_prefix_) return kNoLevel;
  Child at = root_;
  for (int shift = root_shift_; shift != kLeafBits;) {
    shift -= kNodeBits;
    const uint32_t slot = ChildSlot(key, shift);
    if ((at.node->bits >> slot & 1) == 0) return kNoLevel;
    at = at.node->children[slot];
  }
  const uint32_t slot = ChildSlot(key, 0);
  return (at.leaf->bits >> slot & 1) == 0 ? kNoLevel : at.leaf->levels[slot];
}

void PriceLadder::Grow(uint64_t key) {
  CHECK(key <= Level::kPriceMask);
  if (root_.leaf == nullptr) {
    root_.leaf = NewLeaf(key, nullptr);
    root_prefix_ = key >> kLeafBits;
  }
  while (key >> root_shift_ != root_prefix_) {
    Node* node = NewNode(nullptr);
    const uint32_t slot = ChildSlot(root_prefix_, 0);
    node->made = node->bits = uint64_t{1} << slot;
    node->children[slot] = root_;
    (root_shift_ == kLeafBits ? root_.leaf->parent : root_.node->parent) = node;
    root_.node = node;
    root_shift_ += kNodeBits;
    root_prefix_ >>= kNodeBits;
  }
}

Leaf* PriceLadder::AddLeaf(Node* node, uint64_t key, int shift) {
  for (;; shift -= kNodeBits) {
    const uint32_t slot = ChildSlot(key, shift);
    node->made |= uint64_t{1} << slot;
    node->bits |= uint64_t{1} << slot;
    if (shift == kLeafBits) return node->children[slot].leaf = NewLeaf(key, node);
    node = node->children[slot].node = NewNode(node);
  }
}

Leaf* PriceLadder::NewLeaf(uint64_t key, Node* parent) {
  const uint32_t position = store_.leaves.Allocate();
  Leaf& leaf = store_.leaves[position];
  leaf.key = key >> kLeafBits << kLeafBits;
  leaf.bits = 0;
  leaf.parent = parent;
  leaf.self = position;
  leaf.next_idle = LevelStore::kNotIdle;
  return &leaf;
}

Node* PriceLadder::NewNode(Node* parent) {
  const uint32_t position = store_.nodes.Allocate();
  Node& node = store_.nodes[position];
  node.made = 0;
  node.bits = 0;
  node.parent = parent;
  node.self = position;
  return &node;
}

void PriceLadder::FindBest() {
  best_ = FirstUnder(root_, root_shift_);
  best_key_ = best_ == kNoLevel ? kNoKey : KeyOf(store_[best_].price());
}

void PriceLadder::KeepIdle(Leaf& leaf) {
  (first_idle_ == LevelStore::kLastIdle ? first_idle_ : store_.leaves[last_idle_].next_idle) =
      leaf.self;
  leaf.next_idle = LevelStore::kLastIdle;
  last_idle_ = leaf.self;
  if (++idle_count_ <= kIdleLeavesMax) return;
  Leaf& oldest = store_.leaves[first_idle_];
  first_idle_ = std::exchange(oldest.next_idle, LevelStore::kNotIdle);
  --idle_count_;
  if (oldest.bits == 0) FreeLeaf(oldest);
}

void PriceLadder::FreeLeaf(Leaf& leaf) {
  const uint64_t key = leaf.key;
  Node* node = leaf.parent;
  store_.leaves.Free(leaf.self);
  for (int shift = kLeafBits; node != nullptr; shift += kNodeBits) {
    const uint64_t others = ~(uint64_t{1} << ChildSlot(key, shift));
    node->made &= others;
    node->bits &= others;
    if (node->made != 0) return Shrink();
    Node* above = node->parent;
    store_.nodes.Free(node->self);
    node = above;
  }
  root_.leaf = nullptr;
  root_shift_ = kLeafBits;
  root_prefix_ = kNoKey;
}

void PriceLadder::Shrink() {
  while (root_shift_ != kLeafBits && std::has_single_bit(root_.node->made)) {
    Node* root = root_.node;
    const uint32_t slot = LowestOf(root->made);
    root_ = root->children[slot];
    root_shift_ -= kNodeBits;
    root_prefix_ = root_prefix_ << kNodeBits | slot;
    (root_shift_ == kLeafBits ? root_.leaf->parent : root_.node->parent) = nullptr;
    store_.nodes.Free(root->self);
  }
}

// The best level of a leaf (shift == kLeafBits) or of a node that covers keys of `shift` bits.
// Where it looks in vain, it leaves a note in the bits.
LevelIndex PriceLadder::FirstUnder(Child child, int shift) const {
  if (shift == kLeafBits) {
    const uint64_t bits = child.leaf->bits;
    return bits == 0 ? kNoLevel : child.leaf->levels[LowestOf(bits)];
  }
  Node& node = *child.node;
  for (; node.bits != 0; node.bits &= node.bits - 1) {
    const LevelIndex first = FirstUnder(node.children[LowestOf(node.bits)], shift - kNodeBits);
    if (first != kNoLevel) return first;
  }
  return kNoLevel;
}

// The best level beyond a leaf.
LevelIndex PriceLadder::FirstAfter(const Leaf& leaf) const {
  int shift = kLeafBits;
  for (Node* node = leaf.parent; node != nullptr; node = node->parent, shift += kNodeBits) {
    const uint64_t worse = ~uint64_t{1} << ChildSlot(leaf.key, shift);
    while ((node->bits & worse) != 0) {
      const uint32_t slot = LowestOf(node->bits & worse);
      const LevelIndex first = FirstUnder(node->children[slot], shift);
      if (first != kNoLevel) return first;
      node->bits &= ~(uint64_t{1} << slot);
    }
  }
  return kNoLevel;
}

void PriceLadder::Validate() const {
  uint32_t idle = 0;
  for (uint32_t i = first_idle_; i != LevelStore::kLastIdle; i = store_.leaves[i].next_idle) {
    CHECK(store_.leaves[i].next_idle != LevelStore::kLastIdle || i == last_idle_);
    ++idle;
  }
  CHECK(idle == idle_count_ && idle <= kIdleLeavesMax);
  if (root_.leaf == nullptr) {
    CHECK(best_ == kNoLevel && best_key_ == kNoKey);
    CHECK(root_shift_ == kLeafBits && root_prefix_ == kNoKey);
    return;
  }
  CHECK(ValidateUnder({.child = root_, .parent = nullptr, .prefix = root_prefix_}, root_shift_) ==
        (best_ != kNoLevel));
  CHECK(best_ == FirstUnder(root_, root_shift_));
  CHECK(best_key_ == (best_ == kNoLevel ? kNoKey : KeyOf(store_[best_].price())));
  CHECK(second_key_ == kUnknownKey || second_ == (best_ == kNoLevel ? kNoLevel : Next(best_)));
  CHECK(root_shift_ == kLeafBits || !std::has_single_bit(root_.node->made));
}

bool PriceLadder::ValidateUnder(const Place& place, int shift) const {
  if (shift == kLeafBits) {
    const Leaf& leaf = *place.child.leaf;
    CHECK(&leaf == &store_.leaves[leaf.self] && leaf.parent == place.parent);
    CHECK(leaf.key == place.prefix << kLeafBits);
    CHECK(leaf.bits != 0 || leaf.next_idle != LevelStore::kNotIdle);
    for (uint64_t bits = leaf.bits; bits != 0; bits &= bits - 1) {
      const Level& level = store_[leaf.levels[LowestOf(bits)]];
      CHECK(level.leaf == leaf.self && level.side() == side_ && level.orders > 0);
      CHECK(KeyOf(level.price()) == (leaf.key | LowestOf(bits)));
    }
    return leaf.bits != 0;
  }
  const Node& node = *place.child.node;
  CHECK(&node == &store_.nodes[node.self] && node.parent == place.parent);
  CHECK(node.made != 0 && (node.bits & ~node.made) == 0);
  bool any = false;
  for (uint64_t made = node.made; made != 0; made &= made - 1) {
    const uint32_t slot = LowestOf(made);
    const Place below{
        .child = node.children[slot], .parent = &node, .prefix = place.prefix << kNodeBits | slot};
    const bool has_levels = ValidateUnder(below, shift - kNodeBits);
    CHECK(!has_levels || (node.bits >> slot & 1) != 0);
    any |= has_levels;
  }
  return any;
}

}  // namespace rialto::engine
