#include "engine/engine_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/budgets.h"
#include "bytecode/load.h"
#include "engine/binding.h"
#include "route/host.h"

namespace ward {
namespace {

std::string Hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::span<const std::uint8_t> AsBytes(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

OperationInfo InfoOf(const bytecode::Image& image, const bytecode::Operation& operation) {
  OperationInfo info;
  info.name = image.TextOf(operation.name());
  info.api = image.TextOf(operation.api());
  info.anonymous = (operation.flags() & bytecode::kOperationAnonymous) != 0;
  if (operation.method().size() != 0) {
    info.route = fmt::format("{} {}", image.TextOf(operation.method()), image.TextOf(operation.route()));
  } else {
    info.route = fmt::format("action {}", image.TextOf(operation.action()));
    if (operation.resource_type().size() != 0) {
      info.route += fmt::format(" on {}", image.TextOf(operation.resource_type()));
    }
  }
  return info;
}

LiveTableInfo InfoOf(const bytecode::Image& image, const bytecode::Table& schema, const data::Table& table) {
  LiveTableInfo info;
  info.name = image.TextOf(schema.name());
  for (const bytecode::Column& column : Slice(image.columns, schema.columns())) {
    info.columns.emplace_back(image.TextOf(column.name()));
  }
  info.loaded = table.loaded();
  info.row_count = table.row_count();
  return info;
}

}  // namespace

EngineState::EngineState(const EngineOptions& options)
    : readers_max_(options.readers_max), publication_(options.readers_max), reader_places_(options.readers_max) {}

// Old views cost memory; with too many of them held, something is stuck, and one more would hide it.
Result<void> EngineState::CheckRoom() {
  const std::lock_guard lock(mu_);
  publication_.Reclaim();
  if (publication_.old_count() < base::budget::kUnfreedViewCountMax) return {};
  return Error{ErrorCode::kBusy, fmt::format("{} old generations are still held by {}; release these readers",
                                             publication_.old_count(), publication_.Holders())};
}

Result<std::shared_ptr<const data::Table>> EngineState::TypeRows(const bytecode::Image& image, std::uint32_t number,
                                                                 std::span<const TableRow> rows) {
  std::vector<data::TextRow> views;
  views.reserve(rows.size());
  for (const TableRow& row : rows) views.emplace_back(row.cells);
  Result<data::Table> table =
      data::Table::FromText(image, number, views, {.path = &engine::PathForm, .host = &route::NormaliseHost});
  if (!table) {
    Error error = std::move(table).error();
    error.message = fmt::format("table `{}`: {}", image.TextOf(image.tables[number].name()), error.message);
    return error;
  }
  return std::make_shared<const data::Table>(std::move(table).value());
}

// What every live table of `image` is filled with: what came along, else what was loaded before. Tables that the image
// does not have are forgotten.
Result<EngineState::LiveRows> EngineState::RowsFor(const bytecode::Image& image,
                                                   std::span<const Engine::TableContent> tables) const {
  LiveRows rows;
  for (const auto& [name, kept] : live_rows_) {
    if (engine::FindLiveTable(image, name) != bytecode::kNone) rows.emplace(name, kept);
  }
  for (const Engine::TableContent& content : tables) {
    if (engine::FindLiveTable(image, content.table) == bytecode::kNone) {
      return Error{ErrorCode::kNotFound, fmt::format("the bundle has no live table `{}`", content.table)};
    }
    rows.insert_or_assign(content.table, content.rows);
  }
  return rows;
}

Result<std::uint64_t> EngineState::Load(std::span<const std::byte> wardc,
                                        std::span<const Engine::TableContent> tables) {
  const std::lock_guard loading(load_mu_);
  WARD_RETURN_IF_ERROR(CheckRoom());
  WARD_ASSIGN_OR_RETURN(bytecode::Image image, bytecode::Load(AsBytes(wardc)));
  auto snapshot = std::make_shared<engine::Snapshot>(std::move(image), readers_max_);
  WARD_ASSIGN_OR_RETURN(LiveRows rows, RowsFor(snapshot->image, tables));
  WARD_ASSIGN_OR_RETURN(Tables made, engine::MakeTables(*snapshot));
  for (const auto& [name, content] : rows) {
    const std::uint32_t number = engine::FindLiveTable(snapshot->image, name);
    WARD_ASSIGN_OR_RETURN(made[number], TypeRows(snapshot->image, number, content));
  }
  engine::GivenParameters given = parameters_;
  std::erase_if(given, [&snapshot](const auto& parameter) {
    return engine::FindParameter(snapshot->image, parameter.first) == bytecode::kNone;
  });
  WARD_ASSIGN_OR_RETURN(auto parameters, engine::Parameters::Make(snapshot->image, snapshot->constants, given));
  live_rows_ = std::move(rows);
  parameters_ = std::move(given);
  return Publish(std::make_unique<engine::View>(std::move(snapshot), std::move(made), std::move(parameters)));
}

Result<std::uint64_t> EngineState::LoadTable(std::string_view table, std::span<const TableRow> rows) {
  const std::lock_guard loading(load_mu_);
  WARD_RETURN_IF_ERROR(CheckRoom());
  const engine::View* live = Live();
  WARD_ASSIGN_OR_RETURN(const std::uint32_t number, LiveTable(live, table));
  Tables tables = live->tables;
  WARD_ASSIGN_OR_RETURN(tables[number], TypeRows(live->snapshot->image, number, rows));
  live_rows_.insert_or_assign(std::string(table), Rows(rows.begin(), rows.end()));
  return Publish(std::make_unique<engine::View>(live->snapshot, std::move(tables), live->parameters));
}

Result<std::uint64_t> EngineState::Apply(const Engine::Change& change) {
  const std::lock_guard loading(load_mu_);
  WARD_RETURN_IF_ERROR(CheckRoom());
  const engine::View* live = Live();
  if (live == nullptr) return Error{ErrorCode::kNotFound, "no policy is loaded"};
  const engine::Snapshot& snapshot = *live->snapshot;
  Tables tables = live->tables;
  for (const Engine::TableContent& content : change.tables) {
    WARD_ASSIGN_OR_RETURN(const std::uint32_t number, LiveTable(live, content.table));
    WARD_ASSIGN_OR_RETURN(tables[number], TypeRows(snapshot.image, number, content.rows));
  }
  for (const std::string& name : change.unloaded) {
    WARD_ASSIGN_OR_RETURN(const std::uint32_t number, LiveTable(live, name));
    WARD_ASSIGN_OR_RETURN(data::Table empty, data::Table::FromImage(snapshot.image, snapshot.constants, number));
    tables[number] = std::make_shared<const data::Table>(std::move(empty));
  }
  std::shared_ptr<const engine::Parameters> parameters = live->parameters;
  engine::GivenParameters given = parameters_;
  for (const Engine::ParameterValue& value : change.parameters) {
    if (engine::FindParameter(snapshot.image, value.parameter) == bytecode::kNone) {
      return Error{ErrorCode::kNotFound, fmt::format("the live policy has no parameter `{}`", value.parameter)};
    }
    given.erase(value.parameter);
    if (value.text.has_value()) given.emplace(value.parameter, *value.text);
  }
  if (given != parameters_) {
    WARD_ASSIGN_OR_RETURN(parameters, engine::Parameters::Make(snapshot.image, snapshot.constants, given));
  }
  for (const Engine::TableContent& content : change.tables) live_rows_.insert_or_assign(content.table, content.rows);
  for (const std::string& name : change.unloaded) live_rows_.erase(name);
  parameters_ = std::move(given);
  return Publish(std::make_unique<engine::View>(live->snapshot, std::move(tables), std::move(parameters)));
}

Result<std::uint32_t> EngineState::LiveTable(const engine::View* live, std::string_view name) {
  const std::uint32_t number = live == nullptr ? bytecode::kNone : engine::FindLiveTable(live->snapshot->image, name);
  if (number != bytecode::kNone) return number;
  return Error{ErrorCode::kNotFound, fmt::format("the live policy has no live table `{}`", name)};
}

std::uint64_t EngineState::Publish(std::unique_ptr<engine::View> view) {
  const std::lock_guard lock(mu_);
  engine::Snapshot& snapshot = *view->snapshot;
  for (std::size_t i = 0; i < readers_max_; ++i) {
    if (!reader_places_[i] || snapshot.workspaces[i] != nullptr) continue;
    snapshot.workspaces[i] = std::make_unique<engine::Workspace>(snapshot.image, snapshot.binding);
  }
  const std::uint64_t generation = generation_.load(std::memory_order_relaxed) + 1;  // only written under mu_
  view->generation = generation;
  view->MapAttributes(attribute_names_);
  publication_.Publish(std::move(view));
  generation_.store(generation, std::memory_order_release);
  return generation;
}

const engine::View* EngineState::Live() {
  const std::lock_guard lock(mu_);
  return publication_.live();
}

AttributeId EngineState::Attribute(std::string_view name) {
  const std::lock_guard lock(mu_);
  const auto known = attribute_ids_.find(name);
  if (known != attribute_ids_.end()) return {known->second};
  const AttributeId id{static_cast<std::uint32_t>(attribute_names_.size())};
  attribute_names_.emplace_back(name);
  attribute_ids_.emplace(name, id.value);
  publication_.ForEachView([this](engine::View& view) { view.MapAttributes(attribute_names_); });
  return id;
}

Result<std::unique_ptr<ReaderState>> EngineState::NewReader() {
  const std::lock_guard lock(mu_);
  const auto place = std::find(reader_places_.begin(), reader_places_.end(), false);
  if (place == reader_places_.end()) {
    return Error{ErrorCode::kBusy, fmt::format("all {} readers of this engine are in use", readers_max_)};
  }
  const auto index = static_cast<std::size_t>(place - reader_places_.begin());
  if (engine::View* live = publication_.live(); live != nullptr) {
    engine::Snapshot& snapshot = *live->snapshot;
    snapshot.workspaces[index] = std::make_unique<engine::Workspace>(snapshot.image, snapshot.binding);
  }
  *place = true;
  return std::make_unique<ReaderState>(*this, publication_, index);
}

void EngineState::ReturnReader(std::size_t index) {
  const std::lock_guard lock(mu_);
  publication_.ForEachView([index](engine::View& view) { view.snapshot->workspaces[index].reset(); });
  reader_places_[index] = false;
  publication_.Reclaim();
}

BundleInfo EngineState::info() {
  const std::lock_guard lock(mu_);
  publication_.Reclaim();
  BundleInfo info;
  const engine::View* live = publication_.live();
  if (live == nullptr) return info;
  const bytecode::Image& image = live->snapshot->image;
  info.name = image.name;
  info.server = image.server;
  info.digest = Hex(image.digest);
  info.generation = live->generation;
  info.rule_count = image.rules.size();
  info.bytecode_bytes = image.size_bytes;
  for (const bytecode::Operation& operation : image.operations) info.operations.push_back(InfoOf(image, operation));
  for (const bytecode::Zone& zone : image.zones) info.zones.emplace_back(image.TextOf(zone.name()));
  for (std::size_t i = 0; i < image.tables.size(); ++i) {
    if ((image.tables[i].flags() & bytecode::kTableLive) == 0) continue;
    info.tables.push_back(InfoOf(image, image.tables[i], *live->tables[i]));
  }
  return info;
}

}  // namespace ward
