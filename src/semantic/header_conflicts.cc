// Two rules that set one header to different values, both on one request (E58).
//
// Exact would be a decision procedure; here: two rules meet unless their operations are disjoint, or one demands a test
// that the other denies. An `on` rule also applies in doubt, so that between two of them only tests that are never in doubt
// count; an `allow` applies only if it is certain, and whatever it is certain of is certainly not otherwise.
// Rules are compared in buckets by the constant of the test that most of them have (`client.plan is gold`), so that many
// rules that differ in it cost one look-up each and not a pair each.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "semantic/rules.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// Equal exactly if both read the same things the same way; spans do not count.
std::string Fingerprint(const Expr& expr) {
  std::string text =
      fmt::format("{}.{}.{}.{}(", static_cast<int>(expr.kind), static_cast<int>(expr.op), expr.ref, expr.column_ref);
  if (expr.constant != nullptr) {
    const Constant& c = *expr.constant;
    text += fmt::format("{}/{}/{}/{}:{}", c.number, c.cidr.network.high(), c.cidr.network.low(), c.cidr.length,
                        c.text.size());
    text += c.text;
  }
  for (const Expr* arg : expr.args) text += Fingerprint(*arg) + ",";
  return text + ")";
}

bool IsNeverInDoubt(const Expr& test) {
  if (test.op == TestOp::kPresent || test.op == TestOp::kMissing) return true;
  const Expr& left = *test.args[0];
  if (left.kind == ExprKind::kOperation || left.kind == ExprKind::kParameter || left.kind == ExprKind::kNow)
    return true;
  return left.kind == ExprKind::kOrElse && left.args[1]->kind == ExprKind::kConstant;
}

// One test that a rule demands: `left` is one of `values`, or `whole` is true.
struct Demand {
  std::string left;                 // fingerprint; empty: no `is` or `in`
  std::vector<std::string> values;  // sorted
  std::string whole;                // fingerprint of the test as if it were not negated
  bool holds = true;                // false: the rule demands that it does not hold
  bool never_in_doubt = false;
};

struct Setter {
  std::size_t rule = 0;
  const SetHeader* set = nullptr;
  std::string value;
  std::vector<Demand> demands;
};

TestOp Positive(TestOp op, bool& holds) {
  const std::pair<TestOp, TestOp> kPairs[] = {
      {TestOp::kIsNot, TestOp::kIs},           {TestOp::kNotInList, TestOp::kInList},
      {TestOp::kMissing, TestOp::kPresent},    {TestOp::kNotInPrefixes, TestOp::kInPrefixes},
      {TestOp::kNotInTable, TestOp::kInTable}, {TestOp::kNotInGroup, TestOp::kInGroup},
      {TestOp::kLessThan, TestOp::kAtLeast},   {TestOp::kMoreThan, TestOp::kAtMost},
      {TestOp::kNotBefore, TestOp::kBefore},   {TestOp::kNotAfter, TestOp::kAfter}};
  for (const auto& [negative, positive] : kPairs) {
    if (op != negative) continue;
    holds = !holds;
    return positive;
  }
  return op;
}

class DemandFinder {
 public:
  explicit DemandFinder(const Model& model) : model_(model) {}

  std::vector<Demand> Of(const Rule& rule) {
    demands_.clear();
    visits_ = 0;
    if (rule.when != nullptr) Collect(*rule.when, true);
    if (rule.unless != nullptr) Collect(*rule.unless, false);
    return std::move(demands_);
  }

 private:
  // What is left out here only means that a conflict is reported where an exact look would find none.
  static constexpr std::size_t kVisitsMax = 256;

  void Collect(const Expr& expr, bool holds) {
    if (++visits_ > kVisitsMax) return;
    if (expr.kind == ExprKind::kNot) return Collect(*expr.args[0], !holds);
    const bool all = expr.kind == (holds ? ExprKind::kAnd : ExprKind::kOr);
    if (all) {
      for (const Expr* arg : expr.args) Collect(*arg, holds);
      return;
    }
    if (expr.kind == ExprKind::kCondition && expr.args.empty()) {
      const Expr* body = model_.program.conditions[expr.condition().index()].body;
      if (body != nullptr) Collect(*body, holds);
      return;
    }
    if (expr.kind == ExprKind::kTest) AddTest(expr, holds);
    if (expr.kind == ExprKind::kTruth) {
      demands_.push_back(Demand{"", {}, Fingerprint(expr), holds, expr.args[0]->kind == ExprKind::kParameter});
    }
  }

  void AddTest(const Expr& test, bool holds) {
    Demand demand;
    demand.never_in_doubt = IsNeverInDoubt(test);
    Expr positive = test;
    positive.op = Positive(test.op, holds);
    demand.whole = Fingerprint(positive);
    demand.holds = holds;
    const bool is = positive.op == TestOp::kIs && test.args[1]->kind == ExprKind::kConstant;
    const bool in = positive.op == TestOp::kInList;
    if (holds && (is || in)) {
      demand.left = Fingerprint(*test.args[0]);
      if (is) demand.values.push_back(Fingerprint(*test.args[1]));
      if (in) {
        for (const Expr* value : test.args[1]->args) demand.values.push_back(Fingerprint(*value));
      }
      std::sort(demand.values.begin(), demand.values.end());
    }
    demands_.push_back(std::move(demand));
  }

