// ThreadSanitizer sees no lock of Abseil: Debian builds it without. Each of them, those that gRPC
// takes included, comes by here on its way into the library and is told of; what waits with a
// timeout goes on to its like with a deadline. Linked into every binary of the `tsan` preset, with
// tsan_grpc.cpp, which tells of what gRPC hands over.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

// What is left, all outside our code: where these libraries allocate, free, copy and compare,
// memory is seen whose guards, their own atomic counters, are not. Only such calls that a library
// makes itself are passed over; nothing that our code does is, nor what gRPC's headers do in it.
extern "C" const char* __tsan_default_suppressions();  // NOLINT: the sanitizer's name for it.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libgrpc.so\n"    // Slices, metadata, calls: counted references.
         "called_from_lib:libgrpc++.so\n"  // The same, on their way in and out.
         "called_from_lib:libgpr.so\n"     // Its malloc, for both.
         "called_from_lib:libprotobuf.so\n"
         "called_from_lib:libabsl_status.so\n"     // gRPC's own errors, shared by count.
         "called_from_lib:libabsl_cord.so\n"       // Their payloads.
         "called_from_lib:libabsl_strings.so\n"    // gRPC's texts, put together and taken apart.
         "called_from_lib:libabsl_time.so\n"       // The times in gRPC's errors.
         "called_from_lib:libabsl_time_zone.so\n"  // Its lock, made by whoever came first.
         "called_from_lib:libabsl_graphcycles_internal.so\n";  // Of the locks themselves.
}

extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreReadsEnd(const char* file, int line);
// Of the executable, by the linker.
extern "C" const char __executable_start;  // NOLINT: the linker's name for it.
extern "C" const char etext;

namespace {

using absl::Condition;
using absl::CondVar;
using absl::Mutex;
using absl::Time;

// The library's own function behind the one here.
#define REAL_OF(symbol, type) \
  static const auto real = reinterpret_cast<type>(dlsym(RTLD_NEXT, symbol))
#define REAL(symbol, type) REAL_OF("_ZN4absl7debian3" symbol, type)
#define REAL_CONST(symbol, type) REAL_OF("_ZNK4absl7debian3" symbol, type)

// Where our own code is. A lock within a library's own memory counts, but that it is in memory
// which another thread made is the library's affair.
bool IsOurs(const void* caller) { return &__executable_start <= caller && caller < &etext; }

class PassOverReads {
 public:
  explicit PassOverReads(bool passes) : passes_(passes) {
    if (passes_) AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
  }
  ~PassOverReads() {
    if (passes_) AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }

 private:
  const bool passes_;
};

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

// Inlined, so that the caller is the lock's.
template <typename Take>
[[gnu::always_inline]] inline auto TakeBy(Mutex* mutex, unsigned flags, Take take) {
  __tsan_mutex_pre_lock(mutex, flags);
  const auto result = take();
  const bool failed = (flags & __tsan_mutex_try_lock) != 0 && !result;
  const PassOverReads pass_over(!IsOurs(__builtin_return_address(0)));
  __tsan_mutex_post_lock(mutex, flags | (failed ? __tsan_mutex_try_lock_failed : 0), 0);
  return result;
}

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

Mutex::~Mutex() {
  REAL("5MutexD1Ev", void (*)(Mutex*));
  real(this);
  const PassOverReads pass_over(!IsOurs(__builtin_return_address(0)));
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

bool Mutex::LockWhenWithDeadline(const Condition& condition, Time deadline) {
  REAL("5Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE",
       bool (*)(Mutex*, const Condition&, Time));
  return TakeBy(this, 0, [&] { return real(this, condition, deadline); });
}

void Mutex::Await(const Condition& condition) {
  REAL("5Mutex5AwaitERKNS0_9ConditionE", void (*)(Mutex*, const Condition&));
  LetGoDuring(this, [&] { return real(this, condition), true; });
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

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  REAL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", bool (*)(CondVar*, Mutex*, Time));
  return LetGoDuring(mutex, [&] { return real(this, mutex, deadline); });
}

// HasBeenNotified() is in the header and asks an atomic: whoever finds it set has seen what was
// before Notify().
void Notification::Notify() {
  REAL("12Notification6NotifyEv", void (*)(Notification*));
  __tsan_release(&notified_yet_);
  real(this);
}

void Notification::WaitForNotification() const {
  REAL_CONST("12Notification19WaitForNotificationEv", void (*)(const Notification*));
  real(this);
  static_cast<void>(HasBeenNotified());
}

bool Notification::WaitForNotificationWithDeadline(Time deadline) const {
  REAL_CONST("12Notification31WaitForNotificationWithDeadlineENS0_4TimeE",
             bool (*)(const Notification*, Time));
  real(this, deadline);
  return HasBeenNotified();
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  REAL_CONST("12Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
             bool (*)(const Notification*, Duration));
  real(this, timeout);
  return HasBeenNotified();
}

bool BlockingCounter::DecrementCount() {
  REAL("15BlockingCounter14DecrementCountEv", bool (*)(BlockingCounter*));
  __tsan_release(this);
  return real(this);
}

void BlockingCounter::Wait() {
  REAL("15BlockingCounter4WaitEv", void (*)(BlockingCounter*));
  real(this);
  __tsan_acquire(this);
}

ABSL_NAMESPACE_END
}  // namespace absl
