// include/ward: Result<T>, what a call returns when the world can be wrong (a file, a socket, a
// key, damaged bytecode).
//
// What it is: either a T or an Error (code + one sentence). The member names are those of
// std::expected (C++23), so that it can be swapped for it later; unlike it, ignoring a Result is a
// compiler warning. Not for: a wrong policy (ward::Diagnostic), a wrong request (a doubt inside the
// Decision), a bug of ours (abort). Ownership: a Result owns its value and its message. Threads: as
// safe as the T in it. Errors: nothing throws. Reading value() of an error, or error() of a value,
// ends the process: it is a bug of the caller, who did not look. Cost: one branch per look; the
// message is allocated only when something failed.
#ifndef WARD_ERROR_H_
#define WARD_ERROR_H_

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace ward {

// What kind of thing went wrong, for programs. The message is for people. New codes are added at
// the end.
enum class ErrorCode {
  kInvalidArgument,  // the caller asked for something that makes no sense
  kNotFound,         // a file, name or key is not there
  kCorrupt,          // bytes are damaged or hostile: refused, never executed
  kUnsupported,      // a version or feature this build does not know
  kTooLarge,         // a budget was exceeded; the message names it
  kPolicy,           // the policy has errors; the diagnostics say which
  kIo,               // the operating system refused; the message carries its reason
  kBusy,             // try again later (a reload while old views are still held, a full queue)
  kPermission,       // the operating system or the configuration forbids it
  kInternal,         // we are wrong, and could say so without ending the process
};

// The name of a code as it appears in logs and on the wire: "invalid_argument", "not_found", ...
[[nodiscard]] constexpr std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kTooLarge:
      return "too_large";
    case ErrorCode::kPolicy:
      return "policy";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kPermission:
      return "permission";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

// Why a call failed. `message` is one lower-case sentence without full stop that names the thing
// and, where we know it, the mend: "cannot read `orders/ward.toml`: permission denied".
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

namespace internal {
[[noreturn]] inline void ResultMisused(const char* what) {
  std::fprintf(stderr, "ward::Result: %s\n", what);
  std::abort();
}
}  // namespace internal

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Error;

  // From anything a T can be made of; explicit where T's own constructor is.
  template <typename U = T>
  requires(std::is_constructible_v<T, U> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error>) explicit(!std::is_convertible_v<U, T>)
      // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): the constraint excludes Result
      Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Requires: has_value().
  [[nodiscard]] T& value() & { return *Checked(std::get_if<0>(&state_)); }
  [[nodiscard]] const T& value() const& { return *Checked(std::get_if<0>(&state_)); }
  [[nodiscard]] T&& value() && { return std::move(*Checked(std::get_if<0>(&state_))); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }
  // The value, or `other` in its place. The error is lost: for defaults that are no failure.
  template <typename U>
  [[nodiscard]] T value_or(U&& other) && {
    return has_value() ? std::move(*this).value() : static_cast<T>(std::forward<U>(other));
  }

  // Requires: !has_value().
  [[nodiscard]] Error& error() & { return *CheckedError(std::get_if<1>(&state_)); }
  [[nodiscard]] const Error& error() const& { return *CheckedError(std::get_if<1>(&state_)); }
  [[nodiscard]] Error&& error() && { return std::move(*CheckedError(std::get_if<1>(&state_))); }

 private:
  template <typename P>
  static P* Checked(P* pointer) {
    if (pointer == nullptr) internal::ResultMisused("value() of an error");
    return pointer;
  }
  template <typename P>
  static P* CheckedError(P* pointer) {
    if (pointer == nullptr) internal::ResultMisused("error() of a value");
    return pointer;
  }

  std::variant<T, Error> state_;
};

// A call that returns nothing but may fail. `return {};` means success.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }

  // Requires: has_value().
  void value() const {
    if (error_.has_value()) internal::ResultMisused("value() of an error");
  }

  // Requires: !has_value().
  [[nodiscard]] const Error& error() const& {
    if (!error_.has_value()) internal::ResultMisused("error() of a value");
    return *error_;
  }
  [[nodiscard]] Error&& error() && {
    if (!error_.has_value()) internal::ResultMisused("error() of a value");
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace ward

#define WARD_INTERNAL_JOIN2(a, b) a##b
#define WARD_INTERNAL_JOIN(a, b) WARD_INTERNAL_JOIN2(a, b)

// Leaves the function with the error of `expression` (a Result of any type), if there is one.
#define WARD_RETURN_IF_ERROR(expression)                               \
  do {                                                                 \
    if (auto ward_result_ = (expression); !ward_result_.has_value()) { \
      return std::move(ward_result_).error();                          \
    }                                                                  \
  } while (false)

// `WARD_ASSIGN_OR_RETURN(auto file, Open(path));` gives `file` the value, or leaves the function
// with the error.
#define WARD_ASSIGN_OR_RETURN(declaration, expression) \
  WARD_INTERNAL_ASSIGN_OR_RETURN(WARD_INTERNAL_JOIN(ward_result_, __LINE__), declaration, expression)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration and a new name bear no parentheses
#define WARD_INTERNAL_ASSIGN_OR_RETURN(result, declaration, expression) \
  auto result = (expression);                                           \
  if (!result.has_value()) return std::move(result).error();            \
  declaration = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)

#endif  // WARD_ERROR_H_
