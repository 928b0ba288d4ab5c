// lookup: host, method and path to the route that matches them best, in one walk.
//
// Of the routes that match, the best is decided from the left: an exact host beats a `*.suffix` (one or more labels in
// front; the longer suffix wins), that beats `*`; then segment by segment a literal beats an int parameter, that one
// of a list of strings, that one of another type, that a bare one, then `*` (one segment), then `**` (the rest, none
// included). Only routes that have the request's method take part. The builder determinizes the patterns
// (segment_trie_builder.cc), so the walk goes forward only: per segment one probe of a perfect hash, or a few where
// hosts or patterns overlap.
// The probe hashes the *text* walked so far, not the node just loaded, so the CPU overlaps the loads of several
// segments; where a literal misses, the stored hash of the node goes on.
// SegmentTrieData is the builder's product; its vectors go into the bytecode as they are. SegmentTrie is the view.
// Thread-safe: immutable. No allocation.
#ifndef WARD_SRC_LOOKUP_SEGMENT_TRIE_H_
#define WARD_SRC_LOOKUP_SEGMENT_TRIE_H_

#include <ward/error.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/budgets.h"
#include "lookup/string_domain.h"

namespace ward::lookup {

// A reference to a node, as tables hold it: its number and two facts that spare a load. 0 is no node.
inline constexpr std::uint32_t kNodeHasOwnHash = 0x8000'0000U;  // the hash of the text is not the node's: load it
inline constexpr std::uint32_t kNodeIsFinal = 0x4000'0000U;     // what follows changes nothing: stop here
inline constexpr std::uint32_t kNodeNumber = 0x3FFF'FFFFU;

struct SegmentTrieNode {
  std::uint64_t hash = 0;
  std::uint32_t otherwise = 0;     // where to look up a segment that has no edge here; a lower number than this node's
  std::uint32_t int_child = 0;     // if `otherwise` is 0: for any other segment that spells an int64,
  std::uint32_t any_child = 0;     // and for all others
  std::uint32_t answer_first = 0;  // the routes that end here, one per method from method_first on
  std::uint16_t method_first = 0;
  std::uint16_t method_count = 0;
  std::uint32_t reserved = 0;

  friend bool operator==(const SegmentTrieNode&, const SegmentTrieNode&) = default;
};
static_assert(sizeof(SegmentTrieNode) == 32 && std::is_trivially_copyable_v<SegmentTrieNode>);

struct SegmentTrieEdge {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint32_t length = 0;
  std::uint32_t parent = std::numeric_limits<std::uint32_t>::max();  // no node: a free slot
  std::uint32_t child = 0;
  std::uint32_t tail = 0;  // where bytes 16 and up lie in `tails`; 0 for shorter segments

  friend bool operator==(const SegmentTrieEdge&, const SegmentTrieEdge&) = default;
};
static_assert(sizeof(SegmentTrieEdge) == 32 && std::is_trivially_copyable_v<SegmentTrieEdge>);

struct SegmentTrieRoute {
  std::uint32_t operation = 0;
  std::uint32_t parameter_first = 0;  // in `parameters`: the segment of each parameter, in the order of the pattern
  std::uint32_t parameter_count = 0;

  friend bool operator==(const SegmentTrieRoute&, const SegmentTrieRoute&) = default;
};
static_assert(sizeof(SegmentTrieRoute) == 12 && std::is_trivially_copyable_v<SegmentTrieRoute>);

inline constexpr std::size_t kRouteMethodsMax = 64;
inline constexpr std::uint32_t kNoMethod = std::numeric_limits<std::uint32_t>::max();

// The spans of a trie, as the bytecode holds them. Domains: ordinal - 2 is a node, or the number of a method.
struct SegmentTrieSpans {
  std::uint64_t seed = 0;
  std::uint64_t suffix_label_counts = 0;  // bit n: some suffix has n labels
  std::uint32_t any_host_start = 0;
  StringDomain exact_hosts;
  StringDomain suffix_hosts;  // with their leading dot
  StringDomain methods;
  std::span<const SegmentTrieNode> nodes;  // [0] is no node
  std::span<const SegmentTrieEdge> edges;
  std::span<const std::uint16_t> pilots;
  std::span<const std::uint8_t> tails;
  std::span<const std::uint32_t> answers;  // route number + 1; 0 is none
  std::span<const SegmentTrieRoute> routes;
  std::span<const std::uint8_t> parameters;
};

// What a walk found. About 150 bytes, not cleared: only the first segment_count + 1 begins mean anything.
struct RouteMatch {
  // A route that ends in `**` may match one segment more than a pattern has.
  static constexpr std::size_t kSegmentsMax = base::budget::kRouteSegmentCountMax + 1;

