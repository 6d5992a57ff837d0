#include "ledger/digest.h"

#include <openssl/evp.h>

#include <cstring>

#include "absl/strings/escaping.h"
#include "common/base/bytes.h"
#include "common/base/check.h"

namespace rialto::ledger {

absl::StatusOr<Digest> DigestFromHex(std::string_view text) {
  Digest digest;
  const std::string bytes = absl::HexStringToBytes({text.data(), text.size()});
  if (text.size() != 2 * digest.size()) {
    return absl::InvalidArgumentError("a hash is 64 hexadecimal digits");
  }
  std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }
void Sha256::Free::operator()(evp_md_st* algorithm) const { EVP_MD_free(algorithm); }

Sha256::Sha256()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  CHECK(algorithm_ != nullptr && context_ != nullptr);
  CHECK(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1);
}

Digest Sha256::Of(std::string_view bytes) {
  Digest digest;
  // Without an algorithm: the same again, which spares looking it up.
  CHECK(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  return digest;
}

int64_t StoredDigest(const Digest& digest) {
  int64_t stored = 0;
  std::memcpy(&stored, digest.data(), sizeof stored);
  return stored;
}

void TransactionDigest::Begin(const TransactionRecord& transaction) {
  bytes_.clear();
  PutInt(bytes_, transaction.sequence.value());
  PutInt(bytes_, transaction.type);
  PutInt(bytes_, transaction.effective_ns);
  PutInt(bytes_, transaction.booked_ns);
  AddText(transaction.request_id);
}

void TransactionDigest::Add(const PostingRecord& posting) {
  bytes_ += 'P';
  PutInt(bytes_, posting.leg);
  PutInt(bytes_, posting.account_id.value());
  PutInt(bytes_, posting.asset_id.value());
  PutInt(bytes_, posting.amount.value());
  PutInt(bytes_, posting.owned.value());
  PutInt(bytes_, posting.kind);
  PutInt(bytes_, posting.trade_id.value());
  PutInt(bytes_, posting.order_id.value());
  AddText(posting.transaction_id);
  if (!posting.reference.empty()) {
    bytes_ += 'N';
    AddText(posting.reference);
  }
  if (!posting.target_transaction_id.empty()) {
    bytes_ += 'R';
    AddText(posting.target_transaction_id);
  }
}

void TransactionDigest::Add(const TradeRecord& trade) {
  bytes_ += 'T';
  PutInt(bytes_, trade.trade_id.value());
  PutInt(bytes_, trade.timestamp_ns);
  PutInt(bytes_, trade.price_ticks);
  PutInt(bytes_, trade.quantity_lots);
  PutInt(bytes_, trade.quote_units);
  PutInt(bytes_, trade.taker_order_id.value());
  PutInt(bytes_, trade.taker_account_id.value());
  PutInt(bytes_, trade.maker_order_id.value());
  PutInt(bytes_, trade.maker_account_id.value());
  PutInt(bytes_, trade.taker_fee_units);
  PutInt(bytes_, trade.maker_fee_units);
  PutInt(bytes_, trade.instrument_id.value());
  PutInt(bytes_, trade.taker_side);
}

Digest TransactionDigest::Finish() { return hash_.Of(bytes_); }

void TransactionDigest::AddText(std::string_view text) {
  PutInt(bytes_, static_cast<uint32_t>(text.size()));
  bytes_ += text;
}

BatchChain::BatchChain(const Digest& last, Sequence last_sequence)
    : last_(last), last_sequence_(last_sequence) {}

void BatchChain::Add(const Digest& transaction) {
  digests_ += BytesOf(transaction);
  ++transaction_count_;
}

void BatchChain::Add(const HoldRecord& hold) {
  holds_ += 'H';
  PutInt(holds_, hold.sequence.value());
  PutInt(holds_, hold.first_sequence.value());
  PutInt(holds_, hold.effective_ns);
  PutInt(holds_, hold.account_id.value());
  PutInt(holds_, hold.asset_id.value());
  PutInt(holds_, hold.held.value());
  ++hold_count_;
}

const Digest& BatchChain::Close(Sequence last_sequence) {
  std::string bytes(BytesOf(last_));
  PutInt(bytes, first_sequence().value());
  PutInt(bytes, last_sequence.value());
  bytes += digests_;
  bytes += holds_;
  last_ = hash_.Of(bytes);
  last_sequence_ = last_sequence;
  digests_.clear();
  holds_.clear();
  transaction_count_ = 0;
  hold_count_ = 0;
  return last_;
}

}  // namespace rialto::ledger
