// base: ends the process when we ourselves are wrong.
//
// Never for input, never for the network (STYLE.md section 5): those get a Diagnostic, a doubt or a
// Result. WARD_CHECK stays in every build; WARD_DCHECK is for the hot path and vanishes under
// NDEBUG (its condition is then not evaluated, but still compiled). Cost: one predicted branch.
#ifndef WARD_SRC_BASE_CHECK_H_
#define WARD_SRC_BASE_CHECK_H_

namespace ward::base {

// Prints `file:line: check failed: condition` to stderr and aborts. Safe in any thread.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition) noexcept;

}  // namespace ward::base

#define WARD_CHECK(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::ward::base::CheckFailed(__FILE__, __LINE__, #condition))

#ifdef NDEBUG
#define WARD_DCHECK(condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#else
#define WARD_DCHECK(condition) WARD_CHECK(condition)
#endif

#endif  // WARD_SRC_BASE_CHECK_H_