  RouteMatch() {}  // leaves begins uninitialised

  // The text of segment `index` of `path`, the path that was looked up; nothing if the walk did not come so far.
  [[nodiscard]] std::optional<std::string_view> Segment(std::string_view path, std::size_t index) const {
    if (index >= segment_count) return std::nullopt;
    return path.substr(begins[index], static_cast<std::size_t>(begins[index + 1] - begins[index] - 1));
  }
  [[nodiscard]] bool found() const { return operation != 0; }

  std::uint32_t operation = 0;  // as given to the builder; 0: no route
  std::uint32_t route = 0;      // its number among the routes given to the builder
  std::uint32_t segment_count = 0;
  std::array<std::uint16_t, kSegmentsMax + 1> begins;  // each one byte behind a `/`
};
static_assert(base::budget::kRequestPathBytesMax < std::numeric_limits<std::uint16_t>::max());

class SegmentTrie {
 public:
  // No routes.
  SegmentTrie();
  // Borrows the spans. Before any look-up, Verify must have said yes to the same content.
  explicit SegmentTrie(const SegmentTrieSpans& spans) : spans_(spans) {}

  // kNoMethod if no route has it: then Find answers no route. `method` as on the wire, upper case.
  [[nodiscard]] std::uint32_t FindMethod(std::string_view method) const {
    const std::uint32_t ordinal = spans_.methods.Find(method);
    return ordinal == kOrdinalNone ? kNoMethod : ordinal - kOrdinalFirst;
  }
  // Where the walk for this host begins; 0 if no route has it. `host` in lower case, without port and trailing dot.
  [[nodiscard]] std::uint32_t FindHost(std::string_view host) const;
  // `start` is what FindHost said, `method` what FindMethod said. `path` is in normal form: a leading `/`, no empty
  // segment, no trailing `/` but the root's; any other bytes are safe, and find no route or a wrong one.
  [[nodiscard]] RouteMatch Find(std::uint32_t start, std::uint32_t method, std::string_view path) const;
  [[nodiscard]] RouteMatch Find(std::string_view host, std::string_view method, std::string_view path) const {
    return Find(FindHost(host), FindMethod(method), path);
  }

  // Whether some method has a route there; for explanations: a walk for each method there can be.
  [[nodiscard]] bool HasPath(std::uint32_t start, std::string_view path) const;

  // The segments of the parameters of a found route, for RouteMatch::Segment.
  [[nodiscard]] std::span<const std::uint8_t> Parameters(const RouteMatch& match) const {
    const SegmentTrieRoute& route = spans_.routes[match.route];
    return spans_.parameters.subspan(route.parameter_first, route.parameter_count);
  }

  // Whether all look-ups stay inside the spans, end, and answer operations in 1 .. operation_limit - 1. kCorrupt names
  // what is wrong. O(content).
  [[nodiscard]] Result<void> Verify(std::uint32_t operation_limit) const;
  [[nodiscard]] std::size_t size_bytes() const;

 private:
  // A segment with what is known of its text before any node is looked at.
  struct SegmentText {
    TextWords words;
    std::string_view text;
  };

  [[nodiscard]] std::uint32_t FindSuffix(std::string_view host) const;
  // The child of `node` for `segment`, as a reference. `hash` is the node's, and becomes that of the text walked.
  [[nodiscard]] std::uint32_t Step(std::uint32_t node, const SegmentText& segment, std::uint64_t& hash) const;
  [[nodiscard]] std::uint32_t OtherChild(const SegmentTrieNode& node, const SegmentText& segment,
                                         std::uint64_t& hash) const;
  void Answer(std::uint32_t node, std::uint32_t method, RouteMatch& match) const;
  [[nodiscard]] bool IsNodeRef(std::uint32_t ref) const { return (ref & kNodeNumber) < spans_.nodes.size(); }
  [[nodiscard]] Result<void> VerifyNodes() const;
  [[nodiscard]] Result<void> VerifyEdges() const;
  [[nodiscard]] Result<void> VerifyRoutes(std::uint32_t operation_limit) const;

  SegmentTrieSpans spans_;
};

// How hashes go on where a segment has no edge; the builder follows them.
[[nodiscard]] constexpr std::uint64_t HashAfterInt(std::uint64_t hash) {
  return FoldProduct(hash, 0x9FB21C651E98DF25U) + 1;
}
[[nodiscard]] constexpr std::uint64_t HashAfterAny(std::uint64_t hash) {
  return FoldProduct(hash, 0xD6E8FEB86659FD93U) + 1;
}
// An optional `-` and digits that fit 64 bits: what the border takes for an int too.
[[nodiscard]] bool SpellsInt64(std::string_view text);

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_SEGMENT_TRIE_H_
