#include "codegen/zones.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/budgets.h"
#include "base/check.h"

namespace ward::codegen {
namespace {

using bytecode::Truth;

class ZonePlanner {
 public:
  ZonePlanner(const ir::Program& program, TermBuilder& terms, Code& code, diag::Sink& sink)
      : program_(program), terms_(terms), code_(code), sink_(sink) {}

  ZonePlan Plan() {
    plan_.nothing_matches = StateOf({});
    ZoneState all;
    for (std::size_t i = 0; i < program_.zones.size(); ++i) all.candidates.push_back(ir::ZoneId::FromIndex(i));
    plan_.no_address = StateOf(std::move(all));
    for (const ir::Zone& zone : program_.zones) CompileWhen(zone);
    std::vector<lookup::Prefix> prefixes;
    for (const ir::ZonePrefix& prefix : program_.zone_prefixes) {
      prefixes.push_back({prefix.prefix, prefix.zone.value() + 1});
    }
    Result<lookup::PrefixTableData> table = lookup::BuildPrefixTable(prefixes, lookup::PrefixAnswer::kChain);
    WARD_CHECK(table.has_value());  // `semantic` refused overlaps
    plan_.prefixes = std::move(table).value();
    if (plan_.prefixes.chains.empty()) plan_.prefixes.chains.emplace_back();
    for (const std::vector<std::uint32_t>& chain : plan_.prefixes.chains) AddChain(chain);
    if (plan_.states.size() > base::budget::kZoneStateCountMax) {
      Refuse(program_.zones.front(),
             fmt::format("zones lead to {} states, {} at most", plan_.states.size(), base::budget::kZoneStateCountMax));
    }
    return std::move(plan_);
  }

 private:
  void Refuse(const ir::Zone& zone, std::string message) {
    sink_.Report(diag::Diagnostic(diag::Kind::kBudgetExceeded, zone.span, std::move(message))
                     .WithHint("fewer conditional zones around one address, or fewer conditions in doubt at once"));
  }

  // What a zone's condition is without looking at a request; nothing if it depends on one.
  [[nodiscard]] std::optional<Truth> Constant(const ir::Zone& zone) const {
    if (!zone.when.has_value()) return Truth::kTrue;
    const ir::NodeKind kind = program_.nodes[zone.when.index()].kind;
    if (kind == ir::NodeKind::kTrue) return Truth::kTrue;
    if (kind == ir::NodeKind::kFalse) return Truth::kFalse;
    return std::nullopt;
  }

  void CompileWhen(const ir::Zone& zone) {
    if (Constant(zone).has_value()) {
      plan_.when.push_back(kNone);
      return;
    }
    const SignedTruth truth = terms_.CodeOf(zone.when);
    const bool negated = (truth & 1U) != 0;
    plan_.when.push_back(negated ? code_.SlotOf(bytecode::Op::kAnd, {truth}) : truth / 2);
  }

  std::uint32_t StateOf(ZoneState state) {
    const auto [found, fresh] = state_numbers_.try_emplace(state, Size32(plan_.states.size()));
    if (fresh) plan_.states.push_back(std::move(state));
    return found->second;
  }

  // `values`: zone + 1, longest prefix first.
  void AddChain(const std::vector<std::uint32_t>& values) {
    std::vector<ir::ZoneId> around;
    around.reserve(values.size());
    for (const std::uint32_t value : values) around.emplace_back(value - 1);
    for (std::size_t i = 0; i < program_.zones.size(); ++i) {
      const ir::ZoneId id = ir::ZoneId::FromIndex(i);
      const bool known = std::find(around.begin(), around.end(), id) != around.end();
      if (program_.zones[i].everything_else && !known) around.push_back(id);
    }
    std::vector<ir::ZoneId> zones;
    std::uint32_t conditional = 0;
    for (const ir::ZoneId id : around) {
      const std::optional<Truth> constant = Constant(program_.zones[id.index()]);
      if (constant == Truth::kFalse) continue;
      zones.push_back(id);
      if (constant.has_value()) break;
      ++conditional;
    }
    if (conditional > base::budget::kZoneConditionsPerAddressMax) {
      Refuse(program_.zones[zones.front().index()],
             fmt::format("{} conditional zones lie around one address, {} at most", conditional,
                         base::budget::kZoneConditionsPerAddressMax));
      return;
    }
    const bytecode::Range range(Size32(plan_.chain_zones.size()), Size32(zones.size()));
    for (const ir::ZoneId id : zones) plan_.chain_zones.push_back(id.value());
    plan_.chains.emplace_back(range, conditional, Size32(plan_.chain_states.size()));
    std::uint32_t count = 1;
    for (std::uint32_t i = 0; i < conditional; ++i) count *= 3;
    for (std::uint32_t number = 0; number < count; ++number) {
      plan_.chain_states.push_back(StateOf(StateAt(zones, conditional, number)));
    }
  }

  // `number` in base 3: the truths of the conditional zones, the first one's counts most.
  static ZoneState StateAt(const std::vector<ir::ZoneId>& zones, std::uint32_t conditional, std::uint32_t number) {
    std::vector<Truth> truths(zones.size(), Truth::kTrue);
    for (std::uint32_t i = conditional; i > 0; --i, number /= 3) truths[i - 1] = static_cast<Truth>(number % 3);
    ZoneState state;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      if (truths[i] == Truth::kFalse) continue;
      if (truths[i] == Truth::kTrue && state.candidates.empty()) return {zones[i], {zones[i]}};
      state.candidates.push_back(zones[i]);
      if (truths[i] == Truth::kTrue) break;
    }
    std::sort(state.candidates.begin(), state.candidates.end());
    return state;
  }

  const ir::Program& program_;
  TermBuilder& terms_;
  Code& code_;
  diag::Sink& sink_;
  ZonePlan plan_;
  std::map<ZoneState, std::uint32_t> state_numbers_;
};

}  // namespace

ZonePlan PlanZones(const ir::Program& program, TermBuilder& terms, Code& code, diag::Sink& sink) {
  return ZonePlanner(program, terms, code, sink).Plan();
}

}  // namespace ward::codegen
