// One graph over all bodies: a node is a condition, a role with `when`, or a computed attribute; an edge is "reads". Depth
// first with a stack of our own, because a chain of conditions can be as long as a bundle. What is left behind is the
// order in which a node comes after all it reads; look-up depth is then one pass in that order.
#include "semantic/cycles.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/budgets.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

class ReadGraph {
 public:
  explicit ReadGraph(const Model& model)
      : program_(model.program),
        roles_at_(program_.conditions.size()),
        attributes_at_(roles_at_ + program_.roles.size()),
        holders_at_(attributes_at_ + program_.attributes.size()),
        reads_(holders_at_ + program_.roles.size()) {
    for (std::size_t i = 0; i < holders_at_; ++i) {
      if (const Expr* body = Body(i)) AddReads(*body, reads_[i]);
    }
    // Whoever has a role that includes r has r.
    for (std::size_t i = 0; i < program_.roles.size(); ++i) {
      reads_[holders_at_ + i].push_back(roles_at_ + i);
      for (const RoleId included : program_.roles[i].includes) {
        reads_[holders_at_ + included.index()].push_back(roles_at_ + i);
      }
      if (program_.subject_roles.has_value()) reads_[NodeOf(program_.subject_roles)].push_back(roles_at_ + i);
    }
  }

  [[nodiscard]] std::size_t size() const { return reads_.size(); }
  [[nodiscard]] const std::vector<std::size_t>& reads(std::size_t node) const { return reads_[node]; }

  // Null: a role that is claimed only, an attribute of the border, or "whoever has role r".
  [[nodiscard]] const Expr* Body(std::size_t node) const {
    if (node < roles_at_) return program_.conditions[node].body;
    if (node < attributes_at_) return program_.roles[node - roles_at_].when;
    return node < holders_at_ ? program_.attributes[node - attributes_at_].computed : nullptr;
  }
  [[nodiscard]] std::string_view Name(std::size_t node) const {
    if (node < roles_at_) return program_.conditions[node].name;
    if (node < attributes_at_) return program_.roles[node - roles_at_].name;
    return program_.attributes[node - attributes_at_].name;
  }
  [[nodiscard]] base::Span Span(std::size_t node) const {
    if (node < roles_at_) return program_.conditions[node].span;
    if (node < attributes_at_) return program_.roles[node - roles_at_].span;
    return program_.attributes[node - attributes_at_].span;
  }
  [[nodiscard]] Kind CycleKind(std::size_t node) const {
    if (node < roles_at_) return Kind::kConditionCycle;
    return node < attributes_at_ ? Kind::kRoleCycle : Kind::kAttributeCycle;
  }
  [[nodiscard]] std::size_t NodeOf(ConditionId id) const { return id.index(); }
  [[nodiscard]] std::size_t NodeOf(AttributeId id) const { return attributes_at_ + id.index(); }

 private:
  void AddReads(const Expr& expr, std::vector<std::size_t>& reads) const {
    if (expr.kind == ExprKind::kCondition) reads.push_back(NodeOf(expr.condition()));
    if (expr.kind == ExprKind::kAttribute) reads.push_back(NodeOf(expr.attribute()));
    // `subject.roles has editor` asks about editor only, and who includes it.
    if (expr.kind == ExprKind::kTest && AsksRoles(expr)) {
      for (const Expr* member : Members(*expr.args[1])) {
        reads.push_back(holders_at_ + static_cast<std::size_t>(member->constant->number));
      }
      return;
    }
    for (const Expr* arg : expr.args) AddReads(*arg, reads);
  }

  [[nodiscard]] bool AsksRoles(const Expr& test) const {
    const bool has = test.op == TestOp::kHas || test.op == TestOp::kHasAnyOf || test.op == TestOp::kHasAllOf;
    if (!has || test.args[0]->kind != ExprKind::kAttribute) return false;
    if (!program_.attributes[test.args[0]->attribute().index()].roles) return false;
    return test.args[1]->kind == ExprKind::kConstant || test.args[1]->kind == ExprKind::kList;
  }

  static std::vector<const Expr*> Members(const Expr& right) {
    if (right.kind == ExprKind::kConstant) return {&right};
    return {right.args.begin(), right.args.end()};
  }

  const Program& program_;
  std::size_t roles_at_;
  std::size_t attributes_at_;
  std::size_t holders_at_;  // "whoever has role r", so that many who ask do not list all who include r
  std::vector<std::vector<std::size_t>> reads_;
};

using Path = std::vector<std::pair<std::size_t, std::size_t>>;  // node, next edge

void ReportCycle(Model& model, const ReadGraph& graph, const Path& path, std::size_t to) {
  std::vector<std::size_t> cycle;  // what has a body, and so a place in the text
  bool inside = false;
  for (const auto& [node, next] : path) {
    inside = inside || node == to;
    if (inside && graph.Body(node) != nullptr) cycle.push_back(node);
  }
  std::size_t first = cycle[0];
  std::string names;
  for (const std::size_t node : cycle) {
    names += fmt::format("{}, ", graph.Name(node));
    if (graph.CycleKind(node) < graph.CycleKind(first)) first = node;
  }
  names += graph.Name(cycle[0]);
  const Kind kind = graph.CycleKind(first);
  const std::string_view what = kind == Kind::kConditionCycle ? "conditions"
                                : kind == Kind::kRoleCycle    ? "roles"
                                                              : "attributes";
  Diagnostic diagnostic(kind, graph.Span(first), fmt::format("{} may not lead back to themselves: {}", what, names));
  constexpr std::size_t kLabelled = 4;
  for (std::size_t i = 0; i < cycle.size() && diagnostic.labels.size() < kLabelled; ++i) {
    if (cycle[i] == first) continue;
    const std::string_view next = graph.Name(cycle[(i + 1) % cycle.size()]);
    diagnostic.labels.push_back({graph.Span(cycle[i]), fmt::format("reads `{}`", next)});
  }
  model.Report(std::move(diagnostic));
}

