// The only file that instantiates the grammar, because templates of PEGTL are slow to compile.
//
// Recorder is PEGTL's control class: before a listed rule it appends a node, after success it closes
// the node, and when any rule fails the list is cut back to what it was. So backtracking
// costs nothing and no action ever runs for a reading that was given up. A must that fails throws
// PEGTL's parse_error; it is caught here, the only catch of the room.
#include "syntax/line_tree.h"

#include <algorithm>
#include <tao/pegtl/contrib/limit_depth.hpp>

#include "base/budgets.h"
#include "grammar/ward.h"

namespace ward::syntax {
namespace {

namespace peg = tao::pegtl;

template <typename Rule>
struct NodeOf {
  static constexpr bool kListed = false;
};
#define WARD_NODE(name)                                  \
  template <>                                            \
  struct NodeOf<grammar::name> {                         \
    static constexpr bool kListed = true;                \
    static constexpr NodeKind kKind = NodeKind::k##name; \
  };
#include "syntax/nodes.def"
#undef WARD_NODE

struct Recording {
  const char* input_begin;
  std::int64_t input_offset;  // of input_begin in the file's text
  std::uint32_t offset_min;   // a corrected keyword may be longer than what stands there
  std::vector<LineNode>* nodes;

  [[nodiscard]] std::uint32_t Offset(const char* at) const {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(offset_min, input_offset + (at - input_begin)));
  }
};

template <typename Rule>
struct Recorder : peg::normal<Rule> {
  // Every rule passes here, PEGTL's own sequences too.
  template <peg::apply_mode kApply, peg::rewind_mode kRewind, template <typename...> class Actions,
            template <typename...> class Control, typename ParseInput>
  [[nodiscard]] static bool match(ParseInput& in, Recording& recording) {
    std::vector<LineNode>& nodes = *recording.nodes;
    const std::size_t index = nodes.size();
    if constexpr (NodeOf<Rule>::kListed) {
      nodes.push_back(LineNode{NodeOf<Rule>::kKind, recording.Offset(in.current()), 0, 0});
    }
    const bool matched = peg::normal<Rule>::template match<kApply, kRewind, Actions, Control>(in, recording);
    if (!matched) {
      if (nodes.size() != index) nodes.erase(nodes.begin() + static_cast<std::ptrdiff_t>(index), nodes.end());
    } else if constexpr (NodeOf<Rule>::kListed) {
      nodes[index].end = recording.Offset(in.current());
      nodes[index].next = static_cast<std::uint32_t>(nodes.size());
    }
    return matched;
  }
  template <typename ParseInput>
  [[noreturn]] static void raise(const ParseInput& in, Recording& /*recording*/) {
    throw peg::parse_error(Rule::kExpectation, in);
  }
};

template <typename Rule>
struct Action : peg::nothing<Rule> {};
template <>
struct Action<grammar::Unary> : peg::limit_depth<base::budget::kNestingMax> {};

using Input = peg::memory_input<peg::tracking_mode::lazy, peg::eol::lf, const char*>;

template <typename Form>
std::optional<LineFailure> MatchForm(Input& in, Recording& recording) {
  constexpr std::string_view kTooDeep = "maximum parser rule nesting depth exceeded";  // PEGTL's limit_depth
  const char* const begin = in.current();
  try {
    if (peg::parse<Form, Action, Recorder>(in, recording)) return std::nullopt;
    // The first word chose the form, so only a mistake of ours leads here; it is still no reason to
    // stop.
    return LineFailure{recording.Offset(begin), "something else", false};
  } catch (const peg::parse_error& error) {
    const std::size_t byte = error.positions().front().byte;
    return LineFailure{recording.Offset(begin + byte), std::string(error.message()), error.message() == kTooDeep};
  }
}

std::optional<LineFailure> MatchLine(LineForm form, Input& in, Recording& recording) {
  switch (form) {
#define WARD_LINE(name)   \
  case LineForm::k##name: \
    return MatchForm<grammar::name>(in, recording);
#include "syntax/line_forms.def"
#undef WARD_LINE
  }
  return std::nullopt;
}

}  // namespace

std::optional<LineFailure> LineTree::Match(LineForm form, std::string_view text, std::uint32_t begin,
                                           std::uint32_t end) {
  nodes_.clear();
  Recording recording{text.data() + begin, begin, begin, &nodes_};
  Input in(text.data() + begin, text.data() + end, "");
  return MatchLine(form, in, recording);
}

std::optional<LineFailure> LineTree::MatchCorrected(LineForm form, std::string_view text, std::uint32_t begin,
                                                    std::uint32_t end, std::string_view keyword) {
  nodes_.clear();
  std::uint32_t word_end = begin;
  while (word_end < end && grammar::IsNameChar(text[word_end])) ++word_end;
  std::string corrected(keyword);
  corrected += text.substr(word_end, end - word_end);
  const std::int64_t offset = std::int64_t{word_end} - static_cast<std::int64_t>(keyword.size());
  Recording recording{corrected.data(), offset, begin, &nodes_};
  Input in(corrected.data(), corrected.data() + corrected.size(), "");
  return MatchLine(form, in, recording);
}

}  // namespace ward::syntax
