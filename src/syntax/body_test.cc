// Given, test and prove.
#include "syntax/body.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace ward::syntax {
namespace {

using diag::Diagnostic;
using diag::Kind;

Presence ReadPresence(std::string_view spelling) {
  return spelling.ends_with("present") ? Presence::kPresent : Presence::kMissing;
}

// `is missing`, `is present` or the operand after `is`.
std::variant<Presence, const Expr*> TakeValue(Actions& take, Children& from) {
  if (!from.At(NodeKind::kPresence)) return take.TakeOperand(from);
  const Presence presence = ReadPresence(take.TextOf(from.front()));
  from.Skip();
  return presence;
}

Binding TakeBinding(Actions& take, Children& from) {
  Binding binding;
  binding.span = take.SpanOf(from.front());
  Children inside = from.Inside();
  from.Skip();
  binding.target = take.TakeTerm(inside);
  binding.value = TakeValue(take, inside);
  return binding;
}

class GivenBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a given"; }
  [[nodiscard]] bool begins_with_names() const override { return true; }
  [[nodiscard]] std::optional<LineForm> FormOf(const LogicalLine& /*line*/, std::string_view /*word*/) const override {
    return LineForm::kBindingLine;
  }
  void Open(LineForm /*form*/, Children parts) override {
    given_ = GivenDecl{};
    bindings_.clear();
    given_.name = actions().TakeName(parts);
    if (parts.empty()) return;
    Children like = parts.Inside();
    given_.like = actions().TakeName(like);
  }
  void Add(LineForm /*form*/, Children parts, const LogicalLine& /*at*/, const Line& line) override {
    const BindingLine binding{line, TakeBinding(actions(), parts)};
    if (!actions().failed()) bindings_.push_back(binding);
  }
  Decl Close(DeclHead head) override {
    given_.head = head;
    given_.bindings = actions().Copy(bindings_);
    return actions().New(given_);
  }

 private:
  GivenDecl given_;
  std::vector<BindingLine> bindings_;
};

// ---- test ----

constexpr std::array<Lead, 8> kTestLeads = {{{"given", LineForm::kGivenStep},
                                             {"with", LineForm::kWithStep},
                                             {"at", LineForm::kAtStep},
                                             {"wait", LineForm::kWaitStep},
                                             {"only", LineForm::kOnlyStep},
                                             {"send", LineForm::kSendStep},
                                             {"expect", LineForm::kExpectStep},
                                             {"|", LineForm::kCellsLine}}};

class TestBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a test"; }
  [[nodiscard]] std::span<const Lead> leads() const override { return kTestLeads; }
  [[nodiscard]] std::optional<LineForm> FormOf(const LogicalLine& line, std::string_view word) const override {
    if (actions().text()[line.begin] == '|') return LineForm::kCellsLine;
    return Body::FormOf(line, word);
  }

  void Open(LineForm /*form*/, Children parts) override {
    test_ = TestDecl{};
    steps_.clear();
    columns_.clear();
    rows_.clear();
    head_seen_ = false;
    test_.name = actions().TakeText(parts);
  }
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  void AddBroken(LineForm form, const LogicalLine& /*at*/, const Line& /*line*/) override {
    if (form == LineForm::kCellsLine) head_seen_ = true;
  }
  Decl Close(DeclHead head) override;

 private:
  Send TakeSend(Children& from);
  Outcome TakeOutcome(Children& from);
  List<Outcome> TakeOutcomes(Children& from);
  ExpectVerdict TakeVerdict(Children inside);
  void AddColumns(const std::vector<LogicalLine>& cells, const Line& line);
  void AddRow(const std::vector<LogicalLine>& cells, const Line& line);
  TestCell ReadCell(const LogicalLine& at, TestColumn::Kind kind);
  [[nodiscard]] std::vector<LogicalLine> CellsOf(Children parts) const;

  TestDecl test_;
  std::vector<TestStep> steps_;
  std::vector<TestColumn> columns_;
  std::vector<TestRow> rows_;
  bool head_seen_ = false;
  LineTree cell_tree_;
};

