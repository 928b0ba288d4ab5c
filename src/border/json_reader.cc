// simdjson builds a tape of the whole text first, so a fault at its end is known before anything is believed. The walk
// goes over the members of an object and follows only names that the policy reads; its stack is as deep as the tree of
// those names, so no text can make it deep.
#include "border/json_reader.h"

#include <simdjson.h>

#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "base/budgets.h"
#include "base/check.h"

namespace ward::border {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kTextBytesMax = base::budget::kRequestBodyBytesMax;

// The parser's memory is reused by the next text of the same request.
std::optional<std::string_view> Keep(std::string_view text, Scratch& scratch) {
  const std::span<char> place = scratch.TakeBytes(text.size());
  if (place.size() != text.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), place.begin());
  return std::string_view(place.data(), place.size());
}

// Longer than any value of the slot can be: it will be found too long without its bytes being kept.
bool IsHopeless(const ValueSpec& spec, std::string_view text) {
  return text.size() > base::budget::kSetMemberCountMax * (spec.max_bytes + std::size_t{1});
}

void SetString(std::span<const std::uint32_t> slots, std::string_view text, SlotWriter& writer) {
  for (const std::uint32_t slot : slots) {
    const std::optional<std::string_view> kept =
        IsHopeless(writer.spec(slot), text) ? std::nullopt : Keep(text, writer.scratch());
    if (kept) {
      writer.SetText(slot, *kept, TextOrigin::kJson);
    } else {
      writer.SetInvalid(slot);
    }
  }
}

void SetArray(std::span<const std::uint32_t> slots, simdjson::dom::array array, SlotWriter& writer) {
  if (slots.empty()) return;
  Scratch& scratch = writer.scratch();
  // Counted by hand: array::size() saturates.
  std::size_t count = 0;
  for ([[maybe_unused]] const element member : array) ++count;
  const bool fits = count <= base::budget::kSetMemberCountMax;
  const std::span<std::string_view> members =
      fits ? scratch.Take<std::string_view>(count) : std::span<std::string_view>();
  bool good = fits && members.size() == count;
  std::size_t at = 0;
  if (good) {
    for (const element member : array) {
      std::string_view text;
      const bool is_text = member.get(text) == simdjson::SUCCESS;
      const std::optional<std::string_view> kept = is_text ? Keep(text, scratch) : std::nullopt;
      if (!kept) {
        good = false;
        break;
      }
      members[at++] = *kept;
    }
  }
  for (const std::uint32_t slot : slots) {
    if (good) {
      writer.SetList(slot, members);
    } else {
      writer.SetInvalid(slot);
    }
  }
}

void SetNumber(std::span<const std::uint32_t> slots, element value, SlotWriter& writer) {
  std::int64_t integer = 0;
  double real = 0;
  if (value.is<std::int64_t>() && value.get(integer) == simdjson::SUCCESS) {
    for (const std::uint32_t slot : slots) writer.SetInteger(slot, integer);
  } else if (value.get(real) == simdjson::SUCCESS) {
    for (const std::uint32_t slot : slots) writer.SetReal(slot, real);
  }
}

void SetValue(std::span<const std::uint32_t> slots, element value, SlotWriter& writer) {
  switch (value.type()) {
    case element_type::STRING: {
      std::string_view text;
      if (value.get(text) == simdjson::SUCCESS) SetString(slots, text, writer);
      return;
    }
    case element_type::ARRAY: {
      simdjson::dom::array array;
      if (value.get(array) == simdjson::SUCCESS) SetArray(slots, array, writer);
      return;
    }
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      SetNumber(slots, value, writer);
      return;
    case element_type::BOOL: {
      bool truth = false;
      if (value.get(truth) != simdjson::SUCCESS) return;
      for (const std::uint32_t slot : slots) writer.SetBool(slot, truth);
      return;
    }
    case element_type::OBJECT:
      // An object where a value was declared is ill-typed.
      for (const std::uint32_t slot : slots) writer.SetInvalid(slot);
      return;
    case element_type::NULL_VALUE:
      return;
  }
}

struct Level {
  simdjson::dom::object::iterator at;
  simdjson::dom::object::iterator end;
  std::uint32_t node = ClaimTree::kRoot;
};

class Walk {
 public:
  Walk(const ClaimTree& tree, SlotWriter& writer)
      : tree_(tree), writer_(writer), seen_(writer.scratch().Take<bool>(tree.node_count())) {}

  [[nodiscard]] bool ok() const { return seen_.size() == tree_.node_count(); }

  void Run(simdjson::dom::object root) {
    Enter(root, ClaimTree::kRoot);
    while (depth_ > 0) {
      Level& level = levels_[depth_ - 1];
      if (!(level.at != level.end)) {
        --depth_;
        continue;
      }
      const std::string_view name = level.at.key();
      const element value = level.at.value();
      const std::uint32_t parent = level.node;
      ++level.at;
      const std::optional<std::uint32_t> node = tree_.Child(parent, name);
      if (node) Member(*node, value);
    }
  }

 private:
  void Enter(simdjson::dom::object object, std::uint32_t node) {
    WARD_CHECK(depth_ < levels_.size());
    levels_[depth_++] = Level{object.begin(), object.end(), node};
  }

  void Member(std::uint32_t node, element value) {
    if (std::exchange(seen_[node], true)) {
      for (const std::uint32_t slot : tree_.slots_below(node)) writer_.SetInvalid(slot);
      return;
    }
    SetValue(tree_.slots(node), value, writer_);
    simdjson::dom::object object;
    if (tree_.HasChildren(node) && value.get(object) == simdjson::SUCCESS) Enter(object, node);
  }

  const ClaimTree& tree_;
  SlotWriter& writer_;
  std::span<bool> seen_;
  std::array<Level, base::budget::kRequestClaimDepthMax + 1> levels_;
  std::size_t depth_ = 0;
};

}  // namespace

struct JsonReader::Parser {
  simdjson::dom::parser parser;
  // simdjson reads past the end of its input by this much.
  std::unique_ptr<char[]> padded = std::make_unique<char[]>(kTextBytesMax + simdjson::SIMDJSON_PADDING);
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {
  // Both parts now: parse() would otherwise grow the document on first use.
  const bool ready = parser_->parser.allocate(kTextBytesMax, base::budget::kNestingMax) == simdjson::SUCCESS &&
                     parser_->parser.doc.allocate(kTextBytesMax) == simdjson::SUCCESS;
  WARD_CHECK(ready);
}
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;
JsonReader::~JsonReader() = default;

bool JsonReader::Read(const ClaimTree& tree, std::string_view text, SlotWriter& writer) {
  if (text.empty() || text.size() > kTextBytesMax) return false;
  char* padded = parser_->padded.get();
  std::memcpy(padded, text.data(), text.size());
  std::memset(padded + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  element root;
  if (parser_->parser.parse(padded, text.size(), false).get(root) != simdjson::SUCCESS) return false;
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return false;
  if (tree.empty()) return true;
  Walk walk(tree, writer);
  if (!walk.ok()) return false;
  walk.Run(object);
  return true;
}

}  // namespace ward::border
