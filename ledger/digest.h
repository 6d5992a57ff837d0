// The hashes that make the ledger's rows evident: SHA-256 over a transaction with its postings and
// trades, and over a batch of transactions chained to the batch before.
//
// Bytes of a transaction, integers little-endian, texts with their length as u32 before them:
//   sequence u64 · type i16 · effective_ns i64 · booked_ns i64 · request_id
//   for each posting by leg:    'P' · leg i32 · account u64 · asset u32 · amount i64 · owned i64 ·
//                               kind i16 · trade u64 · order u64 · transaction_id ·
//                               where there is one: 'N' · reference ·
//                               where there is one: 'R' · target_transaction_id
//   for each trade by id:       'T' · trade u64 · timestamp_ns i64 · price i64 · quantity i64 ·
//                               quote i64 · taker order u64 · taker account u64 · maker order u64 ·
//                               maker account u64 · taker fee i64 · maker fee i64 ·
//                               instrument u32 · taker side i16
// Bytes of a batch: the hash before (32 of zero at first) · first_sequence u64 · last_sequence u64
// · the digest of each transaction ·
//   for each hold by sequence, account, asset:  'H' · sequence u64 · first_sequence u64 ·
//                               effective_ns i64 · account u64 · asset u32 · held i64
//
// The first 8 bytes of a transaction's digest are stored with it, so that a change is found where
// it is; the batch's hash holds all 32, and so everything that is stored.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "ledger/records.h"

struct evp_md_st;
struct evp_md_ctx_st;

namespace rialto::ledger {

using Digest = std::array<unsigned char, 32>;

inline std::string_view BytesOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Of 64 hexadecimal digits. InvalidArgument.
absl::StatusOr<Digest> DigestFromHex(std::string_view text);

// SHA-256 of many pieces, one after the other.
class Sha256 {
 public:
  Sha256();
  Digest Of(std::string_view bytes);

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
    void operator()(evp_md_st* algorithm) const;
  };
  std::unique_ptr<evp_md_st, Free> algorithm_;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// What is stored of a transaction's digest.
int64_t StoredDigest(const Digest& digest);

class TransactionDigest {
 public:
  void Begin(const TransactionRecord& transaction);
  void Add(const PostingRecord& posting);
  // After all postings.
  void Add(const TradeRecord& trade);
  Digest Finish();

 private:
  void AddText(std::string_view text);

  Sha256 hash_;
  std::string bytes_;
};

// One batch after the other.
class BatchChain {
 public:
  explicit BatchChain(const Digest& last = {}, Sequence last_sequence = Sequence(0));

  void Add(const Digest& transaction);
  // In any order among transactions; by sequence, account, asset among each other.
  void Add(const HoldRecord& hold);
  // Transactions and holds since the last Close().
  int64_t transaction_count() const { return transaction_count_; }
  int64_t hold_count() const { return hold_count_; }
  // The batch reaches to `last_sequence`. Returns its hash, which is now last().
  const Digest& Close(Sequence last_sequence);

  const Digest& last() const { return last_; }
  Sequence first_sequence() const { return last_sequence_.Next(); }

 private:
  Sha256 hash_;
  Digest last_;
  Sequence last_sequence_;
  int64_t transaction_count_ = 0;
  int64_t hold_count_ = 0;
  std::string digests_;
  std::string holds_;
};

}  // namespace rialto::ledger