  const Model& model_;
  std::vector<Demand> demands_;
  std::size_t visits_ = 0;
};

bool Disjoint(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both.empty();
}

bool Contradict(const Demand& a, const Demand& b) {
  if (a.whole == b.whole && a.holds != b.holds) return true;
  return !a.left.empty() && a.left == b.left && Disjoint(a.values, b.values);
}

class ConflictFinder {
 public:
  explicit ConflictFinder(Model& model) : model_(model) {}

  void Find(std::vector<Setter>& setters) {
    const bool all_same = std::all_of(setters.begin(), setters.end(),
                                      [&](const Setter& setter) { return setter.value == setters[0].value; });
    if (all_same) return;
    // The left side most rules compare with constants.
    std::map<std::string, std::size_t> counts;
    for (const Setter& setter : setters) {
      for (const Demand& demand : setter.demands) {
        if (!demand.left.empty() && demand.values.size() == 1 && Counts(setter, demand)) ++counts[demand.left];
      }
    }
    std::string key;
    std::size_t most = 0;
    for (const auto& [left, count] : counts) {
      if (count > most) key = left;
      most = std::max(most, count);
    }
    std::map<std::string, std::vector<const Setter*>> buckets;  // by the constant; "" = any
    for (const Setter& setter : setters) buckets[ValueOf(setter, key)].push_back(&setter);
    const std::vector<const Setter*> any = std::exchange(buckets[""], {});
    Compare(any, any);
    for (const auto& [value, bucket] : buckets) {
      Compare(bucket, bucket);
      Compare(bucket, any);
    }
  }

 private:
  static constexpr std::size_t kReported = 20;

  // Does this demand keep the rule from applying where it does not hold? An `on` rule applies in doubt.
  bool Counts(const Setter& setter, const Demand& demand) const {
    return model_.program.rules[setter.rule].kind == RuleKind::kAllow || demand.never_in_doubt;
  }

  std::string ValueOf(const Setter& setter, const std::string& key) const {
    if (key.empty()) return {};
    for (const Demand& demand : setter.demands) {
      if (demand.left == key && demand.values.size() == 1 && Counts(setter, demand)) return demand.values[0];
    }
    return {};
  }

  void Compare(const std::vector<const Setter*>& a, const std::vector<const Setter*>& b) {
    for (const Setter* first : a) {
      for (const Setter* second : b) {
        if (reported_ == kReported) return;
        if (first->rule < second->rule || &a != &b) Compare(*first, *second);
      }
    }
  }

  void Compare(const Setter& a, const Setter& b) {
    if (a.value == b.value || a.rule == b.rule) return;
    const Rule& first = model_.program.rules[a.rule];
    const Rule& second = model_.program.rules[b.rule];
    if (first.shadow || second.shadow || !Overlap(first.operations, second.operations)) return;
    for (const Demand& one : a.demands) {
      for (const Demand& other : b.demands) {
        // One of the two must be certain where the other applies.
        if ((Counts(a, one) || Counts(b, other)) && Contradict(one, other)) return;
      }
    }
    ++reported_;
    const bool in_order = a.rule < b.rule;
    const Setter& early = in_order ? a : b;
    const Setter& late = in_order ? b : a;
    model_.Report(
        Diagnostic(
            Kind::kHeaderConflict, late.set->span,
            fmt::format("rules `{}` and `{}` can set `{}` on one request, to different values",
                        model_.program.rules[early.rule].name, model_.program.rules[late.rule].name, late.set->name))
            .WithLabel(early.set->span, "here too")
            .WithHint("let only one of them set it, or let their tests exclude each other; an `on` rule applies "
                      "also in doubt, which `or else` removes"));
  }

  bool Overlap(OperationSetId a, OperationSetId b) const {
    if (a == b) return true;
    const auto& x = model_.program.operation_sets[a.index()].operations;
    const auto& y = model_.program.operation_sets[b.index()].operations;
    const auto& small = x.size() <= y.size() ? x : y;
    const auto& large = x.size() <= y.size() ? y : x;
    return std::any_of(small.begin(), small.end(),
                       [&large](OperationId id) { return std::binary_search(large.begin(), large.end(), id); });
  }

  Model& model_;
  std::size_t reported_ = 0;
};

}  // namespace

void CheckHeaderConflicts(Model& model) {
  std::map<std::string_view, std::vector<Setter>> by_header;
  DemandFinder finder(model);
  for (std::size_t i = 0; i < model.program.rules.size(); ++i) {
    const Rule& rule = model.program.rules[i];
    if (rule.obligations_index == 0 || !rule.operations.has_value()) continue;
    for (const SetHeader& set : model.program.obligations[rule.obligations_index].set) {
      by_header[set.name].push_back(Setter{i, &set, Fingerprint(*set.value), finder.Of(rule)});
    }
  }
  for (auto& [name, setters] : by_header) ConflictFinder(model).Find(setters);
}

}  // namespace ward::semantic
