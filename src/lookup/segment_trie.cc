// The walk takes the positions of all slashes of the first 64 bytes out of one bit mask, so where segments begin is
// known before any node is loaded; segment texts are loaded and hashed ahead of the probes by the CPU itself.
#include "lookup/segment_trie.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "lookup/corrupt.h"
#include "lookup/displacement.h"

namespace ward::lookup {
namespace {

constexpr std::uint32_t kChunkBytes = 64;

// Bit i: byte i of the 16 is a slash.
std::uint32_t SlashesOf(const TextWords& words) {
#if defined(__SSE2__)
  __m128i bytes;
  std::memcpy(&bytes, &words, sizeof(bytes));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('/'))));
#else
  std::array<char, kTextWordsBytes> bytes;
  std::memcpy(bytes.data(), &words, sizeof(words));
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) mask |= (bytes[i] == '/' ? 1U : 0U) << i;
  return mask;
#endif
}

// Gives out the positions of the slashes of a text, one after the other.
class SlashScan {
 public:
  explicit SlashScan(std::string_view text) : text_(text) { LoadChunk(); }

  // The position of the next slash; the end of the text if there is none.
  std::uint32_t Next() {
    while (mask_ == 0) [[unlikely]] {
        if (text_.size() - chunk_ <= kChunkBytes) return static_cast<std::uint32_t>(text_.size());
        chunk_ += kChunkBytes;
        LoadChunk();
      }
    const auto bit = static_cast<std::uint32_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return chunk_ + bit;
  }

 private:
  void LoadChunk() {
    const std::size_t count = std::min<std::size_t>(kChunkBytes, text_.size() - chunk_);
    mask_ = 0;
    for (std::size_t at = 0; at < count; at += kTextWordsBytes) {
      const TextWords words = LoadTextWordsUnmasked(text_.data() + chunk_ + at, std::min(kTextWordsBytes, count - at));
      mask_ |= std::uint64_t{SlashesOf(words)} << at;
    }
    // Behind the end the load saw other memory.
    if (count < kChunkBytes) mask_ &= (std::uint64_t{1} << count) - 1;
  }

  std::string_view text_;
  std::uint32_t chunk_ = 0;
  std::uint64_t mask_ = 0;
};

constexpr SegmentTrieNode kNoNode{};
constexpr SegmentTrieEdge kNoEdge{};
constexpr std::uint16_t kNoPilot = 0;

}  // namespace

SegmentTrie::SegmentTrie() {
  spans_.nodes = {&kNoNode, 1};
  spans_.edges = {&kNoEdge, 1};
  spans_.pilots = {&kNoPilot, 1};
}

