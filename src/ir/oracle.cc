#include "ir/oracle.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "ir/oracle_eval.h"

namespace ward::ir {
namespace {

constexpr std::uint16_t kAllowedStatus = 200;
constexpr std::uint16_t kChallengeStatus = 401;
constexpr std::uint16_t kNoOperationStatus = 404;

// ---- zones

struct ZoneAnswer {
  ZoneId zone;
  std::vector<ZoneId> candidates;
};

void SortUnique(std::vector<ZoneId>& zones) {
  std::sort(zones.begin(), zones.end());
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
}

// The zones an address is in: longest prefix first, then `everything else`.
std::vector<ZoneId> Chain(const Program& program, base::IpAddress address) {
  std::vector<ZonePrefix> matching;
  for (const ZonePrefix& prefix : program.zone_prefixes) {
    if (InPrefix(address, prefix.prefix)) matching.push_back(prefix);
  }
  std::stable_sort(matching.begin(), matching.end(),
                   [](const ZonePrefix& a, const ZonePrefix& b) { return a.prefix.length > b.prefix.length; });
  std::vector<ZoneId> chain;
  chain.reserve(matching.size());
  for (const ZonePrefix& prefix : matching) chain.push_back(prefix.zone);
  for (std::size_t i = 0; i < program.zones.size(); ++i) {
    if (program.zones[i].everything_else) chain.push_back(ZoneId::FromIndex(i));
  }
  return chain;
}

ZoneAnswer FindZone(const Program& program, const OracleRequest& request, const OracleEval& eval) {
  ZoneAnswer answer;
  if (!request.source_ip) {
    for (std::size_t i = 0; i < program.zones.size(); ++i) answer.candidates.push_back(ZoneId::FromIndex(i));
    return answer;
  }
  for (const ZoneId id : Chain(program, *request.source_ip)) {
    const NodeId when = program.zones[id.index()].when;
    const Truth truth = when.has_value() ? eval.Formula(when) : Truth::kTrue;
    if (truth == Truth::kFalse) continue;
    answer.candidates.push_back(id);
    if (truth == Truth::kDoubt) continue;
    if (answer.candidates.size() == 1) answer.zone = id;
    break;
  }
  SortUnique(answer.candidates);
  return answer;
}

// ---- routes

bool HostMatches(std::string_view pattern, std::string_view host) {
  if (pattern.substr(0, 2) != "*.") return pattern == host;
  const std::string_view suffix = pattern.substr(1);
  return host.size() > suffix.size() && host.substr(host.size() - suffix.size()) == suffix;
}

// How exact the best matching host is: its length, an exact one above all; 0: an api without hosts;
// -1: none matches.
int HostRank(const Operation& operation, std::string_view host) {
  if (operation.hosts.empty()) return 0;
  int best = -1;
  for (const std::string& pattern : operation.hosts) {
    if (!HostMatches(pattern, host)) continue;
    best = std::max(best, pattern == host ? 1'000'000 : static_cast<int>(pattern.size()));
  }
  return best;
}

bool TypeMatches(const Program& program, const PathSegment& segment, const std::string& text) {
  if (segment.type == ValueType::kEnum) {
    const std::vector<std::string>& values = program.enums[segment.enumeration.index()].values;
    return std::count(values.begin(), values.end(), text) > 0;
  }
  if (segment.type == ValueType::kBool) return text == "true" || text == "false";
  if (segment.type == ValueType::kString) return true;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool RouteMatches(const Program& program, const Operation& operation, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < operation.route.size(); ++i) {
    const PathSegment& segment = operation.route[i];
    if (segment.kind == PathSegment::Kind::kRest) return true;
    if (i >= path.size()) return false;
    if (segment.kind == PathSegment::Kind::kLiteral && segment.text != path[i]) return false;
    if (segment.kind == PathSegment::Kind::kParameter && !TypeMatches(program, segment, path[i])) return false;
  }
  return operation.route.size() == path.size();
}

// What answers first has the smaller number.
int SegmentRank(const PathSegment& segment) {
  switch (segment.kind) {
    case PathSegment::Kind::kLiteral:
      return 0;
    case PathSegment::Kind::kParameter:
      return segment.type == ValueType::kString ? 2 : 1;
    case PathSegment::Kind::kOne:
      return 3;
    case PathSegment::Kind::kRest:
      break;
  }
  return 4;
}

bool MoreExact(const Operation& a, const Operation& b) {
  return std::lexicographical_compare(
      a.route.begin(), a.route.end(), b.route.begin(), b.route.end(),
      [](const PathSegment& x, const PathSegment& y) { return SegmentRank(x) < SegmentRank(y); });
}

// ---- rules

bool Counts(const Rule& rule, const Program& program, OperationId operation, const ZoneAnswer& zones) {
  const std::vector<OperationId>& set = program.operation_sets[rule.operations.index()];
  if (std::count(set.begin(), set.end(), operation) == 0) return false;
  return !rule.zone.has_value() || std::count(zones.candidates.begin(), zones.candidates.end(), rule.zone) > 0;
}

// Whether the rule says what its kind can say: an allow only if certain, any other unless certainly
// false.
bool Applies(const Rule& rule, Truth truth) {
  return rule.kind == RuleKind::kAllow ? truth == Truth::kTrue : truth != Truth::kFalse;
}

// 1 certain and no challenge, 2 a challenge, 3 in doubt.
int ReplyClass(const Rule& rule, Truth truth) {
  if (rule.status == kChallengeStatus) return 2;
  return truth == Truth::kTrue ? 1 : 3;
}

Outcome OutcomeOf(const Rule& rule) {
  if (rule.kind != RuleKind::kDeny) return Outcome::kAllow;
  return rule.status == kChallengeStatus ? Outcome::kChallenge : Outcome::kDeny;
}

void DecideOutcome(const Program& program, OracleDecision& decision) {
  const OracleRule* refusing = nullptr;
  const OracleRule* allowing = nullptr;
  for (const OracleRule& result : decision.rules) {
    const Rule& rule = program.rules[result.rule.index()];
    if (rule.shadow || !Applies(rule, result.truth)) continue;
    if (rule.kind == RuleKind::kAllow && allowing == nullptr) allowing = &result;
    if (rule.kind != RuleKind::kDeny) continue;
    // Rules come by rank, so the first of a class answers.
    if (refusing == nullptr ||
        ReplyClass(rule, result.truth) < ReplyClass(program.rules[refusing->rule.index()], refusing->truth)) {
      refusing = &result;
    }
  }
  decision.outcome = Outcome::kDeny;
  decision.status = kRefusedStatus;
  if (refusing != nullptr) {
    const Rule& rule = program.rules[refusing->rule.index()];
    decision.outcome = OutcomeOf(rule);
    decision.status = rule.status;
    decision.rule = refusing->rule;
    decision.in_doubt = refusing->truth == Truth::kDoubt;
  } else if (allowing != nullptr) {
    decision.outcome = Outcome::kAllow;
    decision.status = kAllowedStatus;
    decision.rule = allowing->rule;
  }
}

template <typename T, typename Less>
void SortUnique(std::vector<T>& all, Less less) {
  std::sort(all.begin(), all.end(), less);
  all.erase(std::unique(all.begin(), all.end(), [&](const T& a, const T& b) { return !less(a, b); }), all.end());
}

void CollectObligations(const Program& program, const OracleEval& eval, OracleDecision& decision) {
  const bool allowed = decision.outcome == Outcome::kAllow;
  for (const OracleRule& result : decision.rules) {
    const Rule& rule = program.rules[result.rule.index()];
    if (rule.shadow || !Applies(rule, result.truth)) continue;
    const Obligations& duties = rule.obligations;
    decision.audit = std::max(decision.audit, duties.audit);
    decision.tags.insert(decision.tags.end(), duties.tags.begin(), duties.tags.end());
    if (!allowed) continue;
    decision.strip.insert(decision.strip.end(), duties.strip.begin(), duties.strip.end());
    for (const SetHeader& set : duties.set) decision.set.emplace_back(set.name, eval.Value(set.value));
  }
  SortUnique(decision.tags, std::less<>());
  SortUnique(decision.strip, std::less<>());
  // Two of one name have the same value where they meet (a compile error else).
  SortUnique(decision.set, [](const auto& a, const auto& b) { return a.first < b.first; });
}

}  // namespace

OracleWorld MakeOracleWorld(const Program& program) {
  OracleWorld world;
  for (const Table& table : program.tables) {
    OracleTable filled;
    filled.loaded = !table.live;
    for (const std::vector<ConstantId>& row : table.rows) {
      std::vector<MaybeDatum> cells;
      cells.reserve(row.size());
      for (const ConstantId cell : row) {
        cells.push_back(cell.has_value() ? MaybeDatum(ConstantDatum(program, cell)) : std::nullopt);
      }
      filled.rows.push_back(std::move(cells));
    }
    world.tables.push_back(std::move(filled));
  }
  for (const Parameter& parameter : program.parameters) {
    world.parameters.push_back(ConstantDatum(program, parameter.value));
  }
  world.utc_offset = [](std::string_view, std::int64_t) { return std::int64_t{0}; };
  return world;
}

OracleDecision Oracle::Decide(const OracleRequest& request) const {
  OracleDecision decision;
  OracleEval eval(program_, world_, request);
  const ZoneAnswer zones = FindZone(program_, request, eval);
  decision.zone = zones.zone;
  decision.candidates = zones.candidates;
  if (!request.operation.has_value()) {
    decision.status = kNoOperationStatus;
    return decision;
  }
  eval.SetZone(zones.zone);
  const bool anonymous = program_.operations[request.operation.index()].anonymous;
  for (std::size_t i = 0; i < program_.rules.size(); ++i) {
    const Rule& rule = program_.rules[i];
    if (!Counts(rule, program_, request.operation, zones)) continue;
    const NodeId formula = anonymous ? rule.anonymous_formula : rule.formula;
    OracleRule result{RuleId::FromIndex(i), eval.Formula(formula), {}};
    eval.Tests(formula, result.tests);
    if (rule.shadow && Applies(rule, result.truth)) {
      const bool decides = rule.kind != RuleKind::kOn;
      decision.shadows.push_back({result.rule, decides ? std::optional(OutcomeOf(rule)) : std::nullopt, result.truth});
    }
    decision.rules.push_back(std::move(result));
  }
  DecideOutcome(program_, decision);
  CollectObligations(program_, eval, decision);
  return decision;
}

OperationId Oracle::FindOperation(std::string_view method, std::string_view host, std::string_view path) const {
  const std::vector<std::string> segments = PathSegments(path);
  OperationId best;
  for (std::size_t i = 0; i < program_.operations.size(); ++i) {
    const Operation& operation = program_.operations[i];
    if (operation.method.empty() || operation.method != method) continue;
    if (HostRank(operation, host) < 0 || !RouteMatches(program_, operation, segments)) continue;
    if (best.has_value()) {
      const Operation& rival = program_.operations[best.index()];
      const int rank = HostRank(operation, host);
      const int rival_rank = HostRank(rival, host);
      if (rank < rival_rank || (rank == rival_rank && !MoreExact(operation, rival))) continue;
    }
    best = OperationId::FromIndex(i);
  }
  return best;
}

}  // namespace ward::ir
