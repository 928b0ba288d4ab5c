// engine: what the handles of the C API hold, and texts on their way between C and C++.
#ifndef WARD_SRC_ENGINE_C_API_HANDLES_H_
#define WARD_SRC_ENGINE_C_API_HANDLES_H_

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "ward/engine.h"
#include "ward/ward.h"

struct ward_error {
  ward::Error error;
};

struct ward_engine {
  ward::Engine engine;
};

struct ward_reader {
  explicit ward_reader(ward::Reader of) : reader(std::move(of)) {
    headers.reserve(ward::base::budget::kRequestHeaderCountMax + 1);
    members.reserve(ward::base::budget::kSetMemberCountMax + 1);
  }

  ward::Reader reader;
  ward::Request* request = nullptr;  // of the last begin
  // Views of what the caller handed over; room is taken once, so that no call allocates.
  std::vector<ward::NameValue> headers;
  std::vector<std::string_view> members;  // free again after each call: the engine copies the list
};

namespace ward::engine {

// A caller's empty text may have no address.
inline std::string_view ViewOf(ward_text text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}
inline ward_text TextOf(std::string_view text) { return {text.data(), text.size()}; }

// Element `index`, or the empty text.
inline ward_text At(std::span<const std::string_view> texts, std::size_t index) {
  return index < texts.size() ? TextOf(texts[index]) : ward_text{nullptr, 0};
}

// The enums of both APIs have the same numbers.
template <typename C, typename Cpp>
constexpr bool Same(C c, Cpp cpp) {
  return static_cast<int>(c) == static_cast<int>(cpp);
}

// The arrays that a tree of plain structs points to. They stay where they are while others are added.
template <typename T>
using Arrays = std::deque<std::vector<T>>;

inline std::span<const ward_text> Keep(std::span<const std::string> texts, Arrays<ward_text>& in) {
  std::vector<ward_text>& kept = in.emplace_back();
  for (const std::string& text : texts) kept.push_back(TextOf(text));
  return kept;
}

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_C_API_HANDLES_H_
