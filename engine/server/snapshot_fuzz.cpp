// The fuzzer of the snapshot reader: the bytes of real states with anything done to them.
//
//   engine_snapshot_fuzz -max_len=512 corpus/
//
// The first two bytes choose a state, the rest changes it: bytes overwritten, taken out, put in,
// cut off. Whatever comes of it, reading ends; a state that is taken is one that can be saved, read
// again and found the same. As a file, with the checksums of the state before, it is refused.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "common/base/check.h"
#include "engine/journal/faulty_file_system.h"
#include "engine/server/replica.h"
#include "engine/server/snapshot_store.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

constexpr int kStates = 12;
constexpr int kCommandsPerState = 60;

std::string BytesOf(const Replica& replica) {
  std::string bytes;
  const auto append = [&bytes](std::string_view piece) { bytes += piece; };
  StateWriter out(append);
  replica.Save(out);
  out.Flush();
  return bytes;
}

bool Load(std::string_view bytes, Replica& replica) {
  const auto take = [&bytes](char* buffer, size_t size) {
    const size_t count = std::min(size, bytes.size());
    std::memcpy(buffer, bytes.data(), count);
    bytes.remove_prefix(count);
    return count;
  };
  StateReader in(take);
  return replica.Load(in);
}

// A state, and the file it makes.
struct Original {
  std::string bytes;
  std::string path;
  journal::FaultyFileSystem::Image files;
};

Original Make(int number) {
  Replica replica;
  Workload workload(static_cast<uint64_t>(number));
  Timestamp now(1'795'132'800'000'000'000);
  Events events;
  for (int i = 1; i <= number * kCommandsPerState; ++i) {
    now = workload.NextTime(now, replica.engine().NextDue());
    events.clear();
    replica.Apply({replica.engine().sequence().Next(), now}, workload.Next(), events);
    workload.Observe(events);
  }
  journal::FaultyFileSystem files;
  SnapshotStore store(files, {.directory = "snapshots"});
  const auto saved = store.Save(replica, {.sequence = replica.engine().sequence()}, now);
  CHECK_OK(saved.status());
  return {BytesOf(replica), saved->path, files.Save()};
}

const Original& OriginalOf(uint8_t choice) {
  static std::map<int, Original> originals;
  const int number = choice % kStates;
  const auto [found, is_new] = originals.try_emplace(number);
  if (is_new) found->second = Make(number);
  return found->second;
}

// Edits of seven bytes each: what, where (4), with what (2).
std::string Edit(std::string bytes, std::string_view edits) {
  for (; edits.size() >= 7 && !bytes.empty(); edits.remove_prefix(7)) {
    uint32_t where = 0;
    std::memcpy(&where, edits.data() + 1, sizeof where);
    const size_t offset = where % bytes.size();
    switch (edits[0] % 5) {
      case 0:
        bytes[offset] = edits[5];
        break;
      case 1:
        bytes[offset] = static_cast<char>(bytes[offset] ^ (1 << (edits[5] & 7)));
        break;
      case 2:
        bytes.erase(offset, static_cast<uint8_t>(edits[5]));
        break;
      case 3:
        bytes.insert(offset, static_cast<uint8_t>(edits[5]), edits[6]);
        break;
      default:
        bytes.resize(offset);
    }
  }
  return bytes;
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

void Run(std::string_view input) {
  if (input.size() < 2) return;
  const Original& original = OriginalOf(static_cast<uint8_t>(input[0]));
  const bool is_file = input[1] % 4 == 0;
  if (is_file) {
    journal::FaultyFileSystem files;
    auto image = original.files;
    std::string& file = image.at(original.path);
    const std::string before = file;
    file = Edit(file, input.substr(2));
    const bool is_changed = file != before;
    files.Load(image);
    Replica replica;
    const auto loaded =
        SnapshotStore(files, {.directory = "snapshots"}).Load(original.path, replica);
    Require(loaded.ok() != is_changed, "a file is taken just when nothing was done to it");
    return;
  }
  Replica replica;
  if (!Load(Edit(original.bytes, input.substr(2)), replica)) return;
  const std::string saved = BytesOf(replica);
  Replica again;
  Require(Load(saved, again), "what was saved can be read");
  Require(BytesOf(again) == saved, "what was read is what was saved");
}

}  // namespace
}  // namespace rialto::engine

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  rialto::engine::Run({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
