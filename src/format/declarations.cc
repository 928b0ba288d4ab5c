// Declarations but for those of clauses and tests.
#include <algorithm>
#include <array>
#include <functional>

#include "base/utf8.h"
#include "format/formatter.h"
#include "format/order.h"

namespace ward::format {

void Formatter::Put(const syntax::PolicyDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("policy ", node.name);
  if (node.governs) line.Put(" governs ", *node.governs);
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::UseDecl& node) {
  PutOpeningOf(node.head, "use ", AnyOrder{node.names}, " from ", node.policy);
}

void Formatter::Put(const syntax::ParameterDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("parameter ", node.name, ": ", node.type, " = ", *node.value, Also{"between ", node.least});
  if (node.least) {
    line.Lead(node.most->outer_span.begin);
    line.Put(" and ", *node.most);
  }
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::TypeDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("type " + Padded(Text(node.name.span), run_widths_[index_]) + " is ");
  if (node.alias) {
    line.Put(*node.alias);
  } else if (!node.ordered) {
    line.Put("one of ", node.values);
  } else {
    line.Put("one of ", node.values[0]);
    for (const syntax::Name& value : node.values.subspan(1)) line.Put(" < ", value);
  }
  PutOpening(node.head, line);
}

// ---- attributes ----

void Formatter::AddAttributes(Body& body, const syntax::AttributesDecl& node) const {
  std::size_t width = 0;
  for (const syntax::AttributeLine& attribute : node.attributes) {
    width = std::max(width, base::CountColumns(Text(attribute.name.span)) + 1);
  }
  for (const syntax::AttributeLine& attribute : node.attributes) {
    LineBuilder line = Clause(attribute.line);
    line.Put(Padded(Text(attribute.name.span) + ":", width), " ", attribute.type);
    struct Modifier {
      std::uint32_t begin;
      std::function<void()> put;
    };
    std::vector<Modifier> modifiers;
    if (attribute.from) {
      modifiers.push_back({attribute.from->outer_span.begin, [&] { line.Put("from ", *attribute.from); }});
    }
    if (attribute.split_by) {
      modifiers.push_back({attribute.split_by->span.begin, [&] { line.Put("split by ", *attribute.split_by); }});
    }
    if (attribute.lower_case) modifiers.push_back({attribute.lower_case->begin, [&] { line.Put("lower case"); }});
    if (attribute.optional) modifiers.push_back({attribute.optional->begin, [&] { line.Put("optional"); }});
    if (attribute.secret) modifiers.push_back({attribute.secret->begin, [&] { line.Put("secret"); }});
    if (line.keeps_order()) {
      std::sort(modifiers.begin(), modifiers.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    }
    for (const Modifier& modifier : modifiers) {
      line.Comma(modifier.begin);
      modifier.put();
    }
    AddTo(body, attribute.line, line);
  }
}

void Formatter::Put(const syntax::AttributesDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("attributes of ", node.object);
  if (node.from) line.Put(" from ", *node.from);
  PutOpening(node.head, line);
  Body body;
  AddAttributes(body, node);
  PutItems(std::move(body));
}

// ---- operations ----

namespace {

using Columns = std::array<std::string, 4>;

// Two blanks between columns, none behind the last one.
std::string Joined(const Columns& columns, const std::array<std::size_t, 4>& widths) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool more = std::any_of(columns.begin() + static_cast<std::ptrdiff_t>(i) + 1, columns.end(),
                                  [](const std::string& column) { return !column.empty(); });
    if (!more) return text + columns[i];
    if (widths[i] > 0) text += Padded(columns[i], widths[i]) + "  ";
  }
  return text;
}

}  // namespace

// name, method, path, `anonymous`; actions have columns of their own behind the name.
void Formatter::AddOperations(Body& body, const syntax::ApiDecl& node) const {
  std::vector<Columns> rows;
  std::array<std::array<std::size_t, 4>, 2> widths{};  // by route, by action
  for (const syntax::OperationLine& operation : node.operations) {
    Columns columns;
    columns[0] = Text(operation.name.span);
    if (operation.route) {
      columns[1] = Text(operation.method->span);
      columns[2] = Text(operation.route->span);
    } else {
      columns[1] = "action " + Text(operation.action->span);
      if (operation.resource_type) columns[2] = "on " + Text(operation.resource_type->span);
    }
    if (operation.anonymous) columns[3] = "anonymous";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (std::size_t form = 0; form < widths.size(); ++form) {
        if (i > 0 && form != (operation.route ? 0U : 1U)) continue;
        widths[form][i] = std::max(widths[form][i], base::CountColumns(columns[i]));
      }
    }
    rows.push_back(std::move(columns));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    AddLine(body, node.operations[i].line, Joined(rows[i], widths[node.operations[i].route ? 0 : 1]));
  }
}

