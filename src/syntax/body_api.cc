// APIs and attributes: bodies whose lines begin with names of the author's own.
#include <array>
#include <string>

#include "syntax/body.h"

namespace ward::syntax {
namespace {

using diag::Diagnostic;
using diag::Kind;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

class ApiBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "an api"; }
  [[nodiscard]] bool begins_with_names() const override { return true; }
  [[nodiscard]] std::optional<LineForm> FormOf(const LogicalLine& line, std::string_view word) const override;

  void Open(LineForm /*form*/, Children parts) override {
    api_ = ApiDecl{};
    operations_.clear();
    groups_.clear();
    api_.name = actions().TakeName(parts);
    Children inside = parts.empty() ? parts : parts.Inside();
    if (parts.At(NodeKind::kHosts)) api_.hosts = actions().TakeTexts(inside);
    if (parts.At(NodeKind::kFromText)) api_.from = actions().TakeText(inside);
  }
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  void AddBroken(LineForm form, const LogicalLine& at, const Line& line) override;
  Decl Close(DeclHead head) override;

 private:
  void AddOperation(Children parts, const Line& line);

  ApiDecl api_;
  std::vector<OperationLine> operations_;
  std::vector<GroupLine> groups_;
};

// `group NAME ..` unless it is an operation called group: `group GET /group`.
std::optional<LineForm> ApiBody::FormOf(const LogicalLine& line, std::string_view word) const {
  if (word != "group") return LineForm::kOperationLine;
  std::uint32_t at = line.begin + 5;
  while (at < line.end && IsBlank(actions().text()[at])) ++at;
  const std::string_view second = FirstWord(actions().text(), at, line.end);
  at += static_cast<std::uint32_t>(second.size());
  while (at < line.end && IsBlank(actions().text()[at])) ++at;
  const char next = at < line.end ? actions().text()[at] : '\0';
  return next == '/' || next == '"' ? LineForm::kOperationLine : LineForm::kGroupLine;
}

void ApiBody::AddOperation(Children parts, const Line& line) {
  OperationLine operation;
  operation.line = line;
  operation.name = actions().TakeName(parts);
  if (parts.At(NodeKind::kMethod)) {
    operation.method = Name{actions().SpanOf(parts.front()), actions().TextOf(parts.front()), false};
    parts.Skip();
    operation.route = actions().TakeRoute(parts);
  } else {
    operation.action = actions().TakeText(parts);
    if (parts.At(NodeKind::kOnResource)) {
      Children inside = parts.Inside();
      operation.resource_type = actions().TakeText(inside);
      parts.Skip();
    }
  }
  if (parts.At(NodeKind::kAnonymous)) operation.anonymous = actions().SpanOf(parts.front());
  operation.broken = actions().failed();
  operations_.push_back(operation);
}

void ApiBody::Add(LineForm form, Children parts, const LogicalLine& /*at*/, const Line& line) {
  if (form == LineForm::kOperationLine) return AddOperation(parts, line);
  const Name name = actions().TakeName(parts);
  const List<Name> members = actions().TakeNames(parts);
  groups_.push_back(GroupLine{line, actions().failed(), name, members});
}

// The name is declared all the same, so that nobody calls it unknown.
void ApiBody::AddBroken(LineForm form, const LogicalLine& at, const Line& line) {
  std::uint32_t begin = at.begin;
  if (form == LineForm::kGroupLine) {
    begin += 5;
    while (begin < at.end && IsBlank(actions().text()[begin])) ++begin;
  }
  const std::string_view word = FirstWord(actions().text(), begin, at.end);
  if (word.empty()) return;
  const Name name{actions().SpanOf(begin, begin + static_cast<std::uint32_t>(word.size())), word, false};
  if (form == LineForm::kGroupLine) {
    groups_.push_back(GroupLine{line, true, name, {}});
  } else {
    OperationLine operation;
    operation.line = line;
    operation.broken = true;
    operation.name = name;
    operations_.push_back(operation);
  }
}

