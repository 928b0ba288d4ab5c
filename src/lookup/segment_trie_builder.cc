// From patterns to a walk that never turns back, by the subset construction: a node of the trie is the list of all
// pattern nodes that the text so far may stand at, in order of precedence, and equal lists are one node. So the subtree
// of a parameter is merged into its literal siblings, methods too, and the first pattern of the list that has the
// request's method answers.
//
// Copying a parameter's edges into each sibling would multiply them. Where the first patterns of a list can take no
// unknown segment (they have no parameter, `*` or `**` of their own), the node gets edges for the texts *they* know
// only, and `otherwise` names the node of the remaining list: any other segment leads exactly where it leads from there.
// So the hosts of a wide pattern, and literals beside a parameter, share its nodes. What remains can still be made to
// grow exponentially on purpose; the budget stops it, and names the place.
//
// The hash of a node is that of the text that first led to it, so the walk can hash ahead; edges that lead to a node
// from elsewhere carry kNodeHasOwnHash, and there the walk loads it.
#include "lookup/segment_trie_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "lookup/displacement.h"
#include "lookup/pattern_tree.h"

namespace ward::lookup {
namespace {

enum class Label : std::uint8_t { kNone, kText, kInt, kAny };

// How a node was reached first.
struct Origin {
  std::uint32_t parent = 0;
  Label label = Label::kNone;
  std::string_view text;
};

// A node of the trie before it is laid out.
struct State {
  Positions positions;
  Origin origin;
  std::size_t own_count = 0;  // the leading positions whose texts have edges here
  std::uint32_t otherwise = 0;
  std::uint32_t int_child = 0;
  std::uint32_t any_child = 0;
  bool is_final = false;
};

struct Edge {
  std::uint32_t parent = 0;
  std::uint32_t child = 0;
  std::string_view text;
};

struct PositionsHash {
  std::size_t operator()(const Positions& positions) const {
    std::uint64_t hash = positions.size();
    for (const std::uint32_t position : positions) hash = FoldProduct(hash ^ position, 0x9E3779B97F4A7C15U) + position;
    return hash;
  }
};

class Determinizer {
 public:
  Determinizer(const PatternTree& tree, const SegmentTrieBudget& budget) : tree_(tree), budget_(budget) {}

  // The nodes that the hosts begin at, in the order of tree.hosts().
  [[nodiscard]] Result<std::vector<std::uint32_t>> Run() {
    std::vector<std::uint32_t> starts;
    for (const PatternTree::Host& host : tree_.hosts()) starts.push_back(StateOf(host.roots, {}));
    // Only nodes that are in the list already make new ones, so its order is that of creation.
    for (std::uint32_t number = 1; number < states_.size(); ++number) {
      Expand(number);
      if (states_.size() + edges_.size() > budget_.entry_count || work_ > budget_.work) return TooLarge(number);
    }
    return starts;
  }

  [[nodiscard]] const std::deque<State>& states() const { return states_; }
  [[nodiscard]] std::span<const Edge> edges() const { return edges_; }
  [[nodiscard]] std::size_t work() const { return work_; }

 private:
  // The node for these positions; makes it, and those that it goes on at, if there is none.
  std::uint32_t StateOf(const Positions& unpruned, const Origin& origin) {
    work_ += unpruned.size();
    std::vector<Positions> missing;
    std::uint32_t otherwise = 0;
    for (Positions rest = tree_.Prune(unpruned); !rest.empty();) {
      const auto known = numbers_.find(rest);
      if (known != numbers_.end()) {
        otherwise = known->second;
        break;
      }
      const std::size_t own_count = OwnCount(rest);
      Positions tail =
          own_count == 0 ? Positions() : Positions(rest.begin() + static_cast<std::ptrdiff_t>(own_count), rest.end());
      missing.push_back(std::move(rest));
      rest = std::move(tail);
    }
    // From the tail to the front, so that a node always goes on at a lower number.
    for (std::size_t i = missing.size(); i > 0; --i) {
      otherwise = NewState(std::move(missing[i - 1]), otherwise, i == 1 ? origin : Origin{});
    }
    return otherwise;
  }

