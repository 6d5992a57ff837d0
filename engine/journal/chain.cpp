#include "engine/journal/chain.h"

#include <openssl/evp.h>

#include "common/base/check.h"

namespace rialto::journal {

Chain::Chain() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  CHECK(algorithm_ != nullptr);
  CHECK(context_ != nullptr);
}

Chain::~Chain() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(algorithm_);
}

Digest Chain::Next(const Digest& previous, std::string_view batch, ChainCover cover) {
  Digest digest;
  CHECK(EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1);
  CHECK(EVP_DigestUpdate(context_, previous.data(), previous.size()) == 1);
  if (cover == ChainCover::kBytes) {
    CHECK(EVP_DigestUpdate(context_, batch.data(), batch.size()) == 1);
  } else {
    for (size_t offset = 0; offset < batch.size();) {
      const char* frame = batch.data() + offset;
      CHECK(EVP_DigestUpdate(context_, frame, kFrameHeaderBytes) == 1);
      offset += PaddedBytes(DecodeFrameHeader(frame).length);
    }
  }
  CHECK(EVP_DigestFinal_ex(context_, digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace rialto::journal
