#include "syntax/dump.h"

#include <fmt/format.h>

#include <array>

#include "syntax/dump_text.h"

namespace ward::syntax {
namespace {

class Dumper {
 public:
  Dumper(const base::SourceMap& sources, const DumpOptions& options) : sources_(&sources), options_(options) {}

  void Visit(const Decl& decl) {
    head_ = &Head(decl);
    for (const Annotation& annotation : head_->annotations) Print(annotation);
    std::visit([&](const auto* node) { Print(*node); }, decl);
  }
  void Comments(List<Comment> comments, std::string_view indent);
  [[nodiscard]] std::string Take() { return std::move(out_); }

 private:
  // A line of the output; the comments of its source line come first.
  void Open(std::string_view text);
  void Put(const Line& line, std::string_view text);
  void Put(const Line& line, std::string_view keyword, const Expr* expr) {
    Put(line, fmt::format("({} {})", keyword, Dump(*expr)));
  }
  template <typename Clause>
  void Conditions(const Clause& clause);
  static std::string TextOfType(const TypeRef& type);
  static std::string TextOfOperations(const Operations& operations);
  static std::string TextOfPace(const PaceClause& clause);

  void Print(const Annotation& node);
  void Print(const PolicyDecl& node);
  void Print(const UseDecl& node);
  void Print(const ParameterDecl& node);
  void Print(const TypeDecl& node);
  void Print(const AttributesDecl& node);
  void Print(const ApiDecl& node);
  void Print(const ZoneDecl& node);
  void Print(const RoleDecl& node);
  void Print(const ConditionDecl& node);
  void Print(const ScheduleDecl& node);
  void Print(const TableDecl& node);
  void Print(const RuleDecl& node);
  void Print(const LimitDecl& node);
  void Print(const GivenDecl& node);
  void Print(const TestDecl& node);
  void Print(const ProveDecl& node);

