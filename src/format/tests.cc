// `given` and `test`.
#include "format/formatter.h"

namespace ward::format {

void Formatter::Put(const syntax::GivenDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put("given ", node.name);
  if (node.like) opening.Put(" like ", *node.like);
  PutOpening(node.head, opening);
  Body body;
  for (const syntax::BindingLine& binding : node.bindings) AddLine(body, binding.line, binding.binding);
  PutItems(std::move(body));
}

void Formatter::AddStep(Body& body, const syntax::TestStep& step) const {
  if (const auto* given = std::get_if<syntax::GivenStep>(&step.step)) {
    // A later one replaces what an earlier one bound: the order stays.
    AddLine(body, step.line, "given ", given->names);
  } else if (const auto* with = std::get_if<syntax::WithStep>(&step.step)) {
    AddLine(body, step.line, "with ", with->binding);
  } else if (const auto* at = std::get_if<syntax::AtStep>(&step.step)) {
    AddLine(body, step.line, "at ", *at->time);
  } else if (const auto* wait = std::get_if<syntax::WaitStep>(&step.step)) {
    AddLine(body, step.line, "wait ", *wait->time);
  } else if (const auto* only = std::get_if<syntax::OnlyStep>(&step.step)) {
    AddLine(body, step.line, "only ", only->policy);
  } else if (const auto* send = std::get_if<syntax::SendStep>(&step.step)) {
    AddLine(body, step.line, "send ", send->send.span);
  } else {
    AddLine(body, step.line, "expect ", std::get<syntax::ExpectStep>(step.step).outcomes);
  }
}

std::string Formatter::CellText(const syntax::TestCell& cell) const {
  LineBuilder line(text_, 2);
  if (const auto* value = std::get_if<const syntax::Expr*>(&cell.value)) {
    line.Put(**value);
  } else if (const auto* outcomes = std::get_if<syntax::List<syntax::Outcome>>(&cell.value)) {
    line.Put(*outcomes);
  } else if (!std::holds_alternative<syntax::EmptyCell>(cell.value)) {
    line.Put(cell.span);
  }
  return line.Take().Flat();
}

void Formatter::Put(const syntax::TestDecl& node) {
  PutOpeningOf(node.head, "test ", node.name);
  Body body;
  for (const syntax::TestStep& step : node.steps) AddStep(body, step);
  std::vector<Row> rows;
  if (!node.columns.empty()) {
    rows.push_back(Row{&node.columns_line, {}});
    for (const syntax::TestColumn& column : node.columns) rows.back().cells.push_back(Text(column.span));
  }
  for (const syntax::TestRow& row : node.rows) {
    rows.push_back(Row{&row.line, {}});
    for (const syntax::TestCell& cell : row.cells) rows.back().cells.push_back(CellText(cell));
  }
  AddRows(body, rows);
  PutItems(std::move(body));
}

}  // namespace ward::format