// Marks the nodes of a cycle; false if one of them is part of a cycle that was reported.
bool MarkNew(const ReadGraph& graph, const Path& path, std::size_t to, std::vector<bool>& told) {
  bool inside = false;
  bool fresh = true;
  for (const auto& [node, next] : path) {
    inside = inside || node == to;
    if (!inside || graph.Body(node) == nullptr) continue;
    fresh = fresh && !told[node];
    told[node] = true;
  }
  return fresh;
}

// Every node after all it reads; nothing if there is a cycle (each one reported).
std::optional<std::vector<std::size_t>> Order(Model& model, const ReadGraph& graph) {
  std::vector<std::size_t> order;
  std::vector<std::uint8_t> state(graph.size(), 0);
  std::vector<bool> told(graph.size(), false);
  Path path;
  bool cyclic = false;
  for (std::size_t start = 0; start < state.size(); ++start) {
    if (state[start] == 0) path.emplace_back(start, 0);
    while (!path.empty()) {
      const std::size_t node = path.back().first;
      state[node] = 1;
      if (path.back().second == graph.reads(node).size()) {
        state[node] = 2;
        order.push_back(node);
        path.pop_back();
        continue;
      }
      const std::size_t to = graph.reads(node)[path.back().second++];
      if (state[to] == 1) {
        cyclic = true;
        if (MarkNew(graph, path, to, told)) ReportCycle(model, graph, path, to);
      } else if (state[to] == 0) {
        path.emplace_back(to, 0);
      }
    }
  }
  return cyclic ? std::nullopt : std::optional(std::move(order));
}

// How many look-ups nest, computed once a node. For a condition also how many stand above each of its parameters, so that
// a call with a look-up as argument counts in full.
class DepthCounter {
 public:
  DepthCounter(Model& model, const ReadGraph& graph)
      : model_(model), graph_(graph), depth_(graph.size(), 0), above_(graph.size()) {}

  void Count(std::size_t node) {
    const Expr* body = graph_.Body(node);
    if (node < model_.program.conditions.size()) {
      params_ = &above_[node];
      params_->assign(model_.program.conditions[node].params.size(), 0);
    }
    if (body == nullptr) return;  // poisoned, or read at the border
    depth_[node] = Depth(*body, 0);
    params_ = nullptr;
    if (depth_[node] <= kMost) return;
    Report(*body);
    depth_[node] = 0;  // what builds on it would repeat it
  }

  void CheckBody(const Expr* expr) {
    if (expr != nullptr && Depth(*expr, 0) > kMost) Report(*expr);
  }

 private:
  static constexpr std::size_t kMost = base::budget::kLookupDepthMax;

  // `outside`: look-ups in whose key this stands.
  std::size_t Depth(const Expr& expr, std::size_t outside) {
    std::size_t deepest = 0;
    if (expr.kind == ExprKind::kConditionParam && params_ != nullptr) {
      (*params_)[expr.ref] = std::max((*params_)[expr.ref], outside);
    }
    if (expr.kind == ExprKind::kAttribute) deepest = depth_[graph_.NodeOf(expr.attribute())];
    if (expr.kind == ExprKind::kCondition) deepest = depth_[graph_.NodeOf(expr.condition())];
    const std::size_t here = expr.kind == ExprKind::kLookup ? 1 : 0;
    for (std::size_t i = 0; i < expr.args.size(); ++i) {
      std::size_t above = here;
      if (expr.kind == ExprKind::kCondition) above = above_[graph_.NodeOf(expr.condition())][i];
      deepest = std::max(deepest, above + Depth(*expr.args[i], outside + above));
    }
    const std::size_t depth = std::max(deepest, here);
    if (depth > kMost && culprit_ == nullptr && expr.kind == ExprKind::kLookup) culprit_ = &expr;
    return depth;
  }

  void Report(const Expr& whole) {
    const Expr& culprit = culprit_ != nullptr ? *culprit_ : whole;
    culprit_ = nullptr;
    model_.Report(
        Diagnostic(Kind::kLookupDepth, culprit.span, fmt::format("look-ups nest at most {} deep", kMost))
            .WithHint("attributes and conditions that look something up count too; put the answer into one table"));
  }

  Model& model_;
  const ReadGraph& graph_;
  std::vector<std::size_t> depth_;
  std::vector<std::vector<std::size_t>> above_;
  std::vector<std::size_t>* params_ = nullptr;
  const Expr* culprit_ = nullptr;
};

}  // namespace

bool CheckCyclesAndDepth(Model& model) {
  const ReadGraph graph(model);
  const auto order = Order(model, graph);
  if (!order.has_value()) return false;
  DepthCounter counter(model, graph);
  for (const std::size_t node : *order) counter.Count(node);
  for (const Rule& rule : model.program.rules) {
    counter.CheckBody(rule.require);
    counter.CheckBody(rule.when);
    counter.CheckBody(rule.unless);
  }
  for (const Limit& limit : model.program.limits) {
    counter.CheckBody(limit.when);
    counter.CheckBody(limit.unless);
    counter.CheckBody(limit.amount);
    counter.CheckBody(limit.burst);
    counter.CheckBody(limit.cost);
    for (const Expr* key : limit.keys) counter.CheckBody(key);
  }
  return true;
}

}  // namespace ward::semantic