Send TestBody::TakeSend(Children& from) {
  Actions& take = actions();
  Send send;
  send.span = take.SpanOf(from.front());
  Children inside = from.Inside();
  from.Skip();
  if (inside.At(NodeKind::kDotted)) {
    send.what = NamedOperation{take.TakeDotted(inside)};
  } else {
    Children what = inside.Inside();
    if (inside.At(NodeKind::kByPath)) {
      const Name method{take.SpanOf(what.front()), take.TextOf(what.front()), false};
      what.Skip();
      send.what = MethodAndPath{method, take.TakeText(what)};
    } else {
      send.what = RecordedRequest{take.TakeText(what)};
    }
    inside.Skip();
  }
  for (; !inside.empty(); inside.Skip()) {
    Children value = inside.Inside();
    if (inside.At(NodeKind::kTimes)) send.times = take.TakeInt(value);
    if (inside.At(NodeKind::kEvery)) send.every = take.TakeTerm(value);
    if (inside.At(NodeKind::kLasting)) send.lasting = take.TakeTerm(value);
    if (inside.At(NodeKind::kAnswered)) send.answered = take.TakeInt(value);
    if (inside.At(NodeKind::kCosting)) send.costing = take.TakeInt(value);
  }
  return send;
}

ExpectVerdict TestBody::TakeVerdict(Children inside) {
  ExpectVerdict verdict;
  if (inside.At(NodeKind::kInt)) verdict.count = actions().TakeInt(inside);
  verdict.shadow = inside.Accept(NodeKind::kShadow);
  const std::string_view word = actions().TextOf(inside.front());
  inside.Skip();
  if (word == "deny") verdict.kind = ExpectVerdict::Kind::kDeny;
  if (word == "challenge") verdict.kind = ExpectVerdict::Kind::kChallenge;
  if (word == "throttle") verdict.kind = ExpectVerdict::Kind::kThrottle;
  if (!inside.empty()) {
    Children by = inside.Inside();
    verdict.by = actions().TakeDotted(by);
  }
  return verdict;
}

Outcome TestBody::TakeOutcome(Children& from) {
  using enum NodeKind;
  Actions& take = actions();
  Outcome outcome;
  outcome.span = take.SpanOf(from.front());
  const NodeKind kind = from.front().kind;
  if (kind == kReply) {
    outcome.what = take.TakeReply(from);
    return outcome;
  }
  if (kind == kBecause) {
    outcome.what = take.TakeBecause(from);
    return outcome;
  }
  Children inside = from.Inside();
  from.Skip();
  if (kind == kRetryAfter) outcome.what = ExpectRetryAfter{take.TakeTerm(inside)};
  if (kind == kSlowedBy) outcome.what = ExpectSlowedBy{take.TakeTerm(inside)};
  if (kind == kExpectZone) outcome.what = ExpectZone{take.TakeName(inside)};
  if (kind == kAudit) outcome.what = Audit{take.TakeName(inside)};
  if (kind == kTag) outcome.what = Tag{take.TakeName(inside)};
  if (kind == kExpectVerdict) outcome.what = TakeVerdict(inside);
  if (kind == kExpectHeader) {
    const Text header = take.TakeText(inside);
    outcome.what = ExpectHeader{header, TakeValue(take, inside)};
  }
  return outcome;
}

List<Outcome> TestBody::TakeOutcomes(Children& from) {
  std::vector<Outcome> outcomes;
  while (!from.empty()) outcomes.push_back(TakeOutcome(from));
  return actions().Copy(outcomes);
}

