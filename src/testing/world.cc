#include "testing/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "testing/cell_text.h"

namespace ward::testing {
namespace {

using semantic::Binding;

// Where a column that is no key stands among those that are none.
std::size_t PlaceOf(const semantic::Table& table, std::size_t column) {
  return column - static_cast<std::size_t>(std::count_if(table.keys.begin(), table.keys.end(),
                                                         [column](std::size_t key) { return key < column; }));
}

std::string Qualified(const semantic::Program& program, semantic::PolicyId policy, std::string_view name) {
  return fmt::format("{}.{}", program.policies[policy.index()].name, name);
}

}  // namespace

void World::Reset() {
  attributes_.clear();
  shared_.parameters.clear();
  shared_.tables.assign(program_.tables.size(), TableContent());
}

void World::Bind(const Binding& binding) {
  switch (binding.target) {
    case Binding::Target::kAttribute: {
      const bool roles = program_.attributes[binding.attribute.index()].roles;
      if (!roles || program_.claimed_roles.empty()) return BindAttribute(binding.attribute, binding);
      for (const semantic::AttributeId claim : program_.claimed_roles) BindAttribute(claim, binding);
      return;
    }
    case Binding::Target::kParameter:
      shared_.parameters.insert_or_assign(binding.parameter, CellText(program_, *binding.value));
      return;
    case Binding::Target::kTable:
      shared_.tables[binding.table.index()].loaded = binding.how == Binding::How::kPresent;
      if (binding.how == Binding::How::kMissing) shared_.tables[binding.table.index()].rows.clear();
      return;
    case Binding::Target::kRow:
    case Binding::Target::kCell:
      return BindRow(binding);
  }
}

void World::BindAttribute(semantic::AttributeId attribute, const Binding& binding) {
  const auto at = std::find_if(attributes_.begin(), attributes_.end(),
                               [attribute](const BoundAttribute& bound) { return bound.attribute == attribute; });
  if (binding.how == Binding::How::kMissing) {
    if (at != attributes_.end()) attributes_.erase(at);
  } else if (at != attributes_.end()) {
    at->value = binding.value;
  } else {
    attributes_.push_back({attribute, binding.value});
  }
}

void World::BindRow(const Binding& binding) {
  const semantic::Table& table = program_.tables[binding.table.index()];
  TableContent& content = shared_.tables[binding.table.index()];
  TableContent::Cells key;
  for (const semantic::Constant* part : binding.keys) key.push_back(CellText(program_, *part));
  const bool cell = binding.target == Binding::Target::kCell;
  if (binding.how == Binding::How::kMissing) {
    const auto row = content.rows.find(key);
    if (row == content.rows.end()) return;
    if (!cell) content.rows.erase(row);
    if (cell) row->second[PlaceOf(table, binding.column)].clear();
    return;
  }
  // Who puts a row into a table has loaded it.
  content.loaded = true;
  TableContent::Cells& row = content.rows[std::move(key)];
  row.resize(table.columns.size() - table.keys.size());
  if (cell) row[PlaceOf(table, binding.column)] = CellText(program_, *binding.value);
  for (std::size_t i = 0; i < binding.row.size(); ++i) row[i] = CellText(program_, *binding.row[i]);
}

const semantic::Constant* World::ValueOf(semantic::AttributeId attribute) const {
  const auto at = std::find_if(attributes_.begin(), attributes_.end(),
                               [attribute](const BoundAttribute& bound) { return bound.attribute == attribute; });
  return at == attributes_.end() ? nullptr : at->value;
}

SharedState FreshlyLoaded(const semantic::Program& program) {
  SharedState state;
  state.tables.resize(program.tables.size());
  for (TableContent& table : state.tables) table.loaded = false;
  return state;
}

Engine::Change ChangeBetween(const semantic::Program& program, const SharedState& before, const SharedState& after) {
  Engine::Change change;
  for (std::size_t i = 0; i < program.tables.size(); ++i) {
    const semantic::Table& table = program.tables[i];
    if (!table.live || before.tables[i] == after.tables[i]) continue;
    std::string name = Qualified(program, table.policy, table.name);
    if (!after.tables[i].loaded) {
      change.unloaded.push_back(std::move(name));
      continue;
    }
    Engine::TableContent content{std::move(name), {}};
    for (const auto& [key, others] : after.tables[i].rows) {
      TableRow row{key};
      row.cells.insert(row.cells.end(), others.begin(), others.end());
      content.rows.push_back(std::move(row));
    }
    change.tables.push_back(std::move(content));
  }
  const auto name_of = [&program](semantic::ParameterId id) {
    const semantic::Parameter& parameter = program.parameters[id.index()];
    return Qualified(program, parameter.policy, parameter.name);
  };
  for (const auto& [id, text] : before.parameters) {
    if (!after.parameters.contains(id)) change.parameters.push_back({name_of(id), std::nullopt});
  }
  for (const auto& [id, text] : after.parameters) change.parameters.push_back({name_of(id), text});
  return change;
}

}  // namespace ward::testing
