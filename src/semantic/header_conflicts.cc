// Two rules that set one header to different values, both on one request (E58).
//
// Exact would be a decision procedure; here: two rules meet unless their operations are disjoint, or one demands a test
// that the other denies. An `on` rule also applies in doubt, so that between two of them only tests that are never in doubt
// count; an `allow` applies only if it is certain, and whatever it is certain of is certainly not otherwise.
// On an anonymous operation a test of identity in an `on` rule is waived, so there it excludes nothing between two of them.
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
  bool reads_identity = false;
};

struct Setter {
  std::size_t rule = 0;
  const SetHeader* set = nullptr;
  std::string value;
  std::vector<Demand> demands;
};

TestOp Positive(TestOp op, bool& holds) {
  constexpr std::pair<TestOp, TestOp> kPairs[] = {
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

// Which attributes are of token, subject or credential, also through others.
std::vector<bool> IdentityAttributes(const Program& program) {
  std::vector<std::vector<std::size_t>> read_by(program.attributes.size());
  std::vector<bool> identity(program.attributes.size(), false);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < program.attributes.size(); ++i) {
    const Attribute& attribute = program.attributes[i];
    const bool of_identity = attribute.source == AttributeSource::kToken ||
                             attribute.source == AttributeSource::kSubject ||
                             attribute.source == AttributeSource::kCredential;
    if (attribute.computed == nullptr && of_identity) found.push_back(i);
    std::vector<const Expr*> stack;
    if (attribute.computed != nullptr) stack.push_back(attribute.computed);
    while (!stack.empty()) {
      const Expr* expr = stack.back();
      stack.pop_back();
      if (expr->kind == ExprKind::kAttribute) read_by[expr->attribute().index()].push_back(i);
      stack.insert(stack.end(), expr->args.begin(), expr->args.end());
    }
  }
  while (!found.empty()) {
    const std::size_t at = found.back();
    found.pop_back();
    if (identity[at]) continue;
    identity[at] = true;
    found.insert(found.end(), read_by[at].begin(), read_by[at].end());
  }
  return identity;
}

class DemandFinder {
 public:
  explicit DemandFinder(const Model& model) : model_(model), identity_(IdentityAttributes(model.program)) {}

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
      const bool certain = expr.args[0]->kind == ExprKind::kParameter;
      demands_.push_back(Demand{"", {}, Fingerprint(expr), holds, certain, ReadsIdentity(expr)});
    }
  }

  [[nodiscard]] bool ReadsIdentity(const Expr& expr) const {
    if (expr.kind == ExprKind::kAttribute && identity_[expr.attribute().index()]) return true;
    return std::any_of(expr.args.begin(), expr.args.end(), [this](const Expr* arg) { return ReadsIdentity(*arg); });
  }

  void AddTest(const Expr& test, bool holds) {
    Demand demand;
    demand.never_in_doubt = IsNeverInDoubt(test);
    demand.reads_identity = ReadsIdentity(test);
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
  std::vector<bool> identity_;
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
        if (Divides(setter, demand)) ++counts[demand.left];
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

  // May rules be put into buckets by this demand: does it always keep apart whom it tells apart?
  bool Divides(const Setter& setter, const Demand& demand) {
    if (demand.left.empty() || demand.values.size() != 1 || !Counts(setter, demand)) return false;
    const Rule& rule = model_.program.rules[setter.rule];
    return rule.kind != RuleKind::kOn || !demand.reads_identity || !HasAnonymous(rule.operations);
  }

  bool HasAnonymous(OperationSetId id) {
    const auto [it, fresh] = anonymous_.try_emplace(id, false);
    if (!fresh) return it->second;
    const auto& operations = model_.program.operation_sets[id.index()].operations;
    it->second = std::any_of(operations.begin(), operations.end(), [this](OperationId operation) {
      return model_.program.operations[operation.index()].anonymous;
    });
    return it->second;
  }

  std::string ValueOf(const Setter& setter, const std::string& key) {
    if (key.empty()) return {};
    for (const Demand& demand : setter.demands) {
      if (demand.left == key && Divides(setter, demand)) return demand.values[0];
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
    if (first.shadow || second.shadow || !Overlap(first, second, false)) return;
    const bool both_on = first.kind == RuleKind::kOn && second.kind == RuleKind::kOn;
    const bool waived = both_on && Overlap(first, second, true);
    for (const Demand& one : a.demands) {
      for (const Demand& other : b.demands) {
        // One of the two must be certain where the other applies.
        if (waived && (one.reads_identity || other.reads_identity)) continue;
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

  // Whether an operation is in both; with `anonymous`, one that is anonymous.
  bool Overlap(const Rule& a, const Rule& b, bool anonymous) const {
    const auto& x = model_.program.operation_sets[a.operations.index()].operations;
    const auto& y = model_.program.operation_sets[b.operations.index()].operations;
    const auto& small = x.size() <= y.size() ? x : y;
    const auto& large = x.size() <= y.size() ? y : x;
    return std::any_of(small.begin(), small.end(), [&](OperationId id) {
      const bool counts = !anonymous || model_.program.operations[id.index()].anonymous;
      return counts && std::binary_search(large.begin(), large.end(), id);
    });
  }

  Model& model_;
  std::size_t reported_ = 0;
  std::unordered_map<OperationSetId, bool> anonymous_;
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