  const base::SourceMap* sources_;
  DumpOptions options_;
  const DeclHead* head_ = nullptr;
  std::string out_;
};

std::string Names(List<Name> names) {
  std::string text;
  for (const Name& name : names) text += " " + TextOf(name);
  return text;
}

void Dumper::Comments(List<Comment> comments, std::string_view indent) {
  constexpr std::array<std::string_view, 4> kPlaces = {"before", "doc", "inside", "trailing"};
  if (!options_.comments) return;
  for (const Comment& comment : comments) {
    out_ += fmt::format("{}; {}{} {}\n", indent, kPlaces[static_cast<std::size_t>(comment.place)],
                        comment.blank_line_before ? " (blank)" : "", sources_->Text(comment.span));
  }
}

void Dumper::Open(std::string_view text) {
  if (options_.comments && head_->line.blank_line_before && head_->annotations.empty()) out_ += '\n';
  Comments(head_->line.comments, "");
  out_ += fmt::format("{}{}\n", text, head_->broken ? " broken" : "");
}

void Dumper::Put(const Line& line, std::string_view text) {
  Comments(line.comments, "  ");
  out_ += fmt::format("  {}\n", text);
}

std::string Dumper::TextOfType(const TypeRef& type) {
  std::string text = type.is_set ? fmt::format("(set-of {})", TextOf(type.name)) : TextOf(type.name);
  return type.up_to ? fmt::format("({} up-to {})", text, *type.up_to) : text;
}

std::string Dumper::TextOfOperations(const Operations& operations) {
  return operations.everything ? " everything" : Names(operations.names);
}

void Dumper::Print(const Annotation& node) {
  if (options_.comments && node.line.blank_line_before) out_ += '\n';
  Comments(node.line.comments, "");
  out_ += fmt::format("(@{}{})\n", TextOf(node.name), Spaced(node.values));
}

void Dumper::Print(const PolicyDecl& node) {
  Open(fmt::format("(policy {}{})", TextOf(node.name),
                   node.governs ? fmt::format(" (governs{})", TextOfOperations(*node.governs)) : ""));
}

void Dumper::Print(const UseDecl& node) {
  Open(fmt::format("(use{} (from {}))", Names(node.names), TextOf(node.policy)));
}

void Dumper::Print(const ParameterDecl& node) {
  const std::string range =
      node.least ? fmt::format(" (between {} {})", Dump(*node.least), Dump(*node.most)) : std::string();
  Open(fmt::format("(parameter {} {} {}{})", TextOf(node.name), TextOfType(node.type), Dump(*node.value), range));
}

void Dumper::Print(const TypeDecl& node) {
  if (node.alias) return Open(fmt::format("(type {} {})", TextOf(node.name), TextOfType(*node.alias)));
  Open(fmt::format("(type {} ({}{}))", TextOf(node.name), node.ordered ? "ordered" : "one-of", Names(node.values)));
}

void Dumper::Print(const AttributesDecl& node) {
  Open(fmt::format("(attributes {}{})", TextOf(node.object),
                   node.from ? fmt::format(" (from {})", Dump(*node.from)) : ""));
  for (const AttributeLine& line : node.attributes) {
    if (line.broken) {
      Put(line.line, fmt::format("({} broken)", TextOf(line.name)));
      continue;
    }
    std::string text = fmt::format("({} {}", TextOf(line.name), TextOfType(line.type));
    if (line.optional) text += " optional";
    if (line.secret) text += " secret";
    if (line.lower_case) text += " lower-case";
    if (line.from) text += fmt::format(" (from {})", Dump(*line.from));
    if (line.split_by) text += fmt::format(" (split-by {})", Quoted(line.split_by->text));
    Put(line.line, text + ")");
  }
}

void Dumper::Print(const ApiDecl& node) {
  std::string text = fmt::format("(api {}", TextOf(node.name));
  for (const Text& host : node.hosts) text += fmt::format(" (at {})", Quoted(host.text));
  if (node.from) text += fmt::format(" (from {})", Quoted(node.from->text));
  Open(text + ")");
  for (const OperationLine& line : node.operations) {
    text = fmt::format("(operation {}", TextOf(line.name));
    if (line.broken) text += " broken";
    if (line.method) text += fmt::format(" {}", line.method->text);
    if (line.route) text += " " + TextOf(*line.route);
    if (line.action) text += fmt::format(" (action {})", Quoted(line.action->text));
    if (line.resource_type) text += fmt::format(" (on {})", Quoted(line.resource_type->text));
    Put(line.line, text + (line.anonymous ? " anonymous)" : ")"));
  }
  for (const GroupLine& line : node.groups) {
    Put(line.line, fmt::format("(group {}{}{})", TextOf(line.name), line.broken ? " broken" : "", Names(line.members)));
  }
}

void Dumper::Print(const ZoneDecl& node) {
  Open(fmt::format("(zone {})", TextOf(node.name)));
  for (const NetworksLine& line : node.networks) {
    std::string text = "(networks";
    for (const NetworksLine::Network& network : line.networks) text += " " + TextOf(network.address);
    if (line.from) text += fmt::format(" (from {})", Quoted(line.from->text));
    Put(line.line, text + ")");
  }
  if (node.everything_else) Put(node.everything_else->line, "(everything-else)");
  if (node.when) Put(node.when->line, "when", node.when->condition);
  for (const RequiresLine& line : node.requirements) {
    Put(line.line, fmt::format("(requires {}{}{})", Dump(*line.condition), line.reply ? " " + TextOf(*line.reply) : "",
                               line.because ? " " + TextOf(*line.because) : ""));
  }
}

void Dumper::Print(const RoleDecl& node) {
  Open(fmt::format("(role {}{}{})", TextOf(node.name),
                   node.includes.empty() ? "" : fmt::format(" (includes{})", Names(node.includes)),
                   node.when ? fmt::format(" (when {})", Dump(*node.when)) : ""));
}

void Dumper::Print(const ConditionDecl& node) {
  std::string text = fmt::format("(condition {}", TextOf(node.name));
  for (const ParameterOfCondition& parameter : node.parameters) {
    text += fmt::format(" ({} {})", TextOf(parameter.name), TextOfType(parameter.type));
  }
  Open(fmt::format("{} {})", text, Dump(*node.condition)));
}

void Dumper::Print(const ScheduleDecl& node) {
  std::string text = fmt::format("(schedule {}", TextOf(node.name));
  for (const ScheduleSpan& span : node.spans) {
    text += fmt::format(" (days {}-{} {} {})", static_cast<int>(span.first_day), static_cast<int>(span.last_day),
                        ClockText(span.from_seconds), ClockText(span.to_seconds));
  }
  Open(fmt::format("{} (in {}))", text, Quoted(node.time_zone.text)));
}

void Dumper::Print(const TableDecl& node) {
  Open(fmt::format("(table {}{}{}{})", TextOf(node.name), node.live ? " live" : "", node.tree ? " tree" : "",
                   node.from ? fmt::format(" (from {})", Quoted(node.from->text)) : ""));
  std::string columns = "(columns";
  for (const TableColumn& column : node.columns) {
    columns += fmt::format(" ({} {}{})", TextOf(column.name), TextOfType(column.type), column.key ? " key" : "");
  }
  Put(node.columns_line, columns + ")");
  for (const TableRow& row : node.rows) {
    std::string text = "(row";
    for (const Expr* cell : row.cells) text += " " + (cell ? Dump(*cell) : "()");
    Put(row.line, text + ")");
  }
}

// The clauses that rules, limits and proofs share.
template <typename Node>
void Dumper::Conditions(const Node& node) {
  if (node.for_clause) {
    Put(node.for_clause->line, fmt::format("(for{})", TextOfOperations(node.for_clause->operations)));
  }
  if (node.when) Put(node.when->line, "when", node.when->condition);
  if (node.unless) Put(node.unless->line, "unless", node.unless->condition);
}

struct ObligationText {
  std::string operator()(const SetHeader& node) const {
    return fmt::format("(set-header {} {})", Quoted(node.header.text), Dump(*node.value));
  }
  std::string operator()(const StripHeader& node) const {
    return fmt::format("(strip-header {})", Quoted(node.header.text));
  }
  std::string operator()(const Audit& node) const { return fmt::format("(audit {})", TextOf(node.level)); }
  std::string operator()(const Tag& node) const { return fmt::format("(tag {})", TextOf(node.word)); }
};

void Dumper::Print(const RuleDecl& node) {
  constexpr std::array<std::string_view, 4> kVerdicts = {"allow", "deny", "on", "require"};
  Open(fmt::format("({}rule {})", node.shadow ? "shadow " : "", TextOf(node.name)));
  if (node.verdict) {
    Put(node.verdict->line, fmt::format("({}{})", kVerdicts[static_cast<std::size_t>(node.verdict->kind)],
                                        node.verdict->demand ? " " + Dump(*node.verdict->demand)
                                                             : TextOfOperations(node.verdict->operations)));
  }
  Conditions(node);
  for (const WithClause& with : node.with)
    Put(with.line, fmt::format("(with {})", std::visit(ObligationText{}, with.obligation)));
  if (node.because) Put(node.because->line, TextOf(node.because->because));
  if (node.reply) Put(node.reply->line, TextOf(node.reply->reply));
}

struct PaceText {
  std::string operator()(const NoFasterThan& pace) const {
    return fmt::format("(no-faster-than {} {}{})", Dump(*pace.rate), DurationText(pace.per.nanoseconds),
                       pace.burst ? fmt::format(" (burst {})", Dump(*pace.burst)) : "");
  }
  std::string operator()(const AtMostPer& pace) const {
    return fmt::format("(at-most {} {})", Dump(*pace.count), DurationText(pace.per.nanoseconds));
  }
  std::string operator()(const AtMostEach& pace) const {
    constexpr std::array<std::string_view, 5> kUnits = {"hour", "day", "week", "month", "year"};
    return fmt::format("(at-most {} (each {} {}))", Dump(*pace.count), kUnits[static_cast<std::size_t>(pace.unit)],
                       Quoted(pace.time_zone.text));
  }
  std::string operator()(const AtMostAtOnce& pace) const {
    return fmt::format("(at-most {} at-once{})", Dump(*pace.count),
                       pace.each_up_to ? " " + Dump(*pace.each_up_to) : "");
  }
};

struct ExcessText {
  std::string operator()(const SlowBy& slow) const {
    return fmt::format("(slow-by {}{})", Dump(*slow.delay),
                       slow.doubling_up_to ? fmt::format(" (doubling {})", Dump(*slow.doubling_up_to)) : "");
  }
  std::string operator()(const BlockFor& block) const { return fmt::format("(block-for {})", Dump(*block.time)); }
};

std::string CountsText(const CountsClause& clause) {
  constexpr std::array<std::string_view, 4> kWhat = {"every-request", "allowed-requests", "refused-requests",
                                                     "responses"};
  std::string text = fmt::format("(counts {}", kWhat[static_cast<std::size_t>(clause.what)]);
  for (const CountsClause::Status& status : clause.statuses) text += fmt::format(" {}", status.value);
  return text + ")";
}

void Dumper::Print(const LimitDecl& node) {
  constexpr std::array<std::string_view, 3> kLost = {"refuse", "allow", "share"};
  Open(fmt::format("({}limit {})", node.shadow ? "shadow " : "", TextOf(node.name)));
  Conditions(node);
  if (node.per) Put(node.per->line, node.per->in_total ? "(in-total)" : fmt::format("(per{})", Spaced(node.per->keys)));
  if (node.pace) Put(node.pace->line, std::visit(PaceText{}, node.pace->pace));
  if (node.counts) Put(node.counts->line, CountsText(*node.counts));
  if (node.costs && !node.costs->reported) Put(node.costs->line, "costs", node.costs->cost);
  if (node.costs && node.costs->reported) {
    Put(node.costs->line,
        fmt::format("(costs reported{})",
                    node.costs->at_least ? fmt::format(" (at-least {})", Dump(*node.costs->at_least)) : ""));
  }
  if (node.excess) Put(node.excess->line, std::visit(ExcessText{}, node.excess->reaction));
  if (node.lost) Put(node.lost->line, fmt::format("(lost {})", kLost[static_cast<std::size_t>(node.lost->mode)]));
  if (node.instead) Put(node.instead->line, fmt::format("(instead-of{})", Names(node.instead->limits)));
  if (node.because) Put(node.because->line, TextOf(node.because->because));
  if (node.reply) Put(node.reply->line, TextOf(node.reply->reply));
}

void Dumper::Print(const GivenDecl& node) {
  Open(fmt::format("(given {}{})", TextOf(node.name), node.like ? fmt::format(" (like {})", TextOf(*node.like)) : ""));
  for (const BindingLine& line : node.bindings) Put(line.line, TextOf(line.binding));
}

void Dumper::Print(const TestDecl& node) {
  Open(fmt::format("(test {})", Quoted(node.name.text)));
  for (const TestStep& step : node.steps) Put(step.line, TextOf(step));
  if (node.columns.empty()) return;
  std::string columns = "(columns";
  for (const TestColumn& column : node.columns) {
    columns += fmt::format(" {}", column.target ? Dump(*column.target) : std::string(sources_->Text(column.span)));
  }
  Put(node.columns_line, columns + ")");
  for (const TestRow& row : node.rows) {
    std::string text = "(row";
    for (const TestCell& cell : row.cells) text += " " + TextOf(cell);
    Put(row.line, text + ")");
  }
}

void Dumper::Print(const ProveDecl& node) {
  Open(fmt::format("(prove {})", Quoted(node.name.text)));
  if (node.claim) Put(node.claim->line, TextOf(*node.claim));
  Conditions(node);
}

}  // namespace

std::string Dump(const File& file, const base::SourceMap& sources, const DumpOptions& options) {
  Dumper dumper(sources, options);
  for (const Decl& decl : file.declarations) dumper.Visit(decl);
  dumper.Comments(file.comments_at_end, "");
  return dumper.Take();
}

}  // namespace ward::syntax
