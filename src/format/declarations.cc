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
  line.Put("policy ");
  line.Put(node.name);
  if (node.governs) {
    line.Put(" governs ");
    line.Put(*node.governs);
  }
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::UseDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("use ");
  line.PutSorted(node.names);
  line.Put(" from ");
  line.Put(node.policy);
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::ParameterDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("parameter ");
  line.Put(node.name);
  line.Put(": ");
  line.Put(node.type);
  line.Put(" = ");
  line.Put(*node.value);
  if (node.least) {
    line.Comma(node.least->outer_span.begin);
    line.Put("between ");
    line.Put(*node.least);
    line.Lead(node.most->outer_span.begin);
    line.Put(" and ");
    line.Put(*node.most);
  }
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::TypeDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("type " + Padded(Text(node.name.span), run_widths_[index_]) + " is ");
  if (node.alias) {
    line.Put(*node.alias);
  } else {
    line.Put("one of ");
    for (std::size_t i = 0; i < node.values.size(); ++i) {
      if (i > 0 && node.ordered) line.Put(" < ");
      if (i > 0 && !node.ordered) line.Comma(node.values[i].span.begin);
      line.Put(node.values[i]);
    }
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
    line.Put(Padded(Text(attribute.name.span) + ":", width) + " ");
    line.Put(attribute.type);
    struct Modifier {
      std::uint32_t begin;
      std::function<void()> put;
    };
    std::vector<Modifier> modifiers;
    if (attribute.from) {
      modifiers.push_back({attribute.from->outer_span.begin, [&] {
                             line.Put("from ");
                             line.Put(*attribute.from);
                           }});
    }
    if (attribute.split_by) {
      modifiers.push_back({attribute.split_by->span.begin, [&] {
                             line.Put("split by ");
                             line.Put(*attribute.split_by);
                           }});
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
  line.Put("attributes of ");
  line.Put(node.object);
  if (node.from) {
    line.Put(" from ");
    line.Put(*node.from);
  }
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
    LineBuilder line = Clause(node.operations[i].line);
    line.Put(Joined(rows[i], widths[node.operations[i].route ? 0 : 1]));
    AddTo(body, node.operations[i].line, line);
  }
}

void Formatter::Put(const syntax::ApiDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("api ");
  line.Put(node.name);
  for (std::size_t i = 0; i < node.hosts.size(); ++i) {
    if (i == 0) line.Put(" at ");
    if (i > 0) line.Comma(node.hosts[i].span.begin);
    line.Put(node.hosts[i]);
  }
  if (node.from) {
    line.Put(" from ");
    line.Put(*node.from);
  }
  PutOpening(node.head, line);
  Body body;
  AddOperations(body, node);
  std::size_t width = 0;
  for (const syntax::GroupLine& group : node.groups) {
    width = std::max(width, base::CountColumns(Text(group.name.span)));
  }
  for (const syntax::GroupLine& group : node.groups) {
    LineBuilder clause = Clause(group.line);
    clause.Put("group " + Padded(Text(group.name.span), width) + " is ");
    clause.PutSorted(group.members);
    AddTo(body, group.line, clause);
  }
  PutItems(std::move(body));
}

// ---- zones ----

void Formatter::Put(const syntax::ZoneDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put("zone ");
  opening.Put(node.name);
  PutOpening(node.head, opening);
  Body body;
  for (const syntax::NetworksLine& networks : node.networks) {
    LineBuilder line = Clause(networks.line);
    line.Put("networks ");
    if (networks.from) {
      line.Put("from ");
      line.Put(*networks.from);
    }
    std::vector<syntax::NetworksLine::Network> list(networks.networks.begin(), networks.networks.end());
    if (!line.keeps_order()) list = Sorted(networks.networks);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) line.Comma(list[i].span.begin);
      line.Put(list[i].span);
    }
    AddTo(body, networks.line, line);
  }
  if (node.everything_else) {
    LineBuilder line = Clause(node.everything_else->line);
    line.Put("everything else");
    AddTo(body, node.everything_else->line, line);
  }
  if (node.when) {
    LineBuilder line = Clause(node.when->line);
    line.Put("when ");
    line.Put(*node.when->condition);
    AddTo(body, node.when->line, line);
  }
  for (const syntax::RequiresLine& requirement : node.requirements) {
    LineBuilder line = Clause(requirement.line);
    line.Put("requires ");
    line.Put(*requirement.condition);
    const bool because_first = requirement.because && requirement.reply && line.keeps_order() &&
                               requirement.because->span.begin < requirement.reply->span.begin;
    const auto put_because = [&] {
      line.Comma(requirement.because->span.begin);
      line.Put(*requirement.because);
    };
    if (because_first) put_because();
    if (requirement.reply) {
      line.Comma(requirement.reply->span.begin);
      line.Put(*requirement.reply);
    }
    if (requirement.because && !because_first) put_because();
    AddTo(body, requirement.line, line);
  }
  PutClauses(body);
}

// ---- roles, conditions, schedules ----

std::string Formatter::ConditionHead(const syntax::ConditionDecl& node) const {
  std::string text = Text(node.name.span);
  for (std::size_t i = 0; i < node.parameters.size(); ++i) {
    const syntax::ParameterOfCondition& parameter = node.parameters[i];
    text += (i == 0 ? "(" : ", ") + Text(parameter.name.span) + ": " + Text(parameter.type.span);
  }
  return node.parameters.empty() ? text : text + ")";
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
  line.Put("role " + Padded(Text(node.name.span), alone ? 0 : run_widths_[index_]));
  if (!node.includes.empty()) {
    line.Put(" includes ");
    line.PutSorted(node.includes);
  }
  if (node.when) {
    line.Put(" when ");
    line.Put(*node.when);
  }
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::ConditionDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("condition " + Padded(ConditionHead(node), run_widths_[index_]) + " means ");
  line.Put(*node.condition);
  PutOpening(node.head, line);
}

void Formatter::Put(const syntax::ScheduleDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("schedule ");
  line.Put(node.name);
  line.Put(" means ");
  for (std::size_t i = 0; i < node.spans.size(); ++i) {
    if (i > 0) line.Comma(node.spans[i].span.begin);
    line.Put(node.spans[i].span);
  }
  line.Put(" in ");
  line.Put(node.time_zone);
  PutOpening(node.head, line);
}

// ---- tables ----

void Formatter::Put(const syntax::TableDecl& node) {
  LineBuilder line = Opening(node.head);
  line.Put("table ");
  line.Put(node.name);
  if (node.live) line.Put(" live");
  if (node.tree) line.Put(" tree");
  if (node.from) {
    line.Put(" from ");
    line.Put(*node.from);
  }
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