bool SpellsInt64(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

std::uint32_t SegmentTrie::FindHost(std::string_view host) const {
  const std::uint32_t ordinal = spans_.exact_hosts.Find(host);
  if (ordinal != kOrdinalNone) return ordinal - kOrdinalFirst;
  if (spans_.suffix_label_counts != 0) {
    const std::uint32_t suffix = FindSuffix(host);
    if (suffix != kOrdinalNone) return suffix - kOrdinalFirst;
  }
  return spans_.any_host_start;
}

// The longest suffix first. Only suffixes with a number of labels that some pattern has are looked up, so a host of
// many labels costs a scan of its dots and no more.
std::uint32_t SegmentTrie::FindSuffix(std::string_view host) const {
  auto labels_behind = static_cast<std::size_t>(std::count(host.begin(), host.end(), '.'));
  std::size_t dot = host.find('.');
  for (; dot != std::string_view::npos; dot = host.find('.', dot + 1), --labels_behind) {
    // A pattern asks for at least one label in front.
    if (dot == 0 || labels_behind > 63 || (spans_.suffix_label_counts >> labels_behind & 1) == 0) continue;
    const std::uint32_t ordinal = spans_.suffix_hosts.Find(host.substr(dot));
    if (ordinal != kOrdinalNone) return ordinal;
  }
  return kOrdinalNone;
}

std::uint32_t SegmentTrie::Step(std::uint32_t node, const SegmentText& segment, std::uint64_t& hash) const {
  for (;;) {
    const std::uint64_t next = HashText(hash, segment.words, segment.text);
    const SegmentTrieEdge& edge =
        spans_.edges[DisplacedSlot(next, spans_.pilots, static_cast<std::uint32_t>(spans_.edges.size()))];
    const std::uint64_t differences = (edge.low ^ segment.words.low) | (edge.high ^ segment.words.high) |
                                      (edge.length ^ segment.text.size()) | (edge.parent ^ node);
    bool same = differences == 0;
    if (segment.text.size() > kTextWordsBytes) [[unlikely]] {
      same = same && std::memcmp(spans_.tails.data() + edge.tail, segment.text.data() + kTextWordsBytes,
                                 segment.text.size() - kTextWordsBytes) == 0;
    }
    if (same) {
      hash = next;
      return edge.child;
    }
    const SegmentTrieNode& at = spans_.nodes[node];
    if (at.otherwise == 0) return OtherChild(at, segment, hash);
    // Lower numbers only, so this ends.
    node = at.otherwise & kNodeNumber;
    if ((at.otherwise & kNodeIsFinal) != 0) return at.otherwise;
    hash = spans_.nodes[node].hash;
  }
}

std::uint32_t SegmentTrie::OtherChild(const SegmentTrieNode& node, const SegmentText& segment,
                                      std::uint64_t& hash) const {
  if (node.int_child != node.any_child && SpellsInt64(segment.text)) {
    hash = HashAfterInt(hash);
    return node.int_child;
  }
  hash = HashAfterAny(hash);
  return node.any_child;
}

RouteMatch SegmentTrie::Find(std::uint32_t start, std::uint32_t method, std::string_view path) const {
  RouteMatch match;
  if (path.empty() || path.front() != '/' || path.size() > base::budget::kRequestPathBytesMax) return match;
  std::uint32_t node = start;
  std::uint64_t hash = spans_.nodes[node].hash;
  SlashScan slashes(path);
  std::uint32_t begin = slashes.Next() + 1;
  match.begins[0] = 1;
  while (begin < path.size()) {
    if (match.segment_count == RouteMatch::kSegmentsMax) return match;
    const std::uint32_t end = slashes.Next();
    const std::string_view text = path.substr(begin, end - begin);
    const std::uint32_t child = Step(node, {LoadTextWords(text), text}, hash);
    if (child == 0) return match;
    begin = end + 1;
    match.begins[++match.segment_count] = static_cast<std::uint16_t>(begin);
    node = child & kNodeNumber;
    if ((child & kNodeIsFinal) != 0) break;
    // Rarely taken; as a branch, not a select, it lets the next probe start before this node is loaded.
    if ((child & kNodeHasOwnHash) != 0) hash = spans_.nodes[node].hash;
  }
  Answer(node, method, match);
  return match;
}

bool SegmentTrie::HasPath(std::uint32_t start, std::string_view path) const {
  for (std::uint32_t method = 0; method < kRouteMethodsMax; ++method) {
    if (Find(start, method, path).found()) return true;
  }
  return false;
}

void SegmentTrie::Answer(std::uint32_t node, std::uint32_t method, RouteMatch& match) const {
  const SegmentTrieNode& at = spans_.nodes[node];
  const std::uint32_t column = method - at.method_first;
  if (column >= at.method_count) return;  // kNoMethod is beyond every count
  const std::uint32_t answer = spans_.answers[at.answer_first + column];
  if (answer == 0) return;
  match.route = answer - 1;
  match.operation = spans_.routes[match.route].operation;
}

std::size_t SegmentTrie::size_bytes() const {
  return spans_.exact_hosts.size_bytes() + spans_.suffix_hosts.size_bytes() + spans_.methods.size_bytes() +
         spans_.nodes.size_bytes() + spans_.edges.size_bytes() + spans_.pilots.size_bytes() +
         spans_.tails.size_bytes() + spans_.answers.size_bytes() + spans_.routes.size_bytes() +
         spans_.parameters.size_bytes();
}

Result<void> SegmentTrie::Verify(std::uint32_t operation_limit) const {
  // Node 0 stands for no route, so that a walk may begin there.
  if (spans_.nodes.empty() || spans_.nodes.size() > kNodeNumber || spans_.nodes[0] != kNoNode) {
    return Corrupt(fmt::format("routes: {} nodes, or node 0 is not empty", spans_.nodes.size()));
  }
  const std::uint32_t node_ordinals = static_cast<std::uint32_t>(spans_.nodes.size()) + kOrdinalFirst;
  WARD_RETURN_IF_ERROR(spans_.exact_hosts.Verify(node_ordinals));
  WARD_RETURN_IF_ERROR(spans_.suffix_hosts.Verify(node_ordinals));
  WARD_RETURN_IF_ERROR(spans_.methods.Verify(kRouteMethodsMax + kOrdinalFirst));
  if (spans_.any_host_start >= spans_.nodes.size()) {
    return Corrupt(fmt::format("routes: any host begins at node {} of {}", spans_.any_host_start, spans_.nodes.size()));
  }
  WARD_RETURN_IF_ERROR(VerifyNodes());
  WARD_RETURN_IF_ERROR(VerifyEdges());
  return VerifyRoutes(operation_limit);
}

Result<void> SegmentTrie::VerifyNodes() const {
  std::vector<std::uint16_t> probes(spans_.nodes.size());
  for (std::size_t i = 0; i < spans_.nodes.size(); ++i) {
    const SegmentTrieNode& node = spans_.nodes[i];
    if (node.otherwise != 0 && (node.otherwise & kNodeNumber) >= i) {
      return Corrupt(fmt::format("routes: node {} goes on at node {}", i, node.otherwise & kNodeNumber));
    }
    probes[i] = static_cast<std::uint16_t>(i == 0 ? 0 : probes[node.otherwise & kNodeNumber] + 1);
    if (probes[i] > base::budget::kRouteProbesPerSegmentMax) {
      return Corrupt(fmt::format("routes: a segment at node {} takes more than {} probes", i,
                                 base::budget::kRouteProbesPerSegmentMax));
    }
    if (!IsNodeRef(node.int_child) || !IsNodeRef(node.any_child)) {
      return Corrupt(fmt::format("routes: node {} has children {:#x} and {:#x}, of {} nodes", i, node.int_child,
                                 node.any_child, spans_.nodes.size()));
    }
    if (node.answer_first > spans_.answers.size() || node.method_count > spans_.answers.size() - node.answer_first) {
      return Corrupt(fmt::format("routes: node {} has {} answers at {} of {}", i, node.method_count, node.answer_first,
                                 spans_.answers.size()));
    }
  }
  for (std::size_t i = 0; i < spans_.answers.size(); ++i) {
    if (spans_.answers[i] > spans_.routes.size()) {
      return Corrupt(fmt::format("routes: answer {} is route {} of {}", i, spans_.answers[i], spans_.routes.size()));
    }
  }
  return {};
}

Result<void> SegmentTrie::VerifyEdges() const {
  constexpr std::size_t kCountMax = std::numeric_limits<std::uint32_t>::max();
  if (spans_.edges.empty() || spans_.edges.size() > kCountMax || spans_.pilots.empty() ||
      spans_.pilots.size() > kCountMax) {
    return Corrupt(fmt::format("routes: {} edges with {} pilots", spans_.edges.size(), spans_.pilots.size()));
  }
  for (std::size_t i = 0; i < spans_.edges.size(); ++i) {
    const SegmentTrieEdge& edge = spans_.edges[i];
    if (!IsNodeRef(edge.child)) {
      return Corrupt(fmt::format("routes: edge {} leads to {:#x}, of {} nodes", i, edge.child, spans_.nodes.size()));
    }
    if (edge.length <= kTextWordsBytes) continue;
    const std::size_t tail_bytes = edge.length - kTextWordsBytes;
    if (edge.tail > spans_.tails.size() || tail_bytes > spans_.tails.size() - edge.tail) {
      return Corrupt(
          fmt::format("routes: edge {} has {} bytes at {} of {}", i, tail_bytes, edge.tail, spans_.tails.size()));
    }
  }
  return {};
}

Result<void> SegmentTrie::VerifyRoutes(std::uint32_t operation_limit) const {
  for (std::size_t i = 0; i < spans_.routes.size(); ++i) {
    const SegmentTrieRoute& route = spans_.routes[i];
    if (route.operation == 0 || route.operation >= operation_limit) {
      return Corrupt(fmt::format("routes: route {} has operation {}, 1 to below {} is wanted", i, route.operation,
                                 operation_limit));
    }
    if (route.parameter_first > spans_.parameters.size() ||
        route.parameter_count > spans_.parameters.size() - route.parameter_first) {
      return Corrupt(fmt::format("routes: route {} has {} parameters at {} of {}", i, route.parameter_count,
                                 route.parameter_first, spans_.parameters.size()));
    }
  }
  return {};
}

}  // namespace ward::lookup
