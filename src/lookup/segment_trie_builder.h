// lookup: builds the segment trie from route patterns.
//
// Compile time only; segment_trie.h has the look-up and says what beats what.
#ifndef WARD_SRC_LOOKUP_SEGMENT_TRIE_BUILDER_H_
#define WARD_SRC_LOOKUP_SEGMENT_TRIE_BUILDER_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/budgets.h"
#include "lookup/route_pattern.h"
#include "lookup/segment_trie.h"
#include "lookup/string_domain.h"

namespace ward::lookup {

// What the compiler stores. Same routes in the same order: same bytes.
struct SegmentTrieData {
  std::uint64_t seed = 0;
  std::uint64_t suffix_label_counts = 0;
  std::uint32_t any_host_start = 0;
  StringDomainData exact_hosts;
  StringDomainData suffix_hosts;
  StringDomainData methods;
  std::vector<SegmentTrieNode> nodes;
  std::vector<SegmentTrieEdge> edges;
  std::vector<std::uint16_t> pilots;
  std::vector<std::uint8_t> tails;
  std::vector<std::uint32_t> answers;
  std::vector<SegmentTrieRoute> routes;  // by index of the routes given
  std::vector<std::uint8_t> parameters;
  // Not for the bytecode: the most probes that one segment may take, for the bound the compiler prints.
  std::uint32_t probes_per_segment_max = 1;
  // Not for the bytecode either: patterns looked at while merging, as SegmentTrieBudget::work counts them.
  std::size_t work = 0;

  // Borrows this object's vectors.
  [[nodiscard]] SegmentTrieSpans Spans() const;
  [[nodiscard]] SegmentTrie View() const { return SegmentTrie(Spans()); }
};

// Where routes overlap, what they share is merged; a few patterns can be made to need more nodes
// than there are atoms.
struct SegmentTrieBudget {
  std::size_t entry_count = base::budget::kRouteEntryCountMax;  // nodes and edges
  std::size_t work = base::budget::kRouteMergeWorkMax;          // patterns looked at while merging
};

// In proportion to the segments of all patterns, so that a few patterns that multiply are refused
// within a second or two, and many that do not are built.
[[nodiscard]] SegmentTrieBudget BudgetFor(std::span<const RoutePattern> routes);

// Errors: kTooLarge beyond the budget, and the message names the place that grew; those of CheckRoutePattern;
// kInvalidArgument for two routes that are equal but for names of parameters, or for too many methods. Conflicts
// through lists are not refused here: there one of the two routes answers, always the same.
[[nodiscard]] Result<SegmentTrieData> BuildSegmentTrie(std::span<const RoutePattern> routes,
                                                       const SegmentTrieBudget& budget);
[[nodiscard]] inline Result<SegmentTrieData> BuildSegmentTrie(std::span<const RoutePattern> routes) {
  return BuildSegmentTrie(routes, BudgetFor(routes));
}

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_SEGMENT_TRIE_BUILDER_H_