void Formatter::Put(const syntax::ApiDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("api ", node.name);
  if (!node.hosts.empty()) line.Put(" at ", node.hosts);
  if (node.from) line.Put(" from ", *node.from);
  PutOpening(node.head, line);
  Body body;
  AddOperations(body, node);
  std::size_t width = 0;
  for (const syntax::GroupLine& group : node.groups) {
    width = std::max(width, base::CountColumns(Text(group.name.span)));
  }
  for (const syntax::GroupLine& group : node.groups) {
    const std::string name = Padded(Text(group.name.span), width);
    AddLine(body, group.line, "group ", name, " is ", AnyOrder{group.members});
  }
  PutItems(std::move(body));
}

// ---- zones ----

void Formatter::AddNetworks(Body& body, const syntax::NetworksLine& node) const {
  if (node.from) return AddLine(body, node.line, "networks from ", *node.from);
  LineBuilder line = Clause(node.line);
  std::vector<syntax::NetworksLine::Network> networks(node.networks.begin(), node.networks.end());
  if (!line.keeps_order()) networks = Sorted(node.networks);
  line.Put("networks ", syntax::List<syntax::NetworksLine::Network>(networks));
  AddTo(body, node.line, line);
}

void Formatter::AddRequirement(Body& body, const syntax::RequiresLine& node) const {
  LineBuilder line = Clause(node.line);
  line.Put("requires ", *node.condition);
  const auto put_because = [&] {
    line.Comma(node.because->span.begin);
    line.Put(*node.because);
  };
  const bool because_first =
      node.because && node.reply && line.keeps_order() && node.because->span.begin < node.reply->span.begin;
  if (because_first) put_because();
  if (node.reply) {
    line.Comma(node.reply->span.begin);
    line.Put(*node.reply);
  }
  if (node.because && !because_first) put_because();
  AddTo(body, node.line, line);
}

void Formatter::Put(const syntax::ZoneDecl& node) {
  PutOpeningOf(node.head, "zone ", node.name);
  Body body;
  for (const syntax::NetworksLine& networks : node.networks) AddNetworks(body, networks);
  if (node.everything_else) AddLine(body, node.everything_else->line, "everything else");
  if (node.when) AddLine(body, node.when->line, "when ", *node.when->condition);
  for (const syntax::RequiresLine& requirement : node.requirements) AddRequirement(body, requirement);
  PutClauses(body);
}

// ---- roles, conditions, schedules ----

// Flat; nothing where a comment stands inside, for then its last line tells nothing.
std::string Formatter::ConditionHead(const syntax::ConditionDecl& node) const {
  const std::uint32_t end = node.condition->outer_span.begin;
  const syntax::List<syntax::Comment> comments = node.head.line.comments;
  const bool commented = std::any_of(comments.begin(), comments.end(), [&](const syntax::Comment& comment) {
    return comment.place == syntax::Comment::Place::kInside && comment.span.begin < end;
  });
  if (commented) return {};
  LineBuilder head(text_, 0);
  head.Put(node.name, ParametersUntil{node.parameters, end});
  return head.Take().Flat();
}

std::string Formatter::AlignedHead(const syntax::Decl& decl) const {
  if (const auto* const* type = std::get_if<const syntax::TypeDecl*>(&decl)) return Text((*type)->name.span);
  if (const auto* const* node = std::get_if<const syntax::ConditionDecl*>(&decl)) return ConditionHead(**node);
  if (const auto* const* role = std::get_if<const syntax::RoleDecl*>(&decl)) {
    const bool alone = (*role)->includes.empty() && !(*role)->when;
    return alone ? std::string() : Text((*role)->name.span);
  }
  return {};
}

void Formatter::Put(const syntax::RoleDecl& node) {
  LineBuilder line = Opening(node.head);
  const bool alone = node.includes.empty() && !node.when;
  line.Put("role ", Padded(Text(node.name.span), alone ? 0 : run_widths_[index_]));
  if (!node.includes.empty()) line.Put(" includes ", AnyOrder{node.includes});
  if (node.when) line.Put(" when ", *node.when);
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::ConditionDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("condition ", node.name, ParametersUntil{node.parameters, node.condition->outer_span.begin});
  const std::string head = ConditionHead(node);
  if (!head.empty()) line.Put(std::string(run_widths_[index_] - base::CountColumns(head), ' '));
  line.Put(" means ", *node.condition);
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::ScheduleDecl& node) {
  PutOpeningOf(node.head, "schedule ", node.name, " means ", node.spans, " in ", node.time_zone);
}

// ---- tables ----

void Formatter::Put(const syntax::TableDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("table ", node.name);
  if (node.live) line.Put(" live");
  if (node.tree) line.Put(" tree");
  if (node.from) line.Put(" from ", *node.from);
  PutOpening(node.head, line);
  std::vector<Row> rows(1);
  rows.front().line = &node.columns_line;
  for (const syntax::TableColumn& column : node.columns) {
    rows.front().cells.push_back(Text(column.name.span) + ": " + Text(column.type.span) + (column.key ? " key" : ""));
  }
  for (const syntax::TableRow& row : node.rows) {
    Row cells{&row.line, {}};
    for (const syntax::Expr* cell : row.cells) cells.cells.push_back(cell ? Flat(*cell) : std::string());
    rows.push_back(std::move(cells));
  }
  Body body;
  AddRows(body, rows);
  PutItems(std::move(body));
}

}  // namespace ward::format