  std::uint32_t NewState(Positions positions, std::uint32_t otherwise, const Origin& origin) {
    const auto number = static_cast<std::uint32_t>(states_.size());
    State state;
    state.own_count = OwnCount(positions);
    state.is_final = std::all_of(positions.begin(), positions.end(),
                                 [this](std::uint32_t position) { return tree_.node(position).is_rest(); });
    state.otherwise = otherwise;
    state.origin = origin;
    numbers_.emplace(positions, number);
    state.positions = std::move(positions);
    work_ += state.positions.size();
    states_.push_back(std::move(state));
    return number;
  }

  // The leading positions that end at an unknown segment and whose texts get edges of their own: the first, and more
  // while that at most doubles the edges, because going on at another node costs a probe. 0 if the first is open.
  [[nodiscard]] std::size_t OwnCount(const Positions& positions) const {
    std::size_t count = 0;
    std::size_t texts = 0;
    std::size_t texts_max = 0;
    for (const std::uint32_t position : positions) {
      const PatternNode& at = tree_.node(position);
      if (!at.is_closed()) break;
      texts += at.literals.size();
      for (const auto& [values, child] : at.lists) texts += values.size();
      if (count == 0) texts_max = 2 * texts + 4;
      if (texts > texts_max) break;
      ++count;
    }
    return count;
  }

  void Expand(std::uint32_t number) {
    State& state = states_[number];  // a deque: stays where it is
    if (state.is_final) return;
    std::span<const std::uint32_t> own = state.positions;
    if (state.own_count > 0) {
      own = own.first(state.own_count);
    } else {
      using Other = PatternTree::OtherSegment;
      state.any_child = StateOf(tree_.FollowOther(state.positions, Other::kAny), {number, Label::kAny, {}});
      state.int_child = StateOf(tree_.FollowOther(state.positions, Other::kInt), {number, Label::kInt, {}});
    }
    for (const std::string_view text : tree_.Alphabet(own)) {
      const std::uint32_t child = StateOf(tree_.Follow(state.positions, text), {number, Label::kText, text});
      work_ += state.positions.size();
      // Another segment would lead there too.
      if (state.own_count == 0 && child == (SpellsInt64(text) ? state.int_child : state.any_child)) continue;
      edges_.push_back({number, child, text});
      if (states_.size() + edges_.size() > budget_.entry_count || work_ > budget_.work) return;
    }
  }

  [[nodiscard]] Error TooLarge(std::uint32_t number) const {
    std::string place;
    for (std::uint32_t at = number; states_[at].origin.label != Label::kNone; at = states_[at].origin.parent) {
      const Origin& origin = states_[at].origin;
      const std::string_view text = origin.label == Label::kText  ? origin.text
                                    : origin.label == Label::kInt ? std::string_view("{int}")
                                                                  : std::string_view("{}");
      place = fmt::format("/{}{}", text, place);
    }
    return {
        ErrorCode::kTooLarge,
        fmt::format("routes: too many overlap: merging them took more than {} nodes and edges or {} steps, the "
                    "last at `{}`, where {} patterns meet",
                    budget_.entry_count, budget_.work, place.empty() ? "/" : place, states_[number].positions.size())};
  }

  const PatternTree& tree_;
  SegmentTrieBudget budget_;
  std::deque<State> states_{State{}};  // [0] is no node
  std::vector<Edge> edges_;
  std::unordered_map<Positions, std::uint32_t, PositionsHash> numbers_;
  std::size_t work_ = 0;
};

// Writes the tables of one trie.
class Layout {
 public:
  Layout(const PatternTree& tree, const Determinizer& states, SegmentTrieData& data)
      : tree_(tree), states_(states.states()), edges_(states.edges()), data_(data) {}

  Result<void> Run(std::span<const RoutePattern> routes, std::span<const std::uint32_t> starts) {
    StoreRoutes(routes);
    WARD_RETURN_IF_ERROR(StoreNodes());
    WARD_RETURN_IF_ERROR(StoreEdges());
    WARD_RETURN_IF_ERROR(StoreMethods());
    return StoreHosts(starts);
  }

