#include "engine/server/catalog_mirror.h"

#include <utility>
#include <variant>

#include "engine/codec/event_codec.h"

namespace rialto::engine {

void CatalogMirror::Apply(const CommandHeader& header, const Events& events) {
  // A definition is the first event of its command.
  if (events.empty() || !(std::holds_alternative<AssetCreated>(events.front()) ||
                          std::holds_alternative<InstrumentCreated>(events.front()))) {
    return;
  }
  v1::CommandEvents message;
  EncodeEvents(header, events, message);
  Catalog next = *Get();
  next.Apply(message.events(0));
  auto replaced = std::make_shared<const Catalog>(std::move(next));
  absl::MutexLock lock(&mutex_);
  catalog_ = std::move(replaced);
}

std::shared_ptr<const Catalog> CatalogMirror::Get() const {
  absl::MutexLock lock(&mutex_);
  return catalog_;
}

}  // namespace rialto::engine