// The cells of a row as lines of their own, without the blanks around them.
std::vector<LogicalLine> TestBody::CellsOf(Children parts) const {
  std::vector<LogicalLine> cells;
  for (; !parts.empty(); parts.Skip()) {
    LogicalLine cell;
    cell.begin = parts.front().begin;
    cell.end = parts.front().end;
    const std::string_view text = actions().text();
    while (cell.begin < cell.end && (text[cell.begin] == ' ' || text[cell.begin] == '\t')) ++cell.begin;
    while (cell.begin < cell.end && (text[cell.end - 1] == ' ' || text[cell.end - 1] == '\t')) --cell.end;
    cell.line_start = cell.begin;
    cells.push_back(cell);
  }
  return cells;
}

void TestBody::AddColumns(const std::vector<LogicalLine>& cells, const Line& line) {
  head_seen_ = true;
  test_.columns_line = line;
  for (const LogicalLine& cell : cells) {
    if (!actions().Match(cell_tree_, LineForm::kColumnCell, cell)) return;
    TestColumn column;
    column.span = actions().SpanOf(cell.begin, cell.end);
    const std::string_view text = actions().TextOf(column.span);
    if (text == "send") column.kind = TestColumn::Kind::kSend;
    if (text == "expect") column.kind = TestColumn::Kind::kExpect;
    Children parts = cell_tree_.top();
    if (column.kind == TestColumn::Kind::kBind) column.target = actions().TakeTerm(parts);
    columns_.push_back(column);
  }
}

TestCell TestBody::ReadCell(const LogicalLine& at, TestColumn::Kind kind) {
  TestCell cell;
  cell.span = actions().SpanOf(at.begin, at.end);
  cell.value = EmptyCell{};
  if (at.begin == at.end) return cell;
  LineForm form = LineForm::kBindCell;
  if (kind == TestColumn::Kind::kSend) form = LineForm::kSendCell;
  if (kind == TestColumn::Kind::kExpect) form = LineForm::kExpectCell;
  if (!actions().Match(cell_tree_, form, at)) return cell;
  Children parts = cell_tree_.top();
  if (kind == TestColumn::Kind::kSend) {
    cell.value = TakeSend(parts);
  } else if (kind == TestColumn::Kind::kExpect) {
    cell.value = TakeOutcomes(parts);
  } else {
    const std::variant<Presence, const Expr*> value = TakeValue(actions(), parts);
    std::visit([&](const auto& given) { cell.value = given; }, value);
  }
  return cell;
}

void TestBody::AddRow(const std::vector<LogicalLine>& cells, const Line& line) {
  if (columns_.empty()) return;  // the broken header has been reported
  if (cells.size() != columns_.size()) {
    actions().Fail(
        Diagnostic(Kind::kBadTable, line.span,
                   fmt::format("this row has {} cells, the table has {} columns", cells.size(), columns_.size()))
            .WithLabel(test_.columns_line.span, "the columns")
            .WithHint("an empty cell is written `| |`"));
    return;
  }
  std::vector<TestCell> row;
  for (std::size_t i = 0; i < cells.size() && !actions().failed(); ++i) {
    row.push_back(ReadCell(cells[i], columns_[i].kind));
  }
  if (!actions().failed()) rows_.push_back(TestRow{line, actions().Copy(row)});
}

void TestBody::Add(LineForm form, Children parts, const LogicalLine& /*at*/, const Line& line) {
  using enum LineForm;
  Actions& take = actions();
  if (form == kCellsLine) {
    const std::vector<LogicalLine> cells = CellsOf(parts);
    if (head_seen_) return AddRow(cells, line);
    AddColumns(cells, line);
    if (take.failed()) columns_.clear();
    return;
  }
  TestStep step;
  step.line = line;
  if (form == kGivenStep) step.step = GivenStep{take.TakeNames(parts)};
  if (form == kWithStep) step.step = WithStep{TakeBinding(take, parts)};
  if (form == kAtStep) step.step = AtStep{take.TakeTerm(parts)};
  if (form == kWaitStep) step.step = WaitStep{take.TakeTerm(parts)};
  if (form == kOnlyStep) step.step = OnlyStep{take.TakeDotted(parts)};
  if (form == kSendStep) step.step = SendStep{TakeSend(parts)};
  if (form == kExpectStep) step.step = ExpectStep{TakeOutcomes(parts)};
  if (!take.failed()) steps_.push_back(step);
}

