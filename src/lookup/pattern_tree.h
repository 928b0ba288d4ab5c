// lookup: the routes as one tree of patterns per set of hosts, before overlaps are resolved.
//
// A step between SegmentTrieBuilder and its input: equal beginnings are shared, so a node stands for one spelling of a
// beginning, and `**` is a node that leads to itself. Which nodes a path may be at, in order of precedence, is what the
// builder turns into nodes of the trie. Compile time only.
#ifndef WARD_SRC_LOOKUP_PATTERN_TREE_H_
#define WARD_SRC_LOOKUP_PATTERN_TREE_H_

#include <ward/error.h>

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lookup/route_pattern.h"

namespace ward::lookup {

// Node numbers of a tree; 0 is none.
using Positions = std::vector<std::uint32_t>;

struct PatternNode {
  SegmentKind kind = SegmentKind::kLiteral;  // of the segment that leads here
  std::uint32_t parent = 0;
  std::uint32_t host_rank = 0;  // of its root: exact 0, then the longest suffix first, any host last
  bool has_list_above = false;  // then several nodes may have the same precedence
  std::map<std::string, std::uint32_t, std::less<>> literals;
  std::map<std::vector<std::string>, std::uint32_t> lists;  // by their sorted values
  std::uint32_t int_child = 0;
  std::uint32_t typed_child = 0;
  std::uint32_t any_child = 0;
  std::uint32_t star_child = 0;
  std::uint32_t rest_child = 0;
  std::map<std::uint32_t, std::uint32_t> routes;  // method -> route that ends here
  std::uint64_t methods_below = 0;                // bit per method of the routes that end here or below

  [[nodiscard]] bool is_rest() const { return kind == SegmentKind::kRest; }
  // Whether only literals and list values lead on, so that any other segment ends here.
  [[nodiscard]] bool is_closed() const {
    return int_child == 0 && typed_child == 0 && any_child == 0 && star_child == 0 && rest_child == 0 && !is_rest();
  }
};

class PatternTree {
 public:
  // Where the walk for one host pattern begins: its own root, then those of the wider patterns, best first.
  struct Host {
    std::string pattern;
    Positions roots;
  };

  // Errors: those of CheckRoutePattern; kInvalidArgument if two routes are equal but for names of parameters; kTooLarge
  // if there are more than kRouteMethodsMax methods.
  [[nodiscard]] static Result<PatternTree> Build(std::span<const RoutePattern> routes);

  [[nodiscard]] const PatternNode& node(std::uint32_t number) const { return nodes_[number]; }
  [[nodiscard]] std::span<const Host> hosts() const { return hosts_; }
  // By number: those of the most routes first.
  [[nodiscard]] std::span<const std::string> methods() const { return methods_; }

  // Where a segment leads to from `from`, in order of precedence.
  [[nodiscard]] Positions Follow(const Positions& from, std::string_view segment) const;
  // The same for a segment that is in no Alphabet of `from`.
  enum class OtherSegment : std::uint8_t { kInt, kAny };
  [[nodiscard]] Positions FollowOther(const Positions& from, OtherSegment segment) const;
  // All texts that some of the nodes tell apart. The views live as long as the tree.
  [[nodiscard]] std::set<std::string_view> Alphabet(std::span<const std::uint32_t> from) const;
  // What ends at the nodes when the path ends: per method the best route.
  [[nodiscard]] std::map<std::uint32_t, std::uint32_t> Answers(const Positions& at) const;
  // Without the nodes that can never answer, because a `**` before them takes all they could.
  [[nodiscard]] Positions Prune(const Positions& positions) const;

 private:
  Result<void> NumberMethods(std::span<const RoutePattern> routes);
  Result<void> AddRoute(std::uint32_t root, std::span<const RoutePattern> routes, std::uint32_t route);
  std::uint32_t Child(std::uint32_t node, const SegmentPattern& segment);
  std::uint32_t NewNode(PatternNode node);
  Result<void> AddHosts(std::span<const RoutePattern> routes);
  void SumMethods();
  // Where nodes of equal rank may meet, their order is that of the whole way that leads to them.
  void Sort(Positions& positions) const;
  [[nodiscard]] std::vector<std::uint32_t> Precedence(std::uint32_t node) const;

  std::vector<PatternNode> nodes_{PatternNode{}};
  std::vector<Host> hosts_;
  std::vector<std::string> methods_;
};

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_PATTERN_TREE_H_