Decl ApiBody::Close(DeclHead head) {
  api_.head = head;
  api_.operations = actions().Copy(operations_);
  api_.groups = actions().Copy(groups_);
  return actions().New(api_);
}

class AttributesBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "attributes"; }
  [[nodiscard]] bool begins_with_names() const override { return true; }
  [[nodiscard]] std::optional<LineForm> FormOf(const LogicalLine& /*line*/, std::string_view /*word*/) const override {
    return LineForm::kAttributeLine;
  }

  void Open(LineForm /*form*/, Children parts) override {
    decl_ = AttributesDecl{};
    attributes_.clear();
    decl_.object = actions().TakeName(parts);
    if (!parts.empty()) decl_.from = actions().TakeTerm(parts);
  }
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  void AddBroken(LineForm form, const LogicalLine& at, const Line& line) override;
  Decl Close(DeclHead head) override;

 private:
  void AddModifier(AttributeLine& attribute, const LineNode& node, Children inside);

  AttributesDecl decl_;
  std::vector<AttributeLine> attributes_;
};

void AttributesBody::AddModifier(AttributeLine& attribute, const LineNode& node, Children inside) {
  const Span span = actions().SpanOf(node);
  bool twice = false;
  if (node.kind == NodeKind::kOptional) {
    twice = attribute.optional.has_value();
    attribute.optional = span;
  } else if (node.kind == NodeKind::kSecret) {
    twice = attribute.secret.has_value();
    attribute.secret = span;
  } else if (node.kind == NodeKind::kLowerCase) {
    twice = attribute.lower_case.has_value();
    attribute.lower_case = span;
  } else if (node.kind == NodeKind::kFromSource) {
    twice = attribute.from != nullptr;
    attribute.from = actions().TakeOperand(inside);
  } else {
    twice = attribute.split_by.has_value();
    attribute.split_by = actions().TakeText(inside);
  }
  if (twice) actions().Fail(Diagnostic(Kind::kDuplicateClause, span, "this is said twice of one attribute"));
}

void AttributesBody::Add(LineForm /*form*/, Children parts, const LogicalLine& /*at*/, const Line& line) {
  AttributeLine attribute;
  attribute.line = line;
  attribute.name = actions().TakeDotted(parts);
  attribute.type = actions().TakeType(parts);
  while (!parts.empty()) {
    AddModifier(attribute, parts.front(), parts.Inside());
    parts.Skip();
  }
  attribute.broken = actions().failed();
  attributes_.push_back(attribute);
}

void AttributesBody::AddBroken(LineForm /*form*/, const LogicalLine& at, const Line& line) {
  // name ("." name)*: what is before the colon.
  std::vector<Name> segments;
  std::uint32_t begin = at.begin;
  std::uint32_t end = begin;
  while (begin < at.end) {
    const std::string_view word = FirstWord(actions().text(), begin, at.end);
    if (word.empty()) break;
    end = begin + static_cast<std::uint32_t>(word.size());
    segments.push_back(Name{actions().SpanOf(begin, end), word, false});
    if (end >= at.end || actions().text()[end] != '.') break;
    begin = end + 1;
  }
  if (segments.empty()) return;
  AttributeLine attribute;
  attribute.line = line;
  attribute.broken = true;
  attribute.name = DottedName{actions().SpanOf(at.begin, end), actions().Copy(segments)};
  attributes_.push_back(attribute);
}

Decl AttributesBody::Close(DeclHead head) {
  decl_.head = head;
  decl_.attributes = actions().Copy(attributes_);
  return actions().New(decl_);
}

}  // namespace

std::unique_ptr<Body> NewApiBody(Actions& actions) { return std::make_unique<ApiBody>(actions); }
std::unique_ptr<Body> NewAttributesBody(Actions& actions) { return std::make_unique<AttributesBody>(actions); }

}  // namespace ward::syntax
