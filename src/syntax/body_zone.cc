// Zones and tables.
#include <fmt/format.h>

#include <array>
#include <string>

#include "syntax/body.h"

namespace ward::syntax {
namespace {

constexpr std::array<Lead, 4> kZoneLeads = {{{"networks", LineForm::kNetworksClause},
                                             {"everything", LineForm::kEverythingElseClause},
                                             {"when", LineForm::kWhenClause},
                                             {"requires", LineForm::kRequiresClause}}};

class ZoneBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a zone"; }
  [[nodiscard]] std::span<const Lead> leads() const override { return kZoneLeads; }

  void Open(LineForm /*form*/, Children parts) override {
    zone_ = ZoneDecl{};
    networks_.clear();
    requirements_.clear();
    zone_.name = actions().TakeName(parts);
  }
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  Decl Close(DeclHead head) override;

 private:
  void AddNetworks(Children parts, const Line& line);
  void AddRequires(Children parts, const Line& line);

  ZoneDecl zone_;
  std::vector<NetworksLine> networks_;
  std::vector<RequiresLine> requirements_;
};

void ZoneBody::AddNetworks(Children parts, const Line& line) {
  NetworksLine networks;
  networks.line = line;
  if (parts.At(NodeKind::kFromText)) {
    Children inside = parts.Inside();
    networks.from = actions().TakeText(inside);
  }
  std::vector<NetworksLine::Network> list;
  while (parts.At(NodeKind::kAddress)) {
    const Span span = actions().SpanOf(parts.front());
    list.push_back(NetworksLine::Network{span, actions().TakeAddress(parts)});
  }
  networks.networks = actions().Copy(list);
  if (!actions().failed()) networks_.push_back(networks);
}

void ZoneBody::AddRequires(Children parts, const Line& line) {
  RequiresLine requirement;
  requirement.line = line;
  requirement.condition = actions().TakeTerm(parts);
  while (!parts.empty()) {
    if (parts.At(NodeKind::kReply)) {
      requirement.reply = actions().TakeReply(parts);
    } else {
      requirement.because = actions().TakeBecause(parts);
    }
  }
  if (!actions().failed()) requirements_.push_back(requirement);
}

void ZoneBody::Add(LineForm form, Children parts, const LogicalLine& /*at*/, const Line& line) {
  if (form == LineForm::kNetworksClause) return AddNetworks(parts, line);
  if (form == LineForm::kRequiresClause) return AddRequires(parts, line);
  if (form == LineForm::kWhenClause) return SetOnce(zone_.when, ReadWhen(actions(), parts, line), "when");
  SetOnce(zone_.everything_else, EverythingElseLine{line}, "everything else");
}

Decl ZoneBody::Close(DeclHead head) {
  zone_.head = head;
  zone_.networks = actions().Copy(networks_);
  zone_.requirements = actions().Copy(requirements_);
  return actions().New(zone_);
}

constexpr std::array<Lead, 1> kRowLeads = {{{"|", LineForm::kRowLine}}};

class TableBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a table"; }
  [[nodiscard]] std::span<const Lead> leads() const override { return kRowLeads; }
  [[nodiscard]] std::optional<LineForm> FormOf(const LogicalLine& line, std::string_view /*word*/) const override {
    if (actions().text()[line.begin] != '|') return std::nullopt;
    return head_seen_ ? LineForm::kRowLine : LineForm::kColumnsLine;
  }

  void Open(LineForm form, Children parts) override;
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  void AddBroken(LineForm /*form*/, const LogicalLine& /*at*/, const Line& /*line*/) override { head_seen_ = true; }
  Decl Close(DeclHead head) override;

 private:
  void SetColumns(Children parts, const Line& line);
  void AddRow(Children parts, const Line& line);

  TableDecl table_;
  std::vector<TableColumn> columns_;
  std::vector<TableRow> rows_;
  std::vector<const Expr*> cells_;
  bool head_seen_ = false;
};

void TableBody::Open(LineForm /*form*/, Children parts) {
  table_ = TableDecl{};
  columns_.clear();
  rows_.clear();
  head_seen_ = false;
  table_.name = actions().TakeName(parts);
  if (parts.At(NodeKind::kLive)) table_.live = actions().SpanOf(parts.front());
  parts.Accept(NodeKind::kLive);
  if (parts.At(NodeKind::kTree)) table_.tree = actions().SpanOf(parts.front());
  parts.Accept(NodeKind::kTree);
  if (parts.At(NodeKind::kFromText)) {
    Children inside = parts.Inside();
    table_.from = actions().TakeText(inside);
  }
}

void TableBody::SetColumns(Children parts, const Line& line) {
  head_seen_ = true;
  table_.columns_line = line;
  while (!parts.empty()) {
    TableColumn column;
    column.span = actions().SpanOf(parts.front());
    Children inside = parts.Inside();
    column.name = actions().TakeName(inside);
    column.type = actions().TakeType(inside);
    column.key = inside.At(NodeKind::kKey);
    columns_.push_back(column);
    parts.Skip();
  }
}

void TableBody::AddRow(Children parts, const Line& line) {
  cells_.clear();
  while (!parts.empty()) {
    const bool empty = parts.Accept(NodeKind::kEmptyCell);
    cells_.push_back(empty ? nullptr : actions().TakeTerm(parts));
  }
  if (!actions().failed()) rows_.push_back(TableRow{line, actions().Copy(cells_)});
}

void TableBody::Add(LineForm form, Children parts, const LogicalLine& /*at*/, const Line& line) {
  if (form == LineForm::kColumnsLine) {
    SetColumns(parts, line);
  } else {
    AddRow(parts, line);
  }
}

Decl TableBody::Close(DeclHead head) {
  if (!head.broken && columns_.empty()) {
    ReportMissing(head, fmt::format("table `{}` has no columns", table_.name.text),
                  "add a line such as `| id: string key | name: string |`");
    head.broken = true;
  }
  table_.head = head;
  table_.columns = actions().Copy(columns_);
  table_.rows = actions().Copy(rows_);
  return actions().New(table_);
}

}  // namespace

std::unique_ptr<Body> NewZoneBody(Actions& actions) { return std::make_unique<ZoneBody>(actions); }
std::unique_ptr<Body> NewTableBody(Actions& actions) { return std::make_unique<TableBody>(actions); }

}  // namespace ward::syntax
