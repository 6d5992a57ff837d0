// ThreadSanitizer sees no lock of Abseil: Debian builds it without. Each of them, those that gRPC
// takes included, comes by here on its way into the library and is told of. Linked into every
// binary of the `tsan` preset.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

// What is left, all outside our code. Interceptors called from these libraries report memory whose
// guards, atomic counters in the same libraries, are not seen; their locks still count.
extern "C" const char* __tsan_default_suppressions();  // NOLINT: the sanitizer's name for it.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libgrpc.so\n"
         "called_from_lib:libgrpc++.so\n"
         "called_from_lib:libprotobuf.so\n";
}

namespace {

using absl::Condition;
using absl::CondVar;
using absl::Duration;
using absl::Mutex;
using absl::Time;

// The library's own function behind the one here.
#define REAL(symbol, type) \
  static const auto real = reinterpret_cast<type>(dlsym(RTLD_NEXT, "_ZN4absl7debian3" symbol))

// A lock that is let go and taken again within one call. What happens between is not looked at:
// conditions are evaluated under the lock, also by others.
template <typename Wait>
auto LetGoDuring(Mutex* mutex, Wait wait) {
  __tsan_mutex_pre_unlock(mutex, 0);
  __tsan_mutex_post_unlock(mutex, 0);
  __tsan_mutex_pre_lock(mutex, 0);
  const auto result = wait();
  __tsan_mutex_post_lock(mutex, 0, 0);
  return result;
}

template <typename Take>
auto TakeBy(Mutex* mutex, unsigned flags, Take take) {
  __tsan_mutex_pre_lock(mutex, flags);
  const auto result = take();
  const bool failed = (flags & __tsan_mutex_try_lock) != 0 && !result;
  __tsan_mutex_post_lock(mutex, flags | (failed ? __tsan_mutex_try_lock_failed : 0), 0);
  return result;
}

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

Mutex::~Mutex() {
  REAL("5MutexD1Ev", void (*)(Mutex*));
  real(this);
  __tsan_mutex_destroy(this, __tsan_mutex_not_static);
}

void Mutex::Lock() {
  REAL("5Mutex4LockEv", void (*)(Mutex*));
  TakeBy(this, 0, [&] { return real(this), true; });
}

bool Mutex::TryLock() {
  REAL("5Mutex7TryLockEv", bool (*)(Mutex*));
  return TakeBy(this, __tsan_mutex_try_lock, [&] { return real(this); });
}

void Mutex::Unlock() {
  REAL("5Mutex6UnlockEv", void (*)(Mutex*));
  __tsan_mutex_pre_unlock(this, 0);
  real(this);
  __tsan_mutex_post_unlock(this, 0);
}

void Mutex::ReaderLock() {
  REAL("5Mutex10ReaderLockEv", void (*)(Mutex*));
  TakeBy(this, __tsan_mutex_read_lock, [&] { return real(this), true; });
}

void Mutex::ReaderUnlock() {
  REAL("5Mutex12ReaderUnlockEv", void (*)(Mutex*));
  __tsan_mutex_pre_unlock(this, __tsan_mutex_read_lock);
  real(this);
  __tsan_mutex_post_unlock(this, __tsan_mutex_read_lock);
}

void Mutex::LockWhen(const Condition& condition) {
  REAL("5Mutex8LockWhenERKNS0_9ConditionE", void (*)(Mutex*, const Condition&));
  TakeBy(this, 0, [&] { return real(this, condition), true; });
}

bool Mutex::LockWhenWithTimeout(const Condition& condition, Duration timeout) {
  REAL("5Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE",
       bool (*)(Mutex*, const Condition&, Duration));
  return TakeBy(this, 0, [&] { return real(this, condition, timeout); });
}

bool Mutex::LockWhenWithDeadline(const Condition& condition, Time deadline) {
  REAL("5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE",
       bool (*)(Mutex*, const Condition&, Time));
  return TakeBy(this, 0, [&] { return real(this, condition, deadline); });
}

void Mutex::Await(const Condition& condition) {
  REAL("5Mutex5AwaitERKNS0_9ConditionE", void (*)(Mutex*, const Condition&));
  LetGoDuring(this, [&] { return real(this, condition), true; });
}

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  REAL("5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE",
       bool (*)(Mutex*, const Condition&, Duration));
  return LetGoDuring(this, [&] { return real(this, condition, timeout); });
}

bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  REAL("5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE",
       bool (*)(Mutex*, const Condition&, Time));
  return LetGoDuring(this, [&] { return real(this, condition, deadline); });
}

void CondVar::Wait(Mutex* mutex) {
  REAL("7CondVar4WaitEPNS0_5MutexE", void (*)(CondVar*, Mutex*));
  LetGoDuring(mutex, [&] { return real(this, mutex), true; });
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  REAL("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
       bool (*)(CondVar*, Mutex*, Duration));
  return LetGoDuring(mutex, [&] { return real(this, mutex, timeout); });
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  REAL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", bool (*)(CondVar*, Mutex*, Time));
  return LetGoDuring(mutex, [&] { return real(this, mutex, deadline); });
}

ABSL_NAMESPACE_END
}  // namespace absl
