#include "engine/core/hash_index.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace rialto::engine {
namespace {

// Ids by position, and an index of them.
class Names {
 public:
  void Insert(uint64_t id) {
    ids_.push_back(id);
    index_.Insert(HashId(id), static_cast<uint32_t>(ids_.size() - 1));
  }
  uint32_t Find(uint64_t id) const {
    return index_.Find(HashId(id), [&](uint32_t position) { return ids_[position] == id; });
  }
  uint32_t Take(uint64_t id) {
    return index_.Take(HashId(id), [&](uint32_t position) { return ids_[position] == id; });
  }
  void Erase(uint64_t id, uint32_t position) { index_.Erase(HashId(id), position); }
  HashIndex& index() { return index_; }

 private:
  std::vector<uint64_t> ids_{0};
  HashIndex index_;
};

TEST(HashIndexTest, FindsWhatWasInsertedAndNothingElse) {
  Names names;
  EXPECT_EQ(names.Find(7), 0u);
  names.Insert(7);
  names.Insert(8);
  EXPECT_EQ(names.Find(7), 1u);
  EXPECT_EQ(names.Find(8), 2u);
  EXPECT_EQ(names.Find(9), 0u);
  names.Erase(7, 1);
  EXPECT_EQ(names.Find(7), 0u);
  EXPECT_EQ(names.Take(8), 2u);
  EXPECT_EQ(names.Take(8), 0u);
  EXPECT_EQ(names.index().size(), 0u);
}

TEST(HashIndexTest, AsksTheCallerWhenHashesAreEqual) {
  HashIndex index;
  index.Insert(5, 1);
  index.Insert(5, 2);
  EXPECT_EQ(index.Find(5, [](uint32_t position) { return position == 2; }), 2u);
  EXPECT_EQ(index.Find(5, [](uint32_t) { return false; }), 0u);
  index.Erase(5, 1);
  EXPECT_EQ(index.Find(5, [](uint32_t) { return true; }), 2u);
}

TEST(HashIndexTest, ThousandsOfEqualHashesAreSlowButRight) {
  HashIndex index;
  const auto find = [&](uint32_t wanted) {
    return index.Find(99, [&](uint32_t position) { return position == wanted; });
  };
  for (uint32_t position = 1; position <= 3000; ++position) index.Insert(99, position);
  index.Validate();
  for (uint32_t position = 1; position <= 3000; position += 2) index.Erase(99, position);
  for (uint32_t position = 1; position <= 3000; ++position) {
    ASSERT_EQ(find(position), position % 2 == 0 ? position : 0);
  }
  index.Validate();
}

// Long enough to grow several times, with changes at every moment of it.
TEST(HashIndexTest, AgreesWithAMapWhileItGrows) {
  Names names;
  std::unordered_map<uint64_t, uint32_t> model;
  std::vector<uint64_t> live;
  uint64_t random = 1;
  uint32_t inserted = 0;
  for (int step = 0; step < 1'000'000; ++step) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const uint64_t chance = random >> 33;
    if (live.empty() || chance % 5 < 3) {
      const uint64_t id = step % 2 == 0 ? random : static_cast<uint64_t>(step);
      if (model.contains(id)) continue;
      names.Insert(id);
      model[id] = ++inserted;
      live.push_back(id);
    } else {
      const size_t victim = chance % live.size();
      const uint64_t id = live[victim];
      live[victim] = live.back();
      live.pop_back();
      ASSERT_EQ(names.Find(id), model.at(id));
      if (chance % 2 == 0) {
        names.Erase(id, model.at(id));
      } else {
        ASSERT_EQ(names.Take(id), model.at(id));
      }
      model.erase(id);
      ASSERT_EQ(names.Find(id), 0u);
    }
    ASSERT_EQ(names.index().size(), model.size());
    if (step % 100'000 == 0) names.index().Validate();
  }
  for (const uint64_t id : live) ASSERT_EQ(names.Find(id), model.at(id));
  names.index().Validate();
}

TEST(HashIndexTest, AnEntryTakesFewBytes) {
  HashIndex index;
  uint32_t position = 0;
  // Small tables come ready made.
  for (; position < 2'000; ++position) index.Insert(HashId(position), position + 1);
  for (; position < 1'000'000; ++position) {
    index.Insert(HashId(position), position + 1);
    ASSERT_LE(index.allocated_bytes(), size_t{40} * position);
  }
  EXPECT_LE(index.allocated_bytes(), size_t{26} * position);
}

TEST(HashIndexTest, WhatIsExpectedNeedsNoGrowth) {
  HashIndex index(100'000);
  const size_t before = index.allocated_bytes();
  for (uint32_t position = 1; position <= 100'000; ++position) {
    index.Insert(HashId(position), position);
  }
  EXPECT_EQ(index.allocated_bytes(), before);
}

TEST(HashIndexTest, ComingAndGoingForEverNeedsNoGrowth) {
  Names names;
  for (uint64_t id = 1; id <= 1'000; ++id) names.Insert(id);
  const size_t before = names.index().allocated_bytes();
  for (uint64_t id = 1; id <= 200'000; ++id) {
    ASSERT_EQ(names.Take(id), id);
    names.Insert(id + 1'000);
  }
  EXPECT_EQ(names.index().allocated_bytes(), before);
  names.index().Validate();
}

TEST(HashIdTest, ARunOfIdsFallsEvenlyIntoTheGroups) {
  // 2^14 groups for a run of 2^16 ids: at their best four neighbours each; none has three fours.
  std::vector<int> groups(1 << 14);
  std::unordered_set<uint32_t> hashes;
  for (uint64_t id = 1'000'000; id < 1'000'000 + (1 << 16); ++id) {
    hashes.insert(HashId(id));
    EXPECT_LE(++groups[HashId(id) >> 18], 8);
  }
  EXPECT_EQ(hashes.size(), 1u << 16);
}

TEST(HashBytesTest, IsTheSameInEveryProcess) {
  EXPECT_EQ(HashBytes(""), 4122815746u);
  EXPECT_EQ(HashBytes("order-1"), 4234164185u);
  EXPECT_EQ(HashBytes("a longer key than eight bytes"), 2129030272u);
  EXPECT_EQ(HashBytes("order-1", 1001), 705442001u);
}

TEST(HashBytesTest, WhatCollidesUnderOneSeedDoesNotUnderAnother) {
  std::unordered_map<uint32_t, std::string> names;
  int colliding = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::string name = "client-order-" + std::to_string(i);
    const auto [before, is_new] = names.emplace(HashBytes(name), name);
    if (is_new) continue;
    ++colliding;
    EXPECT_NE(HashBytes(name, 1), HashBytes(before->second, 1)) << name;
  }
  EXPECT_GT(colliding, 3);
}

TEST(HashBytesTest, EveryByteAndTheLengthMatter) {
  std::unordered_set<uint32_t> hashes;
  const std::string zeros(40, '\0');
  for (size_t size = 0; size <= zeros.size(); ++size) {
    hashes.insert(HashBytes(std::string_view(zeros).substr(0, size)));
  }
  for (size_t at = 0; at < zeros.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string text = zeros;
      text[at] = static_cast<char>(1 << bit);
      hashes.insert(HashBytes(text));
    }
  }
  EXPECT_EQ(hashes.size(), 41u + 40u * 8u);
}

// The top bits choose the group, the low ones are the tag: both must be even.
TEST(HashBytesTest, CountedNamesFallEvenly) {
  std::vector<int> top(256);
  std::vector<int> low(128);
  for (int i = 0; i < 128 * 256; ++i) {
    const uint32_t hash = HashBytes("client-order-" + std::to_string(i));
    ++top[hash >> 24];
    ++low[hash & 127];
  }
  for (const int count : top) EXPECT_NEAR(count, 128, 64);
  for (const int count : low) EXPECT_NEAR(count, 256, 96);
}

}  // namespace
}  // namespace rialto::engine
