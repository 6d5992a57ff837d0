// The catalog as the services see it: an immutable copy, replaced when an asset or instrument
// comes or changes.
#pragma once

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/catalog/catalog.h"
#include "engine/core/command.h"
#include "engine/core/event.h"

namespace rialto::engine {

// Thread: Apply the sequencer's only; Get any.
class CatalogMirror {
 public:
  // Takes up what the events define; anything else costs a glance.
  void Apply(const CommandHeader& header, const Command& command, const Events& events);

  // Never null.
  std::shared_ptr<const Catalog> Get() const;

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const Catalog> catalog_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const Catalog>();
};

}  // namespace rialto::engine
