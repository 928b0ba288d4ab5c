// `given` and `test`.
#include "format/formatter.h"

namespace ward::format {

void Formatter::Put(const syntax::GivenDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put("given ");
  opening.Put(node.name);
  if (node.like) {
    opening.Put(" like ");
    opening.Put(*node.like);
  }
  PutOpening(node.head, opening);
  Body body;
  for (const syntax::BindingLine& binding : node.bindings) {
    LineBuilder line = Clause(binding.line);
    line.Put(binding.binding);
    AddTo(body, binding.line, line);
  }
  PutItems(std::move(body));
}

void Formatter::PutOutcomes(LineBuilder& line, syntax::List<syntax::Outcome> outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (i > 0) line.Comma(outcomes[i].span.begin);
    line.Put(outcomes[i].span);
  }
}

void Formatter::AddStep(Body& body, const syntax::TestStep& step) const {
  LineBuilder line = Clause(step.line);
  if (const auto* given = std::get_if<syntax::GivenStep>(&step.step)) {
    // A later one replaces what an earlier one bound: the order stays.
    for (std::size_t i = 0; i < given->names.size(); ++i) {
      if (i == 0) line.Put("given ");
      if (i > 0) line.Comma(given->names[i].span.begin);
      line.Put(given->names[i]);
    }
  } else if (const auto* with = std::get_if<syntax::WithStep>(&step.step)) {
    line.Put("with ");
    line.Put(with->binding);
  } else if (const auto* at = std::get_if<syntax::AtStep>(&step.step)) {
    line.Put("at ");
    line.Put(*at->time);
  } else if (const auto* wait = std::get_if<syntax::WaitStep>(&step.step)) {
    line.Put("wait ");
    line.Put(*wait->time);
  } else if (const auto* only = std::get_if<syntax::OnlyStep>(&step.step)) {
    line.Put("only ");
    line.Put(only->policy);
  } else if (const auto* send = std::get_if<syntax::SendStep>(&step.step)) {
    line.Put("send ");
    line.Put(send->send.span);
  } else if (const auto* expect = std::get_if<syntax::ExpectStep>(&step.step)) {
    line.Put("expect ");
    PutOutcomes(line, expect->outcomes);
  }
  AddTo(body, step.line, line);
}

std::string Formatter::CellText(const syntax::TestCell& cell) const {
  LineBuilder line(text_, 2);
  if (const auto* value = std::get_if<const syntax::Expr*>(&cell.value)) {
    line.Put(**value);
  } else if (const auto* outcomes = std::get_if<syntax::List<syntax::Outcome>>(&cell.value)) {
    PutOutcomes(line, *outcomes);
  } else if (!std::holds_alternative<syntax::EmptyCell>(cell.value)) {
    line.Put(cell.span);
  }
  return line.Take().Flat();
}

void Formatter::Put(const syntax::TestDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put("test ");
  opening.Put(node.name);
  PutOpening(node.head, opening);
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
