#include "engine/server/catalog_mirror.h"

#include <utility>
#include <variant>

#include "engine/codec/event_codec.h"

namespace rialto::engine {

void CatalogMirror::Apply(const CommandHeader& header, const Command& command,
                          const Events& events) {
  if (!std::holds_alternative<CreateAsset>(command) &&
      !std::holds_alternative<CreateInstrument>(command) &&
      !std::holds_alternative<SetInstrument>(command)) {
    return;
  }
  Take(header, events);
}

void CatalogMirror::Load(const Events& definitions) {
  {
    absl::MutexLock lock(&mutex_);
    catalog_ = std::make_shared<const Catalog>();
  }
  Take({}, definitions);
}

void CatalogMirror::Take(const CommandHeader& header, const Events& events) {
  v1::CommandEvents message;
  EncodeEvents(header, events, message);
  Catalog next = *Get();
  for (const v1::Event& event : message.events()) next.Apply(event);
  auto replaced = std::make_shared<const Catalog>(std::move(next));
  absl::MutexLock lock(&mutex_);
  catalog_ = std::move(replaced);
}

std::shared_ptr<const Catalog> CatalogMirror::Get() const {
  absl::MutexLock lock(&mutex_);
  return catalog_;
}

Events DefinitionsOf(const Engine& engine) {
  Events events;
  for (const Asset& asset : engine.assets()) {
    Emit<AssetCreated>(events, asset.id, asset.symbol, asset.scale);
  }
  for (const auto& market : engine.markets()) {
    Emit<InstrumentCreated>(events, market->instrument.id, market->instrument.definition);
    Emit<InstrumentStateChanged>(events, market->instrument.id, market->state, StateCause::kCommand,
                                 market->auction_end);
  }
  return events;
}

}  // namespace rialto::engine
