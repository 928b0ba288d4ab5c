// Expressions as S-expressions.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>

#include "base/clock.h"
#include "base/json_text.h"
#include "syntax/dump_text.h"

namespace ward::syntax {
namespace {

struct ExprText {
  std::string operator()(const NameRef& node) const { return TextOf(node.path); }
  std::string operator()(const Call& node) const {
    return fmt::format("(call {}{})", TextOf(node.path), Spaced(node.arguments));
  }
  std::string operator()(const Lookup& node) const {
    std::string text = fmt::format("(lookup {}{}", TextOf(node.table), Spaced(node.keys));
    for (const Name& column : node.columns) text += fmt::format(" .{}", TextOf(column));
    return text + ")";
  }
  std::string operator()(const AtomLiteral& node) const { return std::string(node.text); }
  std::string operator()(const TextLiteral& node) const { return Quoted(node.text); }
  std::string operator()(const IntLiteral& node) const { return std::to_string(node.value); }
  std::string operator()(const BoolLiteral& node) const { return node.value ? "true" : "false"; }
  std::string operator()(const DurationLiteral& node) const { return DurationText(node.nanoseconds); }
  std::string operator()(const SizeLiteral& node) const { return fmt::format("{}B", node.bytes); }
  std::string operator()(const TimestampLiteral& node) const { return "@" + DurationText(node.nanoseconds); }
  std::string operator()(const ClockLiteral& node) const { return ClockText(node.seconds); }
  std::string operator()(const AddressLiteral& node) const { return TextOf(node); }
  std::string operator()(const Route& node) const { return TextOf(node); }
  std::string operator()(const ListLiteral& node) const { return fmt::format("(list{})", Spaced(node.elements)); }
  std::string operator()(const Sum& node) const {
    std::string text = Dump(*node.first);
    for (const Sum::Step& step : node.steps) {
      text = fmt::format("({} {} {})", step.minus ? '-' : '+', text, Dump(*step.term));
    }
    return text;
  }
  std::string operator()(const OrElse& node) const {
    return fmt::format("(or-else {} {})", Dump(*node.value), Dump(*node.fallback));
  }
  std::string operator()(const Test& node) const {
    std::string op(Spelling(node.op));
    for (char& c : op) c = c == ' ' ? '-' : c;
    return fmt::format("({} {} {})", op, Dump(*node.left), Dump(*node.right));
  }
  std::string operator()(const PresenceTest& node) const {
    return fmt::format("({} {})", node.present ? "present" : "missing", Dump(*node.operand));
  }
  std::string operator()(const Not& node) const { return fmt::format("(not {})", Dump(*node.operand)); }
  std::string operator()(const AndOr& node) const {
    return fmt::format("({}{})", node.kind == AndOr::Kind::kAnd ? "and" : "or", Spaced(node.operands));
  }
};

}  // namespace

std::string Quoted(std::string_view text) {
  std::string quoted;
  base::AppendJsonString(quoted, text);
  return quoted;
}

std::string DurationText(std::int64_t nanoseconds) {
  if (nanoseconds % base::kNsPerSecond == 0) return fmt::format("{}s", nanoseconds / base::kNsPerSecond);
  return fmt::format("{}ns", nanoseconds);
}

std::string ClockText(std::int32_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3'600, seconds / 60 % 60, seconds % 60);
}

std::string TextOf(const Name& name) { return name.quoted ? Quoted(name.text) : std::string(name.text); }

std::string TextOf(const DottedName& name) {
  std::string text;
  for (const Name& segment : name.segments) text += fmt::format("{}{}", text.empty() ? "" : ".", TextOf(segment));
  return text;
}

std::string TextOf(const AddressLiteral& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.is_v4 ? AF_INET : AF_INET6, address.bytes.data(), text.data(), text.size());
  return address.prefix_bits ? fmt::format("{}/{}", text.data(), *address.prefix_bits) : std::string(text.data());
}

std::string TextOf(const Route& route) {
  std::string text;
  for (const RouteSegment& segment : route.segments) {
    text += '/';
    if (segment.kind == RouteSegment::Kind::kAnyOne) text += '*';
    if (segment.kind == RouteSegment::Kind::kAnyRest) text += "**";
    if (segment.kind == RouteSegment::Kind::kText) text += segment.text;
    if (segment.kind == RouteSegment::Kind::kParameter) {
      text += fmt::format("{{{}{}}}", segment.parameter.text,
                          segment.type ? fmt::format(": {}", segment.type->text) : std::string());
    }
  }
  return text;
}

std::string Spaced(List<const Expr*> exprs) {
  std::string text;
  for (const Expr* expr : exprs) text += " " + Dump(*expr);
  return text;
}

std::string Dump(const Expr& expr) { return std::visit(ExprText{}, expr.node); }

}  // namespace ward::syntax