 private:
  void StoreRoutes(std::span<const RoutePattern> routes) {
    for (const RoutePattern& route : routes) {
      SegmentTrieRoute stored{route.operation, static_cast<std::uint32_t>(data_.parameters.size()), 0};
      for (std::size_t i = 0; i < route.path.size(); ++i) {
        if (!IsParameter(route.path[i].kind)) continue;
        data_.parameters.push_back(static_cast<std::uint8_t>(i));
        ++stored.parameter_count;
      }
      data_.routes.push_back(stored);
    }
  }

  Result<void> StoreNodes() {
    std::vector<std::uint32_t> probes(states_.size());
    data_.nodes.resize(states_.size());
    for (std::size_t i = 1; i < states_.size(); ++i) {
      StoreAnswers(tree_.Answers(states_[i].positions), data_.nodes[i]);
      probes[i] = probes[states_[i].otherwise] + 1;
    }
    data_.probes_per_segment_max = std::max(1U, *std::max_element(probes.begin(), probes.end()));
    if (data_.probes_per_segment_max <= base::budget::kRouteProbesPerSegmentMax) return {};
    return Error{ErrorCode::kTooLarge,
                 fmt::format("routes: {} patterns overlap at one place, at most {} are allowed",
                             data_.probes_per_segment_max, base::budget::kRouteProbesPerSegmentMax)};
  }

  void StoreAnswers(const std::map<std::uint32_t, std::uint32_t>& answers, SegmentTrieNode& node) {
    if (answers.empty()) return;
    node.answer_first = static_cast<std::uint32_t>(data_.answers.size());
    node.method_first = static_cast<std::uint16_t>(answers.begin()->first);
    node.method_count = static_cast<std::uint16_t>(answers.rbegin()->first - answers.begin()->first + 1);
    data_.answers.resize(data_.answers.size() + node.method_count);
    for (const auto& [method, route] : answers) {
      data_.answers[node.answer_first + method - node.method_first] = route + 1;
    }
  }

  Result<void> StoreEdges() {
    std::vector<std::uint64_t> hashes(edges_.size());
    for (std::uint32_t attempt = 0; attempt < kDisplacementAttempts; ++attempt) {
      data_.seed = AttemptSeed(attempt);
      HashNodes();
      std::transform(edges_.begin(), edges_.end(), hashes.begin(), [this](const Edge& edge) {
        return HashText(data_.nodes[edge.parent].hash, LoadTextWords(edge.text), edge.text);
      });
      std::optional<Displacement> placed = Displace(hashes, attempt);
      if (!placed.has_value()) continue;
      data_.edges.resize(placed->slot_count);
      data_.pilots = std::move(placed->pilots);
      for (std::size_t i = 0; i < edges_.size(); ++i) PlaceEdge(edges_[i], hashes[i], data_.edges[placed->slots[i]]);
      LinkNodes();
      return {};
    }
    return Error{ErrorCode::kInternal, fmt::format("routes: no perfect hash for {} edges", edges_.size())};
  }

  void HashNodes() {
    for (std::uint32_t i = 1; i < states_.size(); ++i) {
      const Origin& origin = states_[i].origin;  // a lower number, so its hash is there
      const std::uint64_t from = data_.nodes[origin.parent].hash;
      std::uint64_t& hash = data_.nodes[i].hash;
      switch (origin.label) {
        case Label::kNone:
          hash = FoldProduct(data_.seed ^ 0xA0761D6478BD642FU, 0xE7037ED1A0B428DBU + std::uint64_t{i} * 2);
          break;
        case Label::kText:
          hash = HashText(from, LoadTextWords(origin.text), origin.text);
          break;
        case Label::kInt:
          hash = HashAfterInt(from);
          break;
        case Label::kAny:
          hash = HashAfterAny(from);
          break;
      }
    }
  }

  // `hash` is that of the text on the way to the child.
  [[nodiscard]] std::uint32_t Ref(std::uint32_t child, std::uint64_t hash) const {
    if (child == 0) return 0;
    return child | (states_[child].is_final ? kNodeIsFinal : 0) |
           (data_.nodes[child].hash != hash ? kNodeHasOwnHash : 0);
  }