Decl TestBody::Close(DeclHead head) {
  test_.head = head;
  test_.steps = actions().Copy(steps_);
  test_.columns = actions().Copy(columns_);
  test_.rows = actions().Copy(rows_);
  return actions().New(test_);
}

// ---- prove ----

constexpr std::array<Lead, 9> kProveLeads = {{{"hiding", LineForm::kHidingClause},
                                              {"every", LineForm::kEveryOperationClause},
                                              {"no", LineForm::kComparedClause},
                                              {"same", LineForm::kComparedClause},
                                              {"never", LineForm::kNeverClause},
                                              {"always", LineForm::kNeverClause},
                                              {"for", LineForm::kForClause},
                                              {"when", LineForm::kWhenClause},
                                              {"unless", LineForm::kUnlessClause}}};

class ProveBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a proof"; }
  [[nodiscard]] std::span<const Lead> leads() const override { return kProveLeads; }
  void Open(LineForm /*form*/, Children parts) override {
    prove_ = ProveDecl{};
    prove_.name = actions().TakeText(parts);
  }
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  Decl Close(DeclHead head) override;

 private:
  ClaimLine ReadClaim(LineForm form, Children parts, const Line& line);

  ProveDecl prove_;
};

ClaimLine ProveBody::ReadClaim(LineForm form, Children parts, const Line& line) {
  ClaimLine claim;
  claim.line = line;
  if (form == LineForm::kEveryOperationClause) claim.claim = EveryOperationCanBeAllowed{};
  if (form == LineForm::kComparedClause) {
    Compared compared;
    if (parts.At(NodeKind::kNoNarrower)) compared.how = Compared::How::kNoNarrower;
    if (parts.At(NodeKind::kSameAs)) compared.how = Compared::How::kSame;
    parts.Skip();
    compared.with = actions().TakeText(parts);
    claim.claim = compared;
  }
  if (form == LineForm::kNeverClause) {
    NeverOrAlways never;
    never.always = parts.At(NodeKind::kAlways);
    parts.Skip();
    never.what = actions().TakeName(parts);
    if (!parts.empty()) never.argument = actions().TakeName(parts);
    claim.claim = never;
  }
  return claim;
}

void ProveBody::Add(LineForm form, Children parts, const LogicalLine& /*at*/, const Line& line) {
  if (form == LineForm::kForClause) return SetOnce(prove_.for_clause, ReadFor(actions(), parts, line), "for");
  if (form == LineForm::kWhenClause) return SetOnce(prove_.when, ReadWhen(actions(), parts, line), "when");
  if (form == LineForm::kUnlessClause) return SetOnce(prove_.unless, ReadUnless(actions(), parts, line), "unless");
  SetOnce(prove_.claim, ReadClaim(form, parts, line), "claim");
}

Decl ProveBody::Close(DeclHead head) {
  if (!head.broken && !prove_.claim) {
    ReportMissing(head, "this proof claims nothing", "add a claim such as `never allow` or `hiding never helps`");
    head.broken = true;
  }
  prove_.head = head;
  return actions().New(prove_);
}

}  // namespace

std::unique_ptr<Body> NewGivenBody(Actions& actions) { return std::make_unique<GivenBody>(actions); }
std::unique_ptr<Body> NewTestBody(Actions& actions) { return std::make_unique<TestBody>(actions); }
std::unique_ptr<Body> NewProveBody(Actions& actions) { return std::make_unique<ProveBody>(actions); }

}  // namespace ward::syntax
