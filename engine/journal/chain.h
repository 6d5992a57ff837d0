// Hash chain over the batches: SHA-256 of the previous hash and the batch's record frames as
// stored, or of their headers only.
//
// Checksums catch accidents; the chain catches missing, reordered and replaced batches. Over the
// headers it takes the checksums' word for the payloads: enough for what can be made again.
// Thread: one at a time.
#pragma once

#include <string_view>

#include "engine/journal/format.h"
#include "engine/journal/record.h"

// OpenSSL's, declared here so that callers do not include it.
struct evp_md_st;
struct evp_md_ctx_st;

namespace rialto::journal {

class Chain {
 public:
  Chain();
  ~Chain();
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  // SHA-256(previous || batch). Allocates nothing. REQUIRES: `batch` is whole frames.
  Digest Next(const Digest& previous, std::string_view batch, ChainCover cover);

 private:
  evp_md_st* algorithm_;
  evp_md_ctx_st* context_;
};

}  // namespace rialto::journal
