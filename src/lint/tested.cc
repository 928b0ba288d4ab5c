// Which rules the tests of a bundle reach at all. What a test sends is matched generously (any host, any value of a
// parameter), so that a rule is called untested only if no request of any test could meet it.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "lint/lints.h"

namespace ward::lint {
namespace {

// The segments of "api.example.com/orders/42?x=1": "orders", "42".
std::vector<std::string_view> SegmentsOf(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  const std::size_t slash = target.find('/');
  std::vector<std::string_view> segments;
  if (slash == std::string_view::npos) return segments;
  target.remove_prefix(slash);
  while (!target.empty()) {
    target.remove_prefix(1);
    const std::string_view segment = target.substr(0, target.find('/'));
    if (!segment.empty()) segments.push_back(segment);
    target.remove_prefix(segment.size());
  }
  return segments;
}

bool Matches(const std::vector<semantic::RouteSegment>& route, const std::vector<std::string_view>& segments) {
  using Kind = semantic::RouteSegment::Kind;
  for (std::size_t i = 0; i < route.size(); ++i) {
    if (route[i].kind == Kind::kRest) return true;
    const std::string_view segment = i < segments.size() ? segments[i] : std::string_view();  // "/" is one empty one
    if (route[i].kind == Kind::kLiteral && route[i].text != segment) return false;
    if (route[i].kind != Kind::kLiteral && segment.empty()) return false;
  }
  return segments.size() <= route.size();
}

class Reach {
 public:
  explicit Reach(const View& view) : view_(view), sent_(view.program.operations.size(), false) {
    for (const auto& file : view.checked.parsed) {
      syntax::ForEach<syntax::TestDecl>(*file, [this](const syntax::TestDecl& test) { Add(test); });
    }
  }

  [[nodiscard]] bool any_test() const { return any_test_; }
  [[nodiscard]] bool Meets(const semantic::Rule& rule) const {
    if (everything_ || named_.contains(rule.name)) return true;
    const auto& operations = view_.Operations(rule.operations);
    return std::any_of(operations.begin(), operations.end(),
                       [this](semantic::OperationId id) { return sent_[id.index()]; });
  }

 private:
  void Add(const syntax::TestDecl& test) {
    any_test_ = true;
    for (const syntax::TestStep& step : test.steps) {
      if (const auto* send = std::get_if<syntax::SendStep>(&step.step)) Add(send->send);
      if (const auto* expect = std::get_if<syntax::ExpectStep>(&step.step)) Add(expect->outcomes);
    }
    for (const syntax::TestRow& row : test.rows) {
      for (const syntax::TestCell& cell : row.cells) {
        if (const auto* send = std::get_if<syntax::Send>(&cell.value)) Add(*send);
        if (const auto* outcomes = std::get_if<syntax::List<syntax::Outcome>>(&cell.value)) Add(*outcomes);
      }
    }
  }

  void Add(const syntax::Send& send) {
    if (std::holds_alternative<syntax::RecordedRequest>(send.what)) everything_ = true;
    const auto* named = std::get_if<syntax::NamedOperation>(&send.what);
    const auto* path = std::get_if<syntax::MethodAndPath>(&send.what);
    const std::vector<std::string_view> segments =
        path == nullptr ? std::vector<std::string_view>() : SegmentsOf(path->path.text);
    for (std::size_t i = 0; i < sent_.size(); ++i) {
      const semantic::Operation& operation = view_.program.operations[i];
      if (named != nullptr && operation.name == named->name.segments.back().text) sent_[i] = true;
      if (path == nullptr || operation.method != path->method.text) continue;
      // What is not in normal form may become anything.
      const bool normal =
          path->path.text.find('%') == std::string_view::npos && path->path.text.find("/.") == std::string_view::npos;
      if (!normal || Matches(operation.route, segments)) sent_[i] = true;
    }
  }

  void Add(syntax::List<syntax::Outcome> outcomes) {
    for (const syntax::Outcome& outcome : outcomes) {
      const auto* verdict = std::get_if<syntax::ExpectVerdict>(&outcome.what);
      if (verdict != nullptr && verdict->by.has_value()) named_.insert(verdict->by->segments.back().text);
    }
  }

  const View& view_;
  std::vector<bool> sent_;  // by operation
  std::unordered_set<std::string_view> named_;
  bool everything_ = false;  // a recorded request: nobody knows here what it is
  bool any_test_ = false;
};

}  // namespace

void UntestedRule(const View& view, diag::Sink& sink) {
  const Reach reach(view);
  for (const semantic::Rule& rule : view.program.rules) {
    const auto& operations = view.Operations(rule.operations);
    if (operations.empty() || !view.IsOwn(rule.span.file) || reach.Meets(rule)) continue;
    if (!reach.any_test()) {
      return sink.Report(diag::Diagnostic(diag::Kind::kUntestedRule, rule.span, "no rule of this bundle has a test")
                             .WithHint("write a `test` beside it, or in a file of its own, `NAME.test.ward`"));
    }
    const std::string_view first = view.Operation(operations.front()).name;
    sink.Report(
        diag::Diagnostic(
            diag::Kind::kUntestedRule, rule.span,
            operations.size() == 1
                ? fmt::format("no test reaches `{}`: none sends `{}`", rule.name, first)
                : fmt::format("no test reaches `{}`: none sends `{}` or another operation it covers", rule.name, first))
            .WithHint(fmt::format("add a test with `send {}` and `expect .. by {}`", first, rule.name)));
  }
}

}  // namespace ward::lint