  void PlaceEdge(const Edge& edge, std::uint64_t hash, SegmentTrieEdge& slot) {
    const TextWords words = LoadTextWords(edge.text);
    slot = {words.low, words.high, static_cast<std::uint32_t>(edge.text.size()), edge.parent, Ref(edge.child, hash), 0};
    if (edge.text.size() <= kTextWordsBytes) return;
    const std::string_view tail = edge.text.substr(kTextWordsBytes);
    const auto [at, is_new] = tails_.try_emplace(tail, static_cast<std::uint32_t>(data_.tails.size()));
    if (is_new) data_.tails.insert(data_.tails.end(), tail.begin(), tail.end());
    slot.tail = at->second;
  }

  void LinkNodes() {
    for (std::size_t i = 1; i < states_.size(); ++i) {
      const State& state = states_[i];
      SegmentTrieNode& node = data_.nodes[i];
      // The walk loads the hash of the node it goes on at in any case.
      node.otherwise = Ref(state.otherwise, data_.nodes[state.otherwise].hash);
      node.int_child = Ref(state.int_child, HashAfterInt(node.hash));
      node.any_child = Ref(state.any_child, HashAfterAny(node.hash));
      // Spares the look at the segment where both are the same; a needless load of a hash costs less.
      if (state.int_child == state.any_child) node.int_child = node.any_child;
    }
  }

  Result<void> StoreMethods() {
    std::vector<StringDomainConstant> constants;
    std::uint32_t ordinal = kOrdinalFirst;
    for (const std::string& method : tree_.methods()) constants.push_back({method, ordinal++});
    WARD_ASSIGN_OR_RETURN(data_.methods, BuildStringDomain(constants));
    return {};
  }

  Result<void> StoreHosts(std::span<const std::uint32_t> starts) {
    std::vector<StringDomainConstant> exact;
    std::vector<StringDomainConstant> suffixes;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::string_view pattern = tree_.hosts()[i].pattern;
      if (pattern == "*") {
        data_.any_host_start = starts[i];
      } else if (pattern.starts_with("*.")) {
        suffixes.push_back({pattern.substr(1), starts[i] + kOrdinalFirst});
        data_.suffix_label_counts |= std::uint64_t{1} << std::count(pattern.begin(), pattern.end(), '.');
      } else {
        exact.push_back({pattern, starts[i] + kOrdinalFirst});
      }
    }
    WARD_ASSIGN_OR_RETURN(data_.exact_hosts, BuildStringDomain(exact));
    WARD_ASSIGN_OR_RETURN(data_.suffix_hosts, BuildStringDomain(suffixes));
    return {};
  }

  const PatternTree& tree_;
  const std::deque<State>& states_;
  std::span<const Edge> edges_;
  SegmentTrieData& data_;
  std::unordered_map<std::string_view, std::uint32_t> tails_;
};

}  // namespace

SegmentTrieSpans SegmentTrieData::Spans() const {
  SegmentTrieSpans spans;
  spans.seed = seed;
  spans.suffix_label_counts = suffix_label_counts;
  spans.any_host_start = any_host_start;
  spans.exact_hosts = exact_hosts.View();
  spans.suffix_hosts = suffix_hosts.View();
  spans.methods = methods.View();
  spans.nodes = nodes;
  spans.edges = edges;
  spans.pilots = pilots;
  spans.tails = tails;
  spans.answers = answers;
  spans.routes = routes;
  spans.parameters = parameters;
  return spans;
}

SegmentTrieBudget BudgetFor(std::span<const RoutePattern> routes) {
  std::size_t segments = 0;
  for (const RoutePattern& route : routes) segments += route.path.size() * route.hosts.size();
  const std::size_t entries = base::budget::kRouteEntryCountMin + segments * base::budget::kRouteEntriesPerSegmentMax;
  return {std::min(entries, base::budget::kRouteEntryCountMax), base::budget::kRouteMergeWorkMax};
}

Result<SegmentTrieData> BuildSegmentTrie(std::span<const RoutePattern> routes, const SegmentTrieBudget& budget) {
  WARD_ASSIGN_OR_RETURN(const PatternTree tree, PatternTree::Build(routes));
  Determinizer states(tree, budget);
  WARD_ASSIGN_OR_RETURN(const std::vector<std::uint32_t> starts, states.Run());
  SegmentTrieData data;
  data.work = states.work();
  WARD_RETURN_IF_ERROR(Layout(tree, states, data).Run(routes, starts));
  return data;
}

}  // namespace ward::lookup
