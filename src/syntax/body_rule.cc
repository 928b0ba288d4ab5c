// Rules.
#include <fmt/format.h>

#include <array>
#include <string>

#include "syntax/body.h"

namespace ward::syntax {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::array<Lead, 10> kRuleLeads = {{{"allow", LineForm::kAllowClause},
                                              {"deny", LineForm::kDenyClause},
                                              {"require", LineForm::kRequireClause},
                                              {"on", LineForm::kOnClause},
                                              {"for", LineForm::kForClause},
                                              {"when", LineForm::kWhenClause},
                                              {"unless", LineForm::kUnlessClause},
                                              {"with", LineForm::kWithClause},
                                              {"because", LineForm::kBecauseClause},
                                              {"reply", LineForm::kReplyClause}}};

class RuleBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a rule"; }
  [[nodiscard]] std::span<const Lead> leads() const override { return kRuleLeads; }

  void Open(LineForm /*form*/, Children parts) override {
    rule_ = RuleDecl{};
    with_.clear();
    second_verdict_ = false;
    rule_.shadow = parts.Accept(NodeKind::kShadow);
    rule_.name = actions().TakeName(parts);
  }

  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  Decl Close(DeclHead head) override;

 private:
  void AddVerdict(Verdict::Kind kind, Children parts, const LogicalLine& at, const Line& line);
  void AddWith(Children parts, const Line& line);

  RuleDecl rule_;
  std::vector<WithClause> with_;
  bool second_verdict_ = false;
};

void RuleBody::AddVerdict(Verdict::Kind kind, Children parts, const LogicalLine& at, const Line& line) {
  const std::string_view word = FirstWord(actions().text(), at.begin, at.end);
  Verdict verdict;
  verdict.line = line;
  verdict.kind = kind;
  verdict.keyword = actions().SpanOf(at.begin, at.begin + static_cast<std::uint32_t>(word.size()));
  if (kind == Verdict::Kind::kRequire) {
    verdict.demand = actions().TakeExpr(parts);
  } else {
    verdict.operations = actions().TakeOperations(parts);
  }
  if (actions().failed()) return;
  if (!rule_.verdict) {
    rule_.verdict = actions().New(verdict);
    return;
  }
  // What follows belongs to the lost rule, as far as anybody can tell.
  second_verdict_ = true;
  Diagnostic diagnostic(Kind::kTwoVerdicts, verdict.keyword, "a rule has one verdict");
  diagnostic.labels.push_back({rule_.verdict->keyword, "the first stands here"});
  diagnostic.hints.emplace_back("was a `rule` line lost in a merge?");
  // An `allow` could be parted from its condition, and that opens doors: then the author says where the line stood.
  const bool closed = rule_.verdict->kind != Verdict::Kind::kAllow || rule_.when || rule_.unless;
  if (closed && kind != Verdict::Kind::kAllow) {
    diagnostic.fixes.push_back(
        {fmt::format("insert `rule {}-2` before it", rule_.name.text),
         {{actions().SpanOf(at.line_start, at.line_start), fmt::format("rule {}-2\n", rule_.name.text)}}});
  } else {
    diagnostic.hints.emplace_back("insert `rule NAME` where it stood, so that each has its own conditions");
  }
  actions().Fail(std::move(diagnostic));
}

void RuleBody::AddWith(Children parts, const Line& line) {
  WithClause clause;
  clause.line = line;
  const NodeKind kind = parts.front().kind;
  Children inside = parts.Inside();
  if (kind == NodeKind::kSetHeader) {
    const Text header = actions().TakeText(inside);
    clause.obligation = SetHeader{header, actions().TakeOperand(inside)};
  } else if (kind == NodeKind::kStripHeader) {
    clause.obligation = StripHeader{actions().TakeText(inside)};
  } else if (kind == NodeKind::kAudit) {
    clause.obligation = Audit{actions().TakeName(inside)};
  } else {
    clause.obligation = Tag{actions().TakeName(inside)};
  }
  if (!actions().failed()) with_.push_back(clause);
}

void RuleBody::Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) {
  if (form == LineForm::kAllowClause) return AddVerdict(Verdict::Kind::kAllow, parts, at, line);
  if (form == LineForm::kDenyClause) return AddVerdict(Verdict::Kind::kDeny, parts, at, line);
  if (form == LineForm::kOnClause) return AddVerdict(Verdict::Kind::kOn, parts, at, line);
  if (form == LineForm::kRequireClause) return AddVerdict(Verdict::Kind::kRequire, parts, at, line);
  if (second_verdict_) return;
  if (form == LineForm::kForClause) return SetOnce(rule_.for_clause, ReadFor(actions(), parts, line), "for");
  if (form == LineForm::kWhenClause) return SetOnce(rule_.when, ReadWhen(actions(), parts, line), "when");
  if (form == LineForm::kUnlessClause) {
    return SetOnce(rule_.unless, ReadUnless(actions(), parts, line), "unless");
  }
  if (form == LineForm::kWithClause) return AddWith(parts, line);
  if (form == LineForm::kBecauseClause) {
    return SetOnce(rule_.because, BecauseClause{line, actions().TakeBecause(parts)}, "because");
  }
  SetOnce(rule_.reply, ReplyClause{line, actions().TakeReply(parts)}, "reply");
}

Decl RuleBody::Close(DeclHead head) {
  if (!rule_.verdict && !head.broken) {
    ReportMissing(head, fmt::format("rule `{}` has no verdict", rule_.name.text),
                  "say what it does: `allow`, `deny`, `require` or `on`, with operations or a test");
    head.broken = true;
  }
  rule_.head = head;
  rule_.with = actions().Copy(with_);
  return actions().New(rule_);
}

}  // namespace

std::unique_ptr<Body> NewRuleBody(Actions& actions) { return std::make_unique<RuleBody>(actions); }

}  // namespace ward::syntax
