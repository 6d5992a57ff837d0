// The catalog as the services see it: an immutable copy, replaced when an asset or instrument
// comes or changes.
#pragma once

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/catalog/catalog.h"
#include "engine/core/command.h"
#include "engine/core/engine.h"
#include "engine/core/event.h"

namespace rialto::engine {

// Thread: Apply the sequencer's only; Get any.
class CatalogMirror {
 public:
  // Takes up what the events define; anything else costs a glance.
  void Apply(const CommandHeader& header, const Command& command, const Events& events);

  // Takes up everything at once: for a start with a snapshot.
  void Load(const Events& definitions);

  // Never null.
  std::shared_ptr<const Catalog> Get() const;

 private:
  void Take(const CommandHeader& header, const Events& events);

  mutable absl::Mutex mutex_;
  std::shared_ptr<const Catalog> catalog_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const Catalog>();
};

// Events that tell of every asset and instrument of an engine, and of each instrument's state, as
// if they had just been made.
Events DefinitionsOf(const Engine& engine);

}  // namespace rialto::engine
